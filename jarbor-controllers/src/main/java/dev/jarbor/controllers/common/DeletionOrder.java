package dev.jarbor.controllers.common;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which pods go first when there are too many: those whose loss costs least. Not yet assigned before assigned, pending
 * before running, not ready before ready, ready for a shorter time before longer, more restarts before fewer (of containers,
 * then of sidecars), younger before older.
 *
 * <p>Among pods that serve together ({@link #ranked}), after being ready or not: cheap by {@code
 * controller.kubernetes.io/pod-deletion-cost} before dear, doubled up on a node before alone. There times count on a
 * logarithmic scale, with ties broken by uid, so that the victims are spread.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset">Scaling a
 *     ReplicaSet</a>
 */
public final class DeletionOrder {
    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

    private final Comparator<Pod> order;

    private DeletionOrder(Comparator<Pod> order) {
        this.order = order;
    }

    /** The order among pods that each work for themselves, as those of a Job do. */
    public static DeletionOrder plain() {
        Comparator<Optional<Instant>> youngestFirst =
                Comparator.comparing(time -> time.orElse(Instant.MAX), Comparator.reverseOrder());
        return new DeletionOrder(byState()
                .thenComparing(PodState::readySince, youngestFirst)
                .thenComparing(byRestarts())
                .thenComparing(pod -> pod.metadata().creationTimestamp(), youngestFirst)
                .thenComparing(pod -> pod.metadata().uid()));
    }

    /**
     * The order among pods that serve together.
     *
     * @param podsOnNode how many active pods of the same family run on each node
     */
    public static DeletionOrder ranked(Map<String, Integer> podsOnNode, Instant now) {
        return new DeletionOrder(byState()
                .thenComparingInt(DeletionOrder::cost)
                .thenComparing(Comparator.comparingInt(
                                (Pod pod) -> podsOnNode.getOrDefault(pod.spec().nodeName(), 0))
                        .reversed())
                .thenComparingInt(pod -> age(PodState.isReady(pod) ? PodState.readySince(pod) : Optional.of(now), now))
                .thenComparing(byRestarts())
                .thenComparingInt(pod -> age(pod.metadata().creationTimestamp(), now))
                .thenComparing(pod -> pod.metadata().uid()));
    }

    /** The {@code count} of {@code pods} to go first. */
    public List<Pod> first(int count, List<Pod> pods) {
        return pods.stream().sorted(order).limit(count).toList();
    }

    /** The one of {@code pods} to go last. */
    public Pod last(List<Pod> pods) {
        return Collections.max(pods, order);
    }

    private static Comparator<Pod> byState() {
        return Comparator.comparing((Pod pod) -> !pod.spec().nodeName().isEmpty())
                .thenComparingInt(DeletionOrder::phase)
                .thenComparing(PodState::isReady);
    }

    private static Comparator<Pod> byRestarts() {
        return Comparator.comparingInt((Pod pod) -> restarts(pod.status().containerStatuses()))
                .thenComparingInt(pod -> restarts(sidecars(pod)))
                .reversed();
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

    /** The order of magnitude of an age: younger is less, unknown is least. */
    private static int age(Optional<Instant> since, Instant now) {
        if (since.isEmpty()) {
            return -2;
        }
        long nanos = Duration.between(since.get(), now).toNanos();
        return nanos <= 0 ? -1 : Long.SIZE - Long.numberOfLeadingZeros(nanos);
    }

    private static int restarts(List<ContainerStatus> containers) {
        return containers.stream().mapToInt(ContainerStatus::restartCount).max().orElse(0);
    }

    /** Init containers that run on beside the others. */
    private static List<ContainerStatus> sidecars(Pod pod) {
        List<String> names = pod.spec().initContainers().stream()
                .filter(container -> container.restartPolicy().equals("Always"))
                .map(Container::name)
                .toList();
        return pod.status().initContainerStatuses().stream()
                .filter(status -> names.contains(status.name()))
                .toList();
    }
}
