package dev.jarbor.node.pod;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What the agent remembers of one pod between two looks: everything that the pod and the runtime do not say.
 *
 * @param seen when the agent first saw the pod: its start time
 * @param containers by container name
 * @param busy the operations under way, by the names of {@link Operation}
 * @param volumes how far the volumes are
 * @param sandboxRetry the wait before the sandbox is tried again
 * @param sandboxFailedAt when it last failed; {@link Instant#EPOCH} if never
 * @param stoppingSince when the pod began to end; {@link Instant#EPOCH} while it lives
 * @param failure why the node ended the pod; {@link Failure#NONE} otherwise
 */
public record PodMemory(
        Instant seen,
        SortedMap<String, ContainerMemory> containers,
        SortedSet<String> busy,
        VolumeState volumes,
        Backoff sandboxRetry,
        Instant sandboxFailedAt,
        Instant stoppingSince,
        Failure failure) {
    public PodMemory {
        containers = Collections.unmodifiableSortedMap(new TreeMap<>(containers));
        busy = Collections.unmodifiableSortedSet(new TreeSet<>(busy));
    }

    public static PodMemory since(Instant seen) {
        return new PodMemory(
                seen,
                Collections.emptySortedMap(),
                Collections.emptySortedSet(),
                VolumeState.NONE,
                Backoff.NONE,
                Instant.EPOCH,
                Instant.EPOCH,
                Failure.NONE);
    }

    /** The reason and message of a pod that the node ended or refused. */
    public record Failure(String reason, String message) {
        public static final Failure NONE = new Failure("", "");

        public boolean happened() {
            return !reason.isEmpty();
        }
    }

    /**
     * How far the volumes of a pod are.
     *
     * @param ready whether containers may start
     * @param checked when they were last written or tried
     * @param failures how often in a row it failed
     */
    public record VolumeState(boolean ready, Instant checked, int failures) {
        public static final VolumeState NONE = new VolumeState(false, Instant.EPOCH, 0);

        /** The failures of one that only waits for others: it tries again every two seconds. */
        private static final int WAITING = 3;

        /** After another try at {@code now} that came to nothing. */
        public VolumeState failed(Instant now, boolean waits) {
            return new VolumeState(ready, now, waits ? WAITING : failures + 1);
        }

        /** The wait after a failure: half a second doubling to two minutes, as the reference's volume operations. */
        public Duration retryDelay() {
            return Duration.ofMillis(500L << Math.min(8, Math.max(0, failures - 1)));
        }
    }

    public ContainerMemory container(String name) {
        return containers.getOrDefault(name, ContainerMemory.NEW);
    }

    public PodMemory withContainer(String name, UnaryOperator<ContainerMemory> change) {
        var changed = new TreeMap<>(containers);
        changed.put(name, change.apply(container(name)));
        return new PodMemory(seen, changed, busy, volumes, sandboxRetry, sandboxFailedAt, stoppingSince, failure);
    }

    public boolean isBusy(String operation) {
        return busy.contains(operation);
    }

    public PodMemory withBusy(String operation) {
        var changed = new TreeSet<>(busy);
        changed.add(operation);
        return new PodMemory(seen, containers, changed, volumes, sandboxRetry, sandboxFailedAt, stoppingSince, failure);
    }

    public PodMemory withoutBusy(String operation) {
        var changed = new TreeSet<>(busy);
        changed.remove(operation);
        return new PodMemory(seen, containers, changed, volumes, sandboxRetry, sandboxFailedAt, stoppingSince, failure);
    }

    public PodMemory withVolumes(VolumeState state) {
        return new PodMemory(seen, containers, busy, state, sandboxRetry, sandboxFailedAt, stoppingSince, failure);
    }

    public PodMemory sandboxStarted() {
        return new PodMemory(seen, containers, busy, volumes, Backoff.NONE, Instant.EPOCH, stoppingSince, failure);
    }

    public PodMemory sandboxFailed(Instant now) {
        return new PodMemory(seen, containers, busy, volumes, sandboxRetry.next(now, now), now, stoppingSince, failure);
    }

    public PodMemory stopping(Instant now) {
        return stoppingSince.equals(Instant.EPOCH)
                ? new PodMemory(seen, containers, busy, volumes, sandboxRetry, sandboxFailedAt, now, failure)
                : this;
    }

    public PodMemory failed(String reason, String message) {
        return new PodMemory(
                seen,
                containers,
                busy,
                volumes,
                sandboxRetry,
                sandboxFailedAt,
                stoppingSince,
                new Failure(reason, message));
    }
}
