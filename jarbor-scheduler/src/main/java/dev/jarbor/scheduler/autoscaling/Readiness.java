package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.scheduler.autoscaling.AutoscalerSettings.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Set;

/**
 * How many nodes are in which state, of one group or of all.
 *
 * @param registered those with a Node object: the ready, not started, unready and those that are being deleted
 * @param notStarted not ready, and so new that they may become it
 * @param unready not ready any more
 * @param beingDeleted of no group any more
 * @param unregistered their machine is there, the Node object may come
 * @param longUnregistered nobody waits for their Node object any more
 */
record Readiness(
        int registered,
        int ready,
        int notStarted,
        int unready,
        int beingDeleted,
        int unregistered,
        int longUnregistered) {
    /** How long a registered node may take until it is ready. */
    private static final Duration STARTUP = Duration.ofMinutes(15);

    private enum State {
        READY,
        NOT_STARTED,
        UNREADY,
        BEING_DELETED
    }

    /**
     * @param missing names of nodes without a Node object
     * @param overdue those of them that nobody waits for
     * @param groups says whether a node is of any
     */
    static Readiness of(
            Collection<Node> nodes,
            Collection<String> missing,
            Set<String> overdue,
            Collection<NodeGroup> groups,
            Instant now) {
        var counts = new EnumMap<State, Integer>(State.class);
        nodes.forEach(node -> counts.merge(state(node, groups, now), 1, Integer::sum));
        int late = (int) missing.stream().filter(overdue::contains).count();
        return new Readiness(
                nodes.size(),
                counts.getOrDefault(State.READY, 0),
                counts.getOrDefault(State.NOT_STARTED, 0),
                counts.getOrDefault(State.UNREADY, 0),
                counts.getOrDefault(State.BEING_DELETED, 0),
                missing.size() - late,
                late);
    }

    private static State state(Node node, Collection<NodeGroup> groups, Instant now) {
        boolean marked =
                node.spec().taints().stream().anyMatch(taint -> taint.key().equals(Draining.TAINT));
        if (marked && groups.stream().noneMatch(group -> group.nodes().contains(node.name()))) {
            return State.BEING_DELETED;
        }
        if (isReady(node)) {
            return State.READY;
        }
        return isStarting(node, now) ? State.NOT_STARTED : State.UNREADY;
    }

    static boolean isReady(Node node) {
        return node.status().conditions().stream()
                .anyMatch(condition ->
                        condition.type().equals("Ready") && condition.status().equals("True"));
    }

    /** Whether a node is not ready yet. */
    static boolean isStarting(Node node, Instant now) {
        return !isReady(node)
                && node.metadata()
                        .creationTimestamp()
                        .filter(made -> made.plus(STARTUP).isAfter(now))
                        .isPresent();
    }

    /** Whether so few are unready that nodes may come and go: said of all nodes together. */
    boolean isHealthy(Health health) {
        return health.bears(unready, registered);
    }

    /**
     * Whether a group has about as many ready nodes as it should.
     *
     * @param target how many nodes it shall have
     * @param asked how many of those are on their way
     */
    boolean isHealthy(Health health, int target, int asked) {
        int least = target - asked - longUnregistered;
        if (registered + unregistered + longUnregistered == 0) {
            return least == 0 || target == 0;
        }
        return health.bears(Math.max(0, least - ready), ready + unready + notStarted);
    }
}
