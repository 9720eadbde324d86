package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.PodRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Everything a decision about one pod is made from.
 *
 * @param images looks an image up on the node
 * @param deleted whether the pod is gone from the API while parts of it may still run
 */
public record PodWorld(
        Pod pod,
        PodRecord record,
        PodMemory memory,
        Instant now,
        Function<String, Optional<ImageRecord>> images,
        boolean deleted) {

    /** Whether the pod is to end: deleted, finished for good, or ended by the node. */
    public boolean ending() {
        return deleted
                || pod.metadata().deletionTimestamp().isPresent()
                || terminal()
                || memory.failure().happened();
    }

    /** Whether the API already holds a final phase; such a pod never runs again. */
    public boolean terminal() {
        String phase = pod.status().phase();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    public String restartPolicy() {
        String policy = pod.spec().restartPolicy();
        return policy.isEmpty() ? "Always" : policy;
    }

    /** The newest instance of a container that lives in the ready sandbox. */
    public Optional<ContainerRecord> current(String container) {
        return record.readySandbox()
                .flatMap(sandbox -> record.container(container)
                        .filter(instance -> instance.sandboxId().equals(sandbox.id())));
    }

    /** The restart count of the next instance. */
    public int nextAttempt(String container) {
        int fromRuntime = record.container(container)
                .map(instance -> instance.attempt() + 1)
                .orElse(0);
        return Math.max(fromRuntime, attemptsInStatus(container));
    }

    private int attemptsInStatus(String container) {
        return Stream.of(
                        pod.status().containerStatuses(),
                        pod.status().initContainerStatuses(),
                        pod.status().ephemeralContainerStatuses())
                .flatMap(List::stream)
                .filter(status ->
                        status.name().equals(container) && !status.containerID().isEmpty())
                .mapToInt(status -> status.restartCount() + 1)
                .findFirst()
                .orElse(0);
    }

    /** An init container that keeps running beside the others (KEP-753). */
    public static boolean isSidecar(Container init) {
        return init.restartPolicy().equals("Always");
    }

    /** The seconds a pod may take to stop; a deletion may have changed those of its spec. */
    public Duration grace() {
        if (pod.metadata().hasDeletionGracePeriodSeconds()) {
            return Duration.ofSeconds(Math.max(0, pod.metadata().deletionGracePeriodSeconds()));
        }
        return Duration.ofSeconds(Math.max(0, pod.spec().terminationGracePeriodSecondsOr(30)));
    }

    public ContainerMemory memory(String container) {
        return memory.container(container);
    }

    /** Whether an instance counts as started: it runs and its startup probe, if any, has succeeded. */
    public boolean started(Container container, ContainerRecord instance) {
        return instance.running()
                && (!container.hasStartupProbe()
                        || (memory(container.name()).probedId().equals(instance.id())
                                && memory(container.name()).startup().succeeded()));
    }

    /** Whether a running instance is ready: started, and its readiness probe, if any, holds. */
    public boolean ready(Container container, ContainerRecord instance) {
        return started(container, instance)
                && (!container.hasReadinessProbe()
                        || (memory(container.name()).probedId().equals(instance.id())
                                && memory(container.name()).readiness().succeeded()));
    }

    /** As the reference names a pod in messages: {@code web_default(uid)}. */
    public String fullName() {
        return pod.name() + "_" + pod.namespace() + "(" + pod.metadata().uid() + ")";
    }
}
