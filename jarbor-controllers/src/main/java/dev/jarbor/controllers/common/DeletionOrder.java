package dev.jarbor.controllers.common;

import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which pods go first when there are too many: those whose loss costs least. Not yet assigned before assigned, pending
 * before running, not ready before ready, cheap by {@code controller.kubernetes.io/pod-deletion-cost} before dear, doubled
 * up on a node before alone, ready for a shorter time before longer, more restarts before fewer, younger before older.
 * Times count on a logarithmic scale, with ties broken by uid, so that the victims are spread.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset">Scaling a
 *     ReplicaSet</a>
 */
public final class DeletionOrder {
    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

    private final Map<String, Integer> podsOnNode;
    private final Instant now;

    /** @param podsOnNode how many active pods of the same family run on each node */
    public DeletionOrder(Map<String, Integer> podsOnNode, Instant now) {
        this.podsOnNode = podsOnNode;
        this.now = now;
    }

    /** The {@code count} of {@code pods} to go first. */
    public List<Pod> first(int count, List<Pod> pods) {
        return pods.stream().sorted(order()).limit(count).toList();
    }

    private Comparator<Pod> order() {
        return Comparator.comparing((Pod pod) -> !pod.spec().nodeName().isEmpty())
                .thenComparingInt(DeletionOrder::phase)
                .thenComparing(PodState::isReady)
                .thenComparingInt(DeletionOrder::cost)
                .thenComparing(Comparator.comparingInt(this::neighbours).reversed())
                .thenComparingInt(pod -> age(PodState.isReady(pod) ? PodState.readySince(pod) : Optional.of(now)))
                .thenComparing(Comparator.comparingInt(DeletionOrder::restarts).reversed())
                .thenComparingInt(pod -> age(pod.metadata().creationTimestamp()))
                .thenComparing(pod -> pod.metadata().uid());
    }

    private static int phase(Pod pod) {
        return switch (pod.status().phase()) {
            case "Running" -> 2;
            case "Unknown" -> 1;
            default -> 0;
        };
    }

    /** Costs are 32-bit integers; the server refuses others, and what is unreadable counts as 0. */
    private static int cost(Pod pod) {
        try {
            return Integer.parseInt(pod.metadata().annotations().getOrDefault(COST, "0"));
        } catch (NumberFormatException unreadable) {
            return 0;
        }
    }

    private int neighbours(Pod pod) {
        return podsOnNode.getOrDefault(pod.spec().nodeName(), 0);
    }

    /** The order of magnitude of an age: younger is less, unknown is least. */
    private int age(Optional<Instant> since) {
        if (since.isEmpty()) {
            return -2;
        }
        long nanos = Duration.between(since.get(), now).toNanos();
        return nanos <= 0 ? -1 : Long.SIZE - Long.numberOfLeadingZeros(nanos);
    }

    private static int restarts(Pod pod) {
        return pod.status().containerStatuses().stream()
                .mapToInt(ContainerStatus::restartCount)
                .max()
                .orElse(0);
    }
}
