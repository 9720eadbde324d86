package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.scheduler.autoscaling.AutoscalerSettings.Health;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the nodes are, and the groups that they belong to.
 *
 * @param all of all nodes
 * @param healthy whether nodes may come and go at all
 * @param groups by name
 * @param lost nodes that nobody waits for any more: never registered, or not ready and not new
 * @param starting nodes of groups that are registered and not ready yet
 */
record Fleet(Readiness all, boolean healthy, Map<String, State> groups, Set<String> lost, Set<String> starting) {
    private static final String NOT_READY = "not ready for scale-up";
    private static final String RESTING = "in backoff after failed scale-up";

    /** One of which all is well, whatever its groups are. */
    static final Fleet WELL = new Fleet(new Readiness(0, 0, 0, 0, 0, 0, 0), true, Map.of(), Set.of(), Set.of());

    /**
     * One group.
     *
     * @param healthy whether it has about the ready nodes that it should
     * @param growing whether nodes that were asked for are on their way
     * @param resting why it is left alone, where it is
     */
    record State(Readiness readiness, boolean healthy, boolean growing, Optional<Provisioning.Failure> resting) {
        /** Why it may not grow now. */
        Optional<String> skipped() {
            return healthy ? resting.map(failure -> RESTING) : Optional.of(NOT_READY);
        }
    }

    static Fleet of(List<Node> nodes, List<NodeGroup> groups, Provisioning provisioning, Health health, Instant now) {
        var registered = new TreeMap<String, Node>();
        nodes.forEach(node -> registered.put(node.name(), node));
        Set<String> overdue = provisioning.neverRegistered(now);
        var missing = new TreeSet<String>();
        var starting = new TreeSet<String>();
        var states = new TreeMap<String, State>();
        for (NodeGroup group : groups) {
            List<String> names = group.nodes();
            List<Node> own = names.stream()
                    .filter(registered::containsKey)
                    .map(registered::get)
                    .toList();
            List<String> absent =
                    names.stream().filter(name -> !registered.containsKey(name)).toList();
            Readiness readiness = Readiness.of(own, absent, overdue, groups, now);
            int asked = provisioning.asked(group);
            states.put(
                    group.name(),
                    new State(
                            readiness,
                            readiness.isHealthy(health, group.targetSize(), asked),
                            asked > 0 && group.targetSize() > readiness.registered() - readiness.notStarted(),
                            provisioning.resting(group, now)));
            missing.addAll(absent);
            own.stream().filter(node -> Readiness.isStarting(node, now)).forEach(node -> starting.add(node.name()));
        }
        var lost = new TreeSet<>(overdue);
        nodes.stream()
                .filter(node -> !Readiness.isReady(node) && !Readiness.isStarting(node, now))
                .forEach(node -> lost.add(node.name()));
        Readiness all = Readiness.of(nodes, missing, overdue, groups, now);
        return new Fleet(all, all.isHealthy(health), states, lost, starting);
    }

    /** Why {@code group} may not grow now. */
    Optional<String> skipped(NodeGroup group) {
        return Optional.ofNullable(groups.get(group.name())).flatMap(State::skipped);
    }
}
