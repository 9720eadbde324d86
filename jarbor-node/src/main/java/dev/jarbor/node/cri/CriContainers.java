package dev.jarbor.node.cri;

import dev.jarbor.client.NodeConnection;
import dev.jarbor.node.cri.proto.AttachRequest;
import dev.jarbor.node.cri.proto.Container;
import dev.jarbor.node.cri.proto.ContainerFilter;
import dev.jarbor.node.cri.proto.ContainerStatus;
import dev.jarbor.node.cri.proto.ContainerStatusRequest;
import dev.jarbor.node.cri.proto.ContainerStatusResponse;
import dev.jarbor.node.cri.proto.CreateContainerRequest;
import dev.jarbor.node.cri.proto.ExecRequest;
import dev.jarbor.node.cri.proto.ExecSyncRequest;
import dev.jarbor.node.cri.proto.ListContainersRequest;
import dev.jarbor.node.cri.proto.ListPodSandboxRequest;
import dev.jarbor.node.cri.proto.PodSandbox;
import dev.jarbor.node.cri.proto.PodSandboxFilter;
import dev.jarbor.node.cri.proto.PodSandboxStatus;
import dev.jarbor.node.cri.proto.PodSandboxStatusRequest;
import dev.jarbor.node.cri.proto.PodSandboxStatusResponse;
import dev.jarbor.node.cri.proto.RemoveContainerRequest;
import dev.jarbor.node.cri.proto.RemovePodSandboxRequest;
import dev.jarbor.node.cri.proto.RunPodSandboxRequest;
import dev.jarbor.node.cri.proto.RuntimeCondition;
import dev.jarbor.node.cri.proto.StartContainerRequest;
import dev.jarbor.node.cri.proto.StatusRequest;
import dev.jarbor.node.cri.proto.StopContainerRequest;
import dev.jarbor.node.cri.proto.StopPodSandboxRequest;
import dev.jarbor.node.cri.proto.VersionRequest;
import dev.jarbor.node.cri.proto.VersionResponse;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerRuntime;
import dev.jarbor.node.runtime.ContainerRuntimeException;
import dev.jarbor.node.runtime.ContainerSpec;
import dev.jarbor.node.runtime.ContainerUsage;
import dev.jarbor.node.runtime.ExecResult;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.PodRecord;
import dev.jarbor.node.runtime.ProbeAnswer;
import dev.jarbor.node.runtime.ProbeTarget;
import dev.jarbor.node.runtime.RegistryCredentials;
import dev.jarbor.node.runtime.Reply;
import dev.jarbor.node.runtime.RuntimeHealth;
import dev.jarbor.node.runtime.RuntimeVersion;
import dev.jarbor.node.runtime.SandboxRecord;
import dev.jarbor.node.runtime.SandboxSpec;
import dev.jarbor.runtime.Runtime;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Containers of a runtime that speaks the CRI, version 1, such as containerd 1.6 and later. For live runtimes: each
 * operation runs on a virtual thread of its own.
 */
public final class CriContainers implements ContainerRuntime {
    static final String OWNER = "jarbor.dev/node";
    private static final String UID = "io.kubernetes.pod.uid";
    private static final Duration SANDBOX_LIMIT = Duration.ofMinutes(4);
    private static final Duration EXTRA = Duration.ofSeconds(30);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int LONGEST_OUTPUT = 10 << 10;

    private final Runtime runtime;
    private final CriSettings settings;
    private final CriClient client;
    private final PodCgroups cgroups;
    private final CriImages images;
    private final NetworkProbes probes;
    private final ContainerPoll poll;
    private final RuntimeVersion version;

    /**
     * Connects to the runtime.
     *
     * @throws ContainerRuntimeException where it does not answer
     */
    public CriContainers(Runtime runtime, CriSettings settings) {
        this.runtime = runtime;
        this.settings = settings;
        this.client = new CriClient(settings.socket());
        this.cgroups = new PodCgroups(settings.cgroupRoot());
        this.images = new CriImages(client);
        this.probes = new NetworkProbes();
        this.poll = new ContainerPoll(runtime, client, this::sandboxes, this::containers);
        VersionResponse said = client.ask(CriMethods.VERSION, VersionRequest.getDefaultInstance());
        this.version = new RuntimeVersion(said.getRuntimeName(), said.getRuntimeVersion());
    }

    @Override
    public RuntimeVersion version() {
        return version;
    }

    @Override
    public RuntimeHealth health() {
        try {
            for (RuntimeCondition condition : client.call(CriMethods.STATUS, StatusRequest.getDefaultInstance())
                    .getStatus()
                    .getConditionsList()) {
                if (!condition.getStatus()) {
                    String what = condition.getType().equals("NetworkReady")
                            ? "container runtime network not ready: "
                            : "container runtime not ready: ";
                    return new RuntimeHealth(
                            false,
                            what + condition.getType() + "=false reason:" + condition.getReason() + " message:"
                                    + condition.getMessage());
                }
            }
            return RuntimeHealth.READY;
        } catch (StatusRuntimeException failed) {
            return new RuntimeHealth(false, "container runtime is down: " + CriClient.words(failed));
        }
    }

    @Override
    public List<PodRecord> pods() {
        var uids = new TreeSet<String>();
        sandboxes(Map.of()).forEach(sandbox -> uids.add(sandbox.getLabelsMap().getOrDefault(UID, "")));
        return uids.stream().filter(uid -> !uid.isEmpty()).map(this::pod).toList();
    }

    @Override
    public PodRecord pod(String uid) {
        List<SandboxRecord> sandboxes = sandboxes(Map.of(UID, uid)).stream()
                .flatMap(one -> sandboxStatus(one.getId()).stream())
                .map(CriAnswers::sandbox)
                .toList();
        List<ContainerRecord> containers = containers(Map.of(UID, uid)).stream()
                .flatMap(one ->
                        status(one.getId()).stream().map(status -> CriAnswers.container(status, one.getPodSandboxId())))
                .toList();
        if (sandboxes.isEmpty() && containers.isEmpty()) {
            return PodRecord.none(uid);
        }
        return new PodRecord(
                sandboxes.isEmpty() ? containers.get(0).pod() : sandboxes.get(0).pod(), sandboxes, containers);
    }

    private Optional<PodSandboxStatus> sandboxStatus(String id) {
        var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build();
        return client.find(CriMethods.SANDBOX_STATUS, request).map(PodSandboxStatusResponse::getStatus);
    }

    private Optional<ContainerStatus> status(String id) {
        var request = ContainerStatusRequest.newBuilder().setContainerId(id).build();
        return client.find(CriMethods.CONTAINER_STATUS, request).map(ContainerStatusResponse::getStatus);
    }

    private List<PodSandbox> sandboxes(Map<String, String> labels) {
        return client.ask(
                        CriMethods.LIST_SANDBOXES,
                        ListPodSandboxRequest.newBuilder()
                                .setFilter(PodSandboxFilter.newBuilder()
                                        .putLabelSelector(OWNER, settings.owner())
                                        .putAllLabelSelector(labels))
                                .build())
                .getItemsList();
    }

    private List<Container> containers(Map<String, String> labels) {
        return client.ask(
                        CriMethods.LIST_CONTAINERS,
                        ListContainersRequest.newBuilder()
                                .setFilter(ContainerFilter.newBuilder()
                                        .putLabelSelector(OWNER, settings.owner())
                                        .putAllLabelSelector(labels))
                                .build())
                .getContainersList();
    }

    @Override
    public void onChange(Consumer<String> listener) {
        poll.onChange(listener);
    }

    @Override
    public void runSandbox(SandboxSpec spec, Reply<String> reply) {
        CriClient.later(
                runtime,
                "sandbox of " + spec.pod(),
                reply,
                () -> client.call(
                                CriMethods.RUN_SANDBOX,
                                RunPodSandboxRequest.newBuilder()
                                        .setConfig(CriRequests.sandbox(spec, own()))
                                        .setRuntimeHandler(spec.runtimeHandler())
                                        .build(),
                                SANDBOX_LIMIT)
                        .getPodSandboxId());
    }

    @Override
    public void stopSandbox(String sandboxId, Reply<Done> reply) {
        CriClient.later(runtime, "stop of sandbox", reply, () -> {
            stopNow(sandboxId);
            return Done.DONE;
        });
    }

    private void stopNow(String sandboxId) {
        var request =
                StopPodSandboxRequest.newBuilder().setPodSandboxId(sandboxId).build();
        client.find(CriMethods.STOP_SANDBOX, request, SANDBOX_LIMIT);
    }

    @Override
    public void removeSandbox(String sandboxId, Reply<Done> reply) {
        CriClient.later(runtime, "removal of sandbox", reply, () -> {
            Optional<PodSandboxStatus> before = sandboxStatus(sandboxId);
            stopNow(sandboxId);
            var request = RemovePodSandboxRequest.newBuilder()
                    .setPodSandboxId(sandboxId)
                    .build();
            client.find(CriMethods.REMOVE_SANDBOX, request, SANDBOX_LIMIT);
            before.ifPresent(status -> cgroups.remove(status.getMetadata().getUid()));
            return Done.DONE;
        });
    }

    @Override
    public void startContainer(String sandboxId, SandboxSpec sandbox, ContainerSpec spec, Reply<String> reply) {
        runtime.execute("start of " + spec.name(), () -> {
            String id;
            try {
                id = client.call(
                                CriMethods.CREATE_CONTAINER,
                                CreateContainerRequest.newBuilder()
                                        .setPodSandboxId(sandboxId)
                                        .setConfig(CriRequests.container(spec, own()))
                                        .setSandboxConfig(CriRequests.sandbox(sandbox, own()))
                                        .build(),
                                SANDBOX_LIMIT)
                        .getContainerId();
            } catch (StatusRuntimeException failed) {
                reply.failed(Reply.FailureKind.CREATE, CriClient.words(failed));
                return;
            }
            try {
                client.call(
                        CriMethods.START_CONTAINER,
                        StartContainerRequest.newBuilder().setContainerId(id).build(),
                        SANDBOX_LIMIT);
            } catch (StatusRuntimeException failed) {
                reply.failed(Reply.FailureKind.START, CriClient.words(failed));
                return;
            }
            reply.ok(id);
        });
    }

    @Override
    public void stopContainer(String containerId, Duration grace, Reply<Done> reply) {
        CriClient.later(runtime, "stop of container", reply, () -> {
            var request = StopContainerRequest.newBuilder()
                    .setContainerId(containerId)
                    .setTimeout(Math.max(0, grace.toSeconds()))
                    .build();
            client.find(CriMethods.STOP_CONTAINER, request, grace.plus(EXTRA));
            return Done.DONE;
        });
    }

    @Override
    public void removeContainer(String containerId, Reply<Done> reply) {
        CriClient.later(runtime, "removal of container", reply, () -> {
            Optional<String> log = status(containerId).map(ContainerStatus::getLogPath);
            client.find(
                    CriMethods.REMOVE_CONTAINER,
                    RemoveContainerRequest.newBuilder()
                            .setContainerId(containerId)
                            .build());
            log.ifPresent(LogFiles::delete);
            return Done.DONE;
        });
    }

    @Override
    public Optional<ImageRecord> image(String reference) {
        return images.image(reference);
    }

    @Override
    public List<ImageRecord> images() {
        return images.images();
    }

    @Override
    public void pull(String reference, List<RegistryCredentials> credentials, Reply<ImageRecord> reply) {
        CriClient.later(runtime, "pull of " + reference, reply, () -> images.pull(reference, credentials));
    }

    @Override
    public void removeImage(String imageId, Reply<Done> reply) {
        CriClient.later(runtime, "removal of image", reply, () -> images.remove(imageId));
    }

    @Override
    public void execute(String containerId, List<String> command, Duration timeout, Reply<ExecResult> reply) {
        CriClient.later(runtime, "command in container", reply, () -> {
            var answer = client.call(
                    CriMethods.EXEC_SYNC,
                    ExecSyncRequest.newBuilder()
                            .setContainerId(containerId)
                            .addAllCmd(command)
                            .setTimeout(Math.max(1, timeout.toSeconds()))
                            .build(),
                    timeout.plus(EXTRA));
            byte[] said = answer.getStdout().concat(answer.getStderr()).toByteArray();
            return new ExecResult(
                    answer.getExitCode(),
                    new String(said, 0, Math.min(said.length, LONGEST_OUTPUT), StandardCharsets.UTF_8));
        });
    }

    @Override
    public void probe(String containerId, ProbeTarget target, Duration timeout, Reply<ProbeAnswer> reply) {
        runtime.execute("probe of " + target.host(), () -> reply.ok(probes.ask(target, timeout)));
    }

    @Override
    public List<ContainerUsage> usage() {
        return poll.usage(settings.owner());
    }

    @Override
    public NodeConnection.Usage machineUsage() {
        return MachineUsage.at(runtime.now());
    }

    @Override
    public int exec(
            String containerId,
            List<String> command,
            NodeConnection.StreamOptions options,
            NodeConnection.Streams streams)
            throws IOException {
        var request = ExecRequest.newBuilder()
                .setContainerId(containerId)
                .addAllCmd(command)
                .setStdin(options.stdin())
                .setStdout(options.stdout())
                .setStderr(options.stderr() && !options.tty())
                .setTty(options.tty())
                .build();
        return stream(() -> client.call(CriMethods.EXEC, request).getUrl(), options, streams);
    }

    @Override
    public int attach(String containerId, NodeConnection.StreamOptions options, NodeConnection.Streams streams)
            throws IOException {
        var request = AttachRequest.newBuilder()
                .setContainerId(containerId)
                .setStdin(options.stdin())
                .setStdout(options.stdout())
                .setStderr(options.stderr() && !options.tty())
                .setTty(options.tty())
                .build();
        return stream(() -> client.call(CriMethods.ATTACH, request).getUrl(), options, streams);
    }

    private int stream(Supplier<String> place, NodeConnection.StreamOptions options, NodeConnection.Streams streams)
            throws IOException {
        String url;
        try {
            url = place.get();
        } catch (StatusRuntimeException refused) {
            throw new IOException(CriClient.words(refused), refused);
        }
        return new RemoteCommand(runtime, url, options, streams).run();
    }

    @Override
    public void logs(ContainerRecord container, NodeConnection.LogOptions options, OutputStream sink)
            throws IOException {
        new LogReader(runtime, container.logPath(), options, sink)
                .run(() -> status(container.id())
                        .map(now -> CriAnswers.container(now, container.sandboxId()))
                        .filter(ContainerRecord::running)
                        .isPresent());
    }

    /** Pods are on networks that the host routes to, so a connection from the host is one into the pod. */
    @Override
    public NodeConnection.PortStream connect(SandboxRecord sandbox, int port) throws IOException {
        var socket = new Socket();
        try {
            String host = sandbox.ips().isEmpty() ? "127.0.0.1" : sandbox.ips().get(0);
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(CONNECT.toMillis()));
            return new SocketPort(socket);
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    @Override
    public void close() {
        poll.close();
        client.close();
    }

    private Map<String, String> own() {
        return Map.of(OWNER, settings.owner());
    }
}
