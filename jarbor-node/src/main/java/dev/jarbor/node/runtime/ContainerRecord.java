package dev.jarbor.node.runtime;

import java.time.Instant;
import java.util.Map;

/**
 * A container as the runtime shows it. Times that have not come yet are {@link Instant#EPOCH}.
 *
 * @param attempt counts the instances of one container of a pod from 0: the restart count
 * @param image the name it was made from
 * @param imageId the image's digest reference, as the status shows it
 * @param reason the runtime's word for how it ended, such as {@code Completed} or {@code OOMKilled}
 * @param annotations what the agent attached when it made the container
 * @param logPath the file with the container's output; "" where there is none
 */
public record ContainerRecord(
        String id,
        String sandboxId,
        PodIdentity pod,
        String name,
        int attempt,
        State state,
        Instant createdAt,
        Instant startedAt,
        Instant finishedAt,
        int exitCode,
        String image,
        String imageId,
        String reason,
        String message,
        Map<String, String> annotations,
        String logPath) {

    /** The states of the CRI. */
    public enum State {
        CREATED,
        RUNNING,
        EXITED,
        UNKNOWN
    }

    public boolean running() {
        return state == State.RUNNING;
    }

    public boolean exited() {
        return state == State.EXITED;
    }

    public boolean succeeded() {
        return exited() && exitCode == 0;
    }

    public String annotation(String name) {
        return annotations.getOrDefault(name, "");
    }
}
