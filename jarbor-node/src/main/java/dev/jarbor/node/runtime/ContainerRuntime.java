package dev.jarbor.node.runtime;

import dev.jarbor.client.NodeConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs containers. Reads answer at once from the runtime's own state. What takes time (pulling, starting, stopping)
 * answers through a {@link Reply}, so that the same agent drives real containers on virtual threads and simulated ones on
 * a virtual clock; the runtime bounds how much it does at once.
 *
 * <p>The concepts, states and defaults are those of the Container Runtime Interface, version 1 (kubernetes/cri-api).
 */
public interface ContainerRuntime extends AutoCloseable {
    /** Which runtime this is, for {@code status.nodeInfo.containerRuntimeVersion}. */
    RuntimeVersion version();

    /** Whether pods can be started, and if not why: the text of the node's Ready condition. */
    RuntimeHealth health();

    /** All pods the runtime knows, by uid; those of earlier agents too. */
    List<PodRecord> pods();

    /** What the runtime holds of one pod; {@link PodRecord#isEmpty} where it knows nothing. */
    PodRecord pod(String uid);

    /** Calls {@code listener} with the uid of a pod whenever one of its sandboxes or containers changed by itself. */
    void onChange(Consumer<String> listener);

    /** Creates and starts a sandbox and its network; replies with its id. */
    void runSandbox(SandboxSpec spec, Reply<String> reply);

    /** Ends the sandbox's processes and network; its record stays. Safe to repeat. */
    void stopSandbox(String sandboxId, Reply<Done> reply);

    /** Removes a stopped sandbox and its containers' records. Safe to repeat. */
    void removeSandbox(String sandboxId, Reply<Done> reply);

    /** Creates and starts a container in the sandbox; replies with its id. */
    void startContainer(String sandboxId, SandboxSpec sandbox, ContainerSpec spec, Reply<String> reply);

    /** Asks the container to end (its stop signal) and kills it after {@code grace}. */
    void stopContainer(String containerId, Duration grace, Reply<Done> reply);

    /** Removes a container that has ended. Safe to repeat. */
    void removeContainer(String containerId, Reply<Done> reply);

    /** The image, if it is present on the node. */
    Optional<ImageRecord> image(String reference);

    List<ImageRecord> images();

    /** Pulls an image, trying {@code credentials} in order (none means anonymously); replies with the image. */
    void pull(String reference, List<RegistryCredentials> credentials, Reply<ImageRecord> reply);

    void removeImage(String imageId, Reply<Done> reply);

    /** Runs a command to its end, for probes and hooks. */
    void execute(String containerId, List<String> command, Duration timeout, Reply<ExecResult> reply);

    /** Asks one HTTP, TCP or gRPC question for a probe or hook. */
    void probe(String containerId, ProbeTarget target, Duration timeout, Reply<ProbeAnswer> reply);

    /** What the containers use now, for the resource metrics. */
    List<ContainerUsage> usage();

    /** What the whole machine has used, all that is no container included. */
    NodeConnection.Usage machineUsage();

    /** Runs a command with the client's streams; returns its exit code. Live runtimes only. */
    int exec(
            String containerId,
            List<String> command,
            NodeConnection.StreamOptions options,
            NodeConnection.Streams streams)
            throws IOException;

    /** Joins the streams of the container's main process. Live runtimes only. */
    int attach(String containerId, NodeConnection.StreamOptions options, NodeConnection.Streams streams)
            throws IOException;

    /** Writes the container's log. */
    void logs(ContainerRecord container, NodeConnection.LogOptions options, OutputStream sink) throws IOException;

    /** Connects to a port in the sandbox's network. */
    NodeConnection.PortStream connect(SandboxRecord sandbox, int port) throws IOException;

    @Override
    void close();

    /** The answer of an operation that has nothing to say but that it is done. */
    enum Done {
        DONE
    }
}
