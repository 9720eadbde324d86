package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.node.runtime.ContainerRecord;
import java.time.Duration;

/** One thing to do for a pod. The agent carries actions out; what comes of them shows at the next look. */
public sealed interface PodAction {
    /** Makes the volumes, or brings their content up to date. */
    record PrepareVolumes() implements PodAction {}

    record StartSandbox(int attempt) implements PodAction {}

    /** Pulls the image for the attempt to come. */
    record PullImage(Container container, int attempt) implements PodAction {}

    /** Creates and starts a container in the ready sandbox {@code sandboxId}. */
    record StartContainer(Container container, int attempt, String sandboxId) implements PodAction {}

    /** Ends a running container: its preStop hook, then its stop signal, after {@code grace} the kill. */
    record StopContainer(ContainerRecord instance, Duration grace, boolean runHook) implements PodAction {}

    record StopSandbox(String id) implements PodAction {}

    record RemoveSandbox(String id) implements PodAction {}

    record RemoveContainer(String id) implements PodAction {}

    /**
     * Tells people.
     *
     * @param container whom it is about; "" for the pod itself
     * @param warning the event's type
     */
    record Tell(String container, boolean warning, String reason, String message) implements PodAction {}
}
