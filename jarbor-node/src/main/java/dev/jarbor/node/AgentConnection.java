package dev.jarbor.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Informer;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerRuntime;
import dev.jarbor.node.runtime.PodIdentity;
import dev.jarbor.node.runtime.PodRecord;
import dev.jarbor.node.runtime.SandboxRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The API server's way to the containers of this node. Messages are those of the reference's node endpoint. */
final class AgentConnection implements NodeConnection {
    private final Informer<Pod> bound;
    private final ContainerRuntime containers;

    AgentConnection(Informer<Pod> bound, ContainerRuntime containers) {
        this.bound = bound;
        this.containers = containers;
    }

    @Override
    public void logs(ContainerRef container, LogOptions options, OutputStream sink) throws IOException {
        PodRecord record = record(container.namespace(), container.pod(), container.uid());
        Optional<ContainerRecord> instance =
                options.previous() ? previous(container, record) : record.container(container.container());
        if (instance.isEmpty()) {
            throw ApiException.badRequest(
                    options.previous()
                            ? "previous terminated container \"" + container.container() + "\" in pod \""
                                    + container.pod() + "\" not found"
                            : "container \"" + container.container() + "\" in pod \"" + container.pod()
                                    + "\" is waiting to start: ContainerCreating");
        }
        containers.logs(instance.get(), options, sink);
    }

    /** The instance that the status shows as the last one; while a container waits to restart that is the newest. */
    private Optional<ContainerRecord> previous(ContainerRef container, PodRecord record) {
        List<ContainerRecord> instances = record.instances(container.container());
        Optional<String> last = bound.get(new ObjectKey(container.namespace(), container.pod())).stream()
                .map(Pod::status)
                .flatMap(status ->
                        Stream.concat(status.containerStatuses().stream(), status.initContainerStatuses().stream()))
                .filter(status -> status.name().equals(container.container()))
                .map(status -> status.lastState().terminated().containerID())
                .findFirst();
        return last.flatMap(id -> instances.stream()
                        .filter(one -> id.endsWith("//" + one.id()))
                        .findFirst())
                .or(() -> instances.stream()
                        .skip(1)
                        .filter(ContainerRecord::exited)
                        .findFirst());
    }

    @Override
    public int exec(ContainerRef container, List<String> command, StreamOptions options, Streams streams)
            throws IOException {
        return containers.exec(running(container).id(), command, options, streams);
    }

    @Override
    public int attach(ContainerRef container, StreamOptions options, Streams streams) throws IOException {
        return containers.attach(running(container).id(), options, streams);
    }

    @Override
    public PortStream portForward(String namespace, String pod, String uid, int port) throws IOException {
        SandboxRecord sandbox = record(namespace, pod, uid)
                .readySandbox()
                .orElseThrow(() -> ApiException.badRequest(
                        "unable to forward port because pod is not running. Current status=Pending"));
        return containers.connect(sandbox, port);
    }

    @Override
    public NodeUsage usage() {
        List<ContainerUsage> running =
                containers.usage().stream().flatMap(one -> usage(one).stream()).toList();
        return new NodeUsage(containers.machineUsage(), running);
    }

    /** Of a container whose status says since when it runs. */
    private Optional<ContainerUsage> usage(dev.jarbor.node.runtime.ContainerUsage one) {
        PodIdentity pod = one.pod();
        return bound.get(new ObjectKey(pod.namespace(), pod.name()))
                .filter(present -> present.metadata().uid().equals(pod.uid()))
                .flatMap(present -> startedAt(present, one.container()))
                .map(since -> new ContainerUsage(
                        new ContainerRef(pod.namespace(), pod.name(), pod.uid(), one.container()),
                        since,
                        new Usage(one.at(), one.processorNanos(), one.workingSetBytes())));
    }

    private static Optional<Instant> startedAt(Pod pod, String container) {
        return Stream.concat(pod.status().containerStatuses().stream(), pod.status().initContainerStatuses().stream())
                .filter(status -> status.name().equals(container))
                .findFirst()
                .flatMap(status -> status.state().running().startedAt());
    }

    private ContainerRecord running(ContainerRef container) {
        return record(container.namespace(), container.pod(), container.uid())
                .container(container.container())
                .filter(ContainerRecord::running)
                .orElseThrow(
                        () -> ApiException.internalError("container not found (\"" + container.container() + "\")"));
    }

    private PodRecord record(String namespace, String name, String uid) {
        String found = uid.isEmpty()
                ? bound.get(new ObjectKey(namespace, name))
                        .map(pod -> pod.metadata().uid())
                        .orElseThrow(() -> ApiException.notFound(Pod.KIND, name))
                : uid;
        return containers.pod(found);
    }
}
