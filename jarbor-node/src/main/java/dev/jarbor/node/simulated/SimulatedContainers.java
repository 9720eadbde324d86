package dev.jarbor.node.simulated;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.ContainerImage;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.node.pod.ImageName;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerRecord.State;
import dev.jarbor.node.runtime.ContainerRuntime;
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
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A container runtime without containers: everything takes the time that its settings say on the cluster's clock, never
 * blocks, and follows from the seed. Works on the live and on the simulated {@link Runtime}.
 */
public final class SimulatedContainers implements ContainerRuntime {
    private static final RuntimeVersion VERSION = new RuntimeVersion("simulated", "1");
    private static final int KILLED = 137;

    private final Runtime runtime;
    private final SimulationSettings settings;
    private final AddressPool addresses;
    private final ConcurrentSkipListMap<String, SandboxRecord> sandboxes = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, ContainerRecord> containers = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, ImageRecord> images = new ConcurrentSkipListMap<>();
    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Meters meters = new Meters();
    private volatile RuntimeHealth health = RuntimeHealth.READY;

    public SimulatedContainers(Runtime runtime, SimulationSettings settings) {
        this.runtime = runtime;
        this.settings = settings;
        this.addresses = new AddressPool(settings.podCidr());
    }

    /** Ends a running container as if its process had exited by itself; false where none runs. */
    public boolean exit(String podUid, String container, int exitCode) {
        Optional<ContainerRecord> running = pod(podUid).container(container).filter(ContainerRecord::running);
        running.ifPresent(one -> end(one.id(), exitCode));
        return running.isPresent();
    }

    /** Makes the runtime well or unwell, as the node's Ready condition then says. */
    public void health(RuntimeHealth now) {
        health = now;
    }

    /** Makes containers use what {@code load} says; until then half of what they asked for. */
    public void load(Load load) {
        meters.load(load);
    }

    @Override
    public RuntimeVersion version() {
        return VERSION;
    }

    @Override
    public RuntimeHealth health() {
        return health;
    }

    @Override
    public List<PodRecord> pods() {
        var uids = new TreeMap<String, Boolean>();
        sandboxes.values().forEach(sandbox -> uids.put(sandbox.pod().uid(), true));
        return uids.keySet().stream().map(this::pod).toList();
    }

    @Override
    public PodRecord pod(String uid) {
        List<SandboxRecord> own = sandboxes.values().stream()
                .filter(one -> one.pod().uid().equals(uid))
                .toList();
        if (own.isEmpty()) {
            return PodRecord.none(uid);
        }
        return new PodRecord(
                own.get(0).pod(),
                own,
                containers.values().stream()
                        .filter(one -> one.pod().uid().equals(uid))
                        .toList());
    }

    @Override
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    @Override
    public void runSandbox(SandboxSpec spec, Reply<String> reply) {
        runtime.schedule("sandbox starts", settings.sandboxStart(), () -> {
            Optional<String> address = spec.namespaces().hostNetwork() ? Optional.of("") : addresses.take();
            if (address.isEmpty()) {
                reply.failed(Reply.FailureKind.OTHER, "no address is left in " + settings.podCidr());
                return;
            }
            String id = newId();
            List<String> ips = address.get().isEmpty() ? List.of() : List.of(address.get());
            sandboxes.put(id, new SandboxRecord(id, spec.pod(), spec.attempt(), true, runtime.now(), ips));
            reply.ok(id);
        });
    }

    @Override
    public void stopSandbox(String sandboxId, Reply<Done> reply) {
        runtime.execute("sandbox stops", () -> {
            containers.values().stream()
                    .filter(one -> one.sandboxId().equals(sandboxId) && one.running())
                    .forEach(one -> end(one.id(), KILLED));
            sandboxes.computeIfPresent(sandboxId, (id, one) -> {
                one.ips().forEach(addresses::giveBack);
                return new SandboxRecord(id, one.pod(), one.attempt(), false, one.createdAt(), List.of());
            });
            reply.ok(Done.DONE);
        });
    }

    @Override
    public void removeSandbox(String sandboxId, Reply<Done> reply) {
        runtime.execute("sandbox goes", () -> {
            containers.values().removeIf(one -> {
                boolean own = one.sandboxId().equals(sandboxId);
                if (own) {
                    meters.end(one.id(), runtime.now());
                }
                return own;
            });
            SandboxRecord gone = sandboxes.remove(sandboxId);
            if (gone != null) {
                gone.ips().forEach(addresses::giveBack);
            }
            reply.ok(Done.DONE);
        });
    }

    @Override
    public void startContainer(String sandboxId, SandboxSpec sandbox, ContainerSpec spec, Reply<String> reply) {
        Behaviour behaviour = behaviour(spec.imageName(), spec.attempt());
        runtime.schedule("container starts", behaviour.starts().orElse(settings.containerStart()), () -> {
            SandboxRecord home = sandboxes.get(sandboxId);
            if (home == null || !home.ready()) {
                reply.failed(Reply.FailureKind.CREATE, "sandbox " + sandboxId + " is not running");
                return;
            }
            if (!behaviour.startFailure().isEmpty()) {
                reply.failed(Reply.FailureKind.CREATE, behaviour.startFailure());
                return;
            }
            ContainerRecord started = record(sandboxId, spec, home);
            containers.put(started.id(), started);
            ContainerSpec.Limits asked = spec.limits();
            meters.start(
                    started.id(),
                    new Load.Consumer(home.pod(), spec.name(), spec.imageName(), cores(asked), asked.askedMemory()),
                    runtime.now());
            behaviour
                    .runs()
                    .ifPresent(runs ->
                            runtime.schedule("container exits", runs, () -> end(started.id(), behaviour.exitCode())));
            reply.ok(started.id());
        });
    }

    /** The fewest shares that there are stand for no request. */
    private static double cores(ContainerSpec.Limits asked) {
        return asked.cpuShares() <= 2 ? 0 : asked.cpuShares() / 1024.0;
    }

    private ContainerRecord record(String sandboxId, ContainerSpec spec, SandboxRecord home) {
        Instant now = runtime.now();
        return new ContainerRecord(
                newId(),
                sandboxId,
                home.pod(),
                spec.name(),
                spec.attempt(),
                State.RUNNING,
                now,
                now,
                Instant.EPOCH,
                0,
                spec.imageName(),
                spec.image(),
                "",
                "",
                spec.annotations(),
                "");
    }

    @Override
    public void stopContainer(String containerId, Duration grace, Reply<Done> reply) {
        ContainerRecord present = containers.get(containerId);
        if (present == null || !present.running()) {
            runtime.execute("container stopped", () -> reply.ok(Done.DONE));
            return;
        }
        Duration wish = behaviour(present).stops();
        boolean killed = wish.compareTo(grace) > 0;
        runtime.schedule("container stops", killed ? grace : wish, () -> {
            end(containerId, killed ? KILLED : 0);
            reply.ok(Done.DONE);
        });
    }

    private void end(String containerId, int exitCode) {
        ContainerRecord ended = containers.computeIfPresent(
                containerId,
                (id, one) -> one.running()
                        ? new ContainerRecord(
                                id,
                                one.sandboxId(),
                                one.pod(),
                                one.name(),
                                one.attempt(),
                                State.EXITED,
                                one.createdAt(),
                                one.startedAt(),
                                runtime.now(),
                                exitCode,
                                one.image(),
                                one.imageId(),
                                exitCode == 0 ? "Completed" : "Error",
                                "",
                                one.annotations(),
                                one.logPath())
                        : one);
        if (ended != null) {
            meters.end(containerId, runtime.now());
            listeners.forEach(listener -> listener.accept(ended.pod().uid()));
        }
    }

    @Override
    public void removeContainer(String containerId, Reply<Done> reply) {
        runtime.execute("container goes", () -> {
            containers.remove(containerId);
            meters.end(containerId, runtime.now());
            reply.ok(Done.DONE);
        });
    }

    @Override
    public Optional<ImageRecord> image(String reference) {
        return Optional.ofNullable(images.get(reference));
    }

    @Override
    public List<ImageRecord> images() {
        return List.copyOf(images.values());
    }

    @Override
    public void pull(String reference, List<RegistryCredentials> credentials, Reply<ImageRecord> reply) {
        runtime.schedule("image arrives", settings.pull(), () -> {
            String failure = behaviour(reference, 0).pullFailure();
            if (!failure.isEmpty()) {
                reply.failed(Reply.FailureKind.NOT_FOUND, failure);
                return;
            }
            ImageRecord image = present(reference);
            images.put(reference, image);
            reply.ok(image);
        });
    }

    private static ImageRecord present(String reference) {
        String digest = "sha256:" + hex(reference);
        String repository = reference.replaceFirst("@.*$", "").replaceFirst(":[^/:]*$", "");
        return new ImageRecord(digest, List.of(reference), List.of(repository + "@" + digest), 1_000_000, -1, "");
    }

    @Override
    public void removeImage(String imageId, Reply<Done> reply) {
        runtime.execute("image goes", () -> {
            images.values().removeIf(image -> image.id().equals(imageId));
            reply.ok(Done.DONE);
        });
    }

    @Override
    public void execute(String containerId, List<String> command, Duration timeout, Reply<ExecResult> reply) {
        runtime.execute("command runs", () -> {
            Optional<ContainerRecord> one = running(containerId);
            if (one.isEmpty()) {
                reply.failed(Reply.FailureKind.NOT_FOUND, "container " + containerId + " is not running");
            } else if (!isReady(one.get())) {
                reply.ok(new ExecResult(1, "not ready yet"));
            } else {
                reply.ok(Talk.run(behaviour(one.get()).conversation(), one.get(), command));
            }
        });
    }

    @Override
    public void probe(String containerId, ProbeTarget target, Duration timeout, Reply<ProbeAnswer> reply) {
        runtime.execute("probe is answered", () -> {
            Optional<ContainerRecord> one = running(containerId).filter(this::isReady);
            boolean ready = one.isPresent();
            Optional<ProbeAnswer> said =
                    one.flatMap(container -> Talk.probe(behaviour(container).conversation(), container, target));
            if (said.isPresent()) {
                reply.ok(said.get());
                return;
            }
            String message = switch (target) {
                case ProbeTarget.Http ignored -> "HTTP probe failed with statuscode: 503";
                case ProbeTarget.Tcp tcp ->
                    "dial tcp " + tcp.host() + ":" + tcp.port() + ": connect: connection refused";
                case ProbeTarget.Grpc ignored -> "service unhealthy (responded with \"NOT_SERVING\")";
            };
            reply.ok(ready ? ProbeAnswer.SUCCESS : ProbeAnswer.failure(message));
        });
    }

    private Optional<ContainerRecord> running(String containerId) {
        return Optional.ofNullable(containers.get(containerId)).filter(ContainerRecord::running);
    }

    private Behaviour behaviour(ContainerRecord one) {
        return behaviour(one.image(), one.attempt());
    }

    private Behaviour behaviour(String image, int restarts) {
        return settings.behaviours()
                .apply(ImageName.parse(image).map(ImageName::canonical).orElse(image))
                .at(restarts);
    }

    private boolean isReady(ContainerRecord one) {
        return Duration.between(one.startedAt(), runtime.now())
                        .compareTo(behaviour(one).readyAfter())
                >= 0;
    }

    @Override
    public List<ContainerUsage> usage() {
        Instant now = runtime.now();
        return containers.values().stream()
                .filter(ContainerRecord::running)
                .flatMap(one -> meters.of(one.id(), now).stream()
                        .map(use -> new ContainerUsage(
                                one.pod(), one.name(), now, use.processorNanos(), use.workingSetBytes())))
                .toList();
    }

    @Override
    public NodeConnection.Usage machineUsage() {
        return meters.total(runtime.now());
    }

    @Override
    public int exec(
            String containerId,
            List<String> command,
            NodeConnection.StreamOptions options,
            NodeConnection.Streams streams)
            throws IOException {
        ContainerRecord one = running(containerId).orElseThrow(() -> unsupported("exec"));
        Conversation.Commands commands =
                behaviour(one).conversation().commands().orElseThrow(() -> unsupported("exec"));
        return commands.run(Talk.where(one), command, streams);
    }

    /** What is written from now on, where nobody says what the process does. */
    @Override
    public int attach(String containerId, NodeConnection.StreamOptions options, NodeConnection.Streams streams)
            throws IOException {
        ContainerRecord one = running(containerId).orElseThrow(() -> unsupported("attach"));
        Conversation conversation = behaviour(one).conversation();
        if (conversation.equals(Conversation.NONE)) {
            throw unsupported("attach");
        }
        if (conversation.process().isPresent()) {
            attached(one, conversation.process().get(), streams);
        } else {
            follower(one).writeNew(conversation.log(), one, streams.stdout());
        }
        return 0;
    }

    /** The client's input ends with the container, so that a process that waits for it ends, too. */
    private void attached(ContainerRecord one, Conversation.Process process, NodeConnection.Streams streams)
            throws IOException {
        Consumer<String> end = pod -> {
            if (running(one.id()).isEmpty()) {
                Talk.endInput(streams);
            }
        };
        listeners.add(end);
        try {
            end.accept(one.pod().uid());
            process.attached(Talk.where(one), streams);
        } finally {
            listeners.remove(end);
        }
    }

    @Override
    public void logs(ContainerRecord container, NodeConnection.LogOptions options, OutputStream sink)
            throws IOException {
        Conversation conversation = behaviour(container).conversation();
        if (conversation.equals(Conversation.NONE)) {
            throw unsupported("logs");
        }
        follower(container).write(conversation.log(), container, options, sink);
    }

    private Talk.Follower follower(ContainerRecord container) {
        return new Talk.Follower(runtime, () -> Optional.ofNullable(containers.get(container.id())));
    }

    @Override
    public NodeConnection.PortStream connect(SandboxRecord sandbox, int port) {
        for (ContainerRecord one : pod(sandbox.pod().uid()).containers()) {
            Optional<Conversation.Http> http = behaviour(one).conversation().http();
            if (one.running() && http.isPresent()) {
                return new HttpPort(
                        Talk.where(one),
                        port,
                        request -> runtime.turn(() -> http.get().answer(request)));
            }
        }
        throw unsupported("port-forward");
    }

    /**
     * Takes over a pod that runs already, as its status says: of a cluster that this one is a copy of. What its containers
     * have still to do by themselves they do.
     */
    public void adopt(Pod pod) {
        Adopted adopted = Adopted.of(pod);
        adopted.sandbox().ifPresent(sandbox -> {
            sandboxes.put(sandbox.id(), sandbox);
            sandbox.ips().forEach(addresses::claim);
        });
        for (ContainerRecord one : adopted.containers()) {
            containers.put(one.id(), one);
            if (one.running()) {
                meters.start(one.id(), consumer(pod, one), runtime.now());
            }
            Behaviour behaviour = behaviour(one);
            if (one.running() && behaviour.runs().isPresent()) {
                Duration left = behaviour.runs().get().minus(Duration.between(one.startedAt(), runtime.now()));
                runtime.schedule("container exits", left, () -> end(one.id(), behaviour.exitCode()));
            }
            images.computeIfAbsent(one.image(), SimulatedContainers::present);
        }
    }

    /** Takes over the images that a node of that cluster tells of. */
    public void adopt(Node node) {
        for (ContainerImage image : node.status().images()) {
            image.names().stream()
                    .filter(name -> !name.contains("@"))
                    .forEach(name -> images.computeIfAbsent(name, SimulatedContainers::present));
        }
    }

    private static Load.Consumer consumer(Pod pod, ContainerRecord one) {
        Map<String, Quantity> asked = pod.spec().containers().stream()
                .filter(container -> container.name().equals(one.name()))
                .findFirst()
                .map(container -> container.resources().requests())
                .orElse(Map.of());
        double cores = asked.getOrDefault("cpu", Quantity.ZERO).milliValue() / 1000.0;
        long bytes = asked.getOrDefault("memory", Quantity.ZERO).longValue();
        return new Load.Consumer(one.pod(), one.name(), one.image(), cores, bytes);
    }

    private static ApiException unsupported(String what) {
        return ApiException.badRequest(
                what + " is not available: this pod runs on a simulated node, where no container exists");
    }

    @Override
    public void close() {
        listeners.clear();
    }

    private String newId() {
        return Stream.generate(() -> Long.toHexString(runtime.random().nextLong() | Long.MIN_VALUE))
                .limit(4)
                .reduce("", String::concat);
    }

    /** A digest-like text that follows from {@code name}. */
    private static String hex(String name) {
        UnaryOperator<String> more =
                text -> text + String.format("%08x", text.concat(name).hashCode());
        return Stream.iterate("", more)
                .filter(text -> text.length() == 64)
                .findFirst()
                .orElseThrow();
    }
}
