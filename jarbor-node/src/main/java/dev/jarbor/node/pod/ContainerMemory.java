package dev.jarbor.node.pod;

import java.time.Instant;

/**
 * What the agent remembers of one container beyond what the runtime shows.
 *
 * @param waiting why it does not run, in the status's words
 * @param restarts the wait between restarts
 * @param pulls the wait between pulls
 * @param pullFailedAt when the last pull failed; {@link Instant#EPOCH} if none did
 * @param pulledFor the attempt for which the image was pulled; -1 for none
 * @param failedAt when it last could not be started; {@link Instant#EPOCH} if never
 * @param probedId the instance the probe states are of
 */
public record ContainerMemory(
        Waiting waiting,
        Backoff restarts,
        Backoff pulls,
        Instant pullFailedAt,
        int pulledFor,
        Instant failedAt,
        String probedId,
        ProbeState startup,
        ProbeState readiness,
        ProbeState liveness) {
    public static final ContainerMemory NEW = new ContainerMemory(
            Waiting.NONE,
            Backoff.NONE,
            Backoff.NONE,
            Instant.EPOCH,
            -1,
            Instant.EPOCH,
            "",
            ProbeState.NEW,
            ProbeState.NEW,
            ProbeState.NEW);

    /** A reason and message of a container's waiting state. */
    public record Waiting(String reason, String message) {
        public static final Waiting NONE = new Waiting("", "");
    }

    public ContainerMemory withWaiting(String reason, String message) {
        return new ContainerMemory(
                new Waiting(reason, message),
                restarts,
                pulls,
                pullFailedAt,
                pulledFor,
                failedAt,
                probedId,
                startup,
                readiness,
                liveness);
    }

    public ContainerMemory withRestarts(Backoff next) {
        return new ContainerMemory(
                waiting, next, pulls, pullFailedAt, pulledFor, failedAt, probedId, startup, readiness, liveness);
    }

    /** The image is there for this attempt. */
    public ContainerMemory pulled(int attempt) {
        return new ContainerMemory(
                Waiting.NONE,
                restarts,
                Backoff.NONE,
                Instant.EPOCH,
                attempt,
                failedAt,
                probedId,
                startup,
                readiness,
                liveness);
    }

    public ContainerMemory pullFailed(Instant now, String reason, String message) {
        return new ContainerMemory(
                new Waiting(reason, message),
                restarts,
                pulls.next(now, now),
                now,
                pulledFor,
                failedAt,
                probedId,
                startup,
                readiness,
                liveness);
    }

    public ContainerMemory startFailed(Instant now, String reason, String message) {
        return new ContainerMemory(
                new Waiting(reason, message),
                restarts,
                pulls,
                pullFailedAt,
                pulledFor,
                now,
                probedId,
                startup,
                readiness,
                liveness);
    }

    /** A new instance runs: its probes start afresh. */
    public ContainerMemory started(String id) {
        return new ContainerMemory(
                Waiting.NONE,
                restarts,
                pulls,
                pullFailedAt,
                -1,
                Instant.EPOCH,
                id,
                ProbeState.NEW,
                ProbeState.NEW,
                ProbeState.NEW);
    }

    public ProbeState probe(ProbeKind kind) {
        return switch (kind) {
            case STARTUP -> startup;
            case READINESS -> readiness;
            case LIVENESS -> liveness;
        };
    }

    /** The states with that of {@code kind} replaced; an answer about an earlier instance changes nothing. */
    public ContainerMemory probed(String id, ProbeKind kind, ProbeState state) {
        if (!id.equals(probedId)) {
            return this;
        }
        return new ContainerMemory(
                waiting,
                restarts,
                pulls,
                pullFailedAt,
                pulledFor,
                failedAt,
                probedId,
                kind == ProbeKind.STARTUP ? state : startup,
                kind == ProbeKind.READINESS ? state : readiness,
                kind == ProbeKind.LIVENESS ? state : liveness);
    }
}
