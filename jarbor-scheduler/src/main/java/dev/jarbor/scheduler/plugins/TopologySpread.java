package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.TopologySpreadConstraint;
import dev.jarbor.api.scheduling.Taints;
import dev.jarbor.api.select.Operator;
import dev.jarbor.api.select.Requirement;
import dev.jarbor.api.select.Selector;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeOrder;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Even spreading over domains (Kubernetes docs, "Pod Topology Spread Constraints"). */
public final class TopologySpread {
    static final String HOSTNAME = "kubernetes.io/hostname";

    /** How crowded a node is taken to be that lacks the label. */
    private static final long NO_DOMAIN = Long.MAX_VALUE / 1024;

    private TopologySpread() {}

    /** The constraints that must hold. */
    public static Filter.Check filter(Pod pod, Demand demand, ClusterState cluster) {
        List<TopologySpreadConstraint> hard = pod.spec().topologySpreadConstraints().stream()
                .filter(constraint -> !constraint.whenUnsatisfiable().equals("ScheduleAnyway"))
                .toList();
        if (hard.isEmpty()) {
            return Filter.Check.ANY_NODE;
        }
        Set<String> keys =
                hard.stream().map(TopologySpreadConstraint::topologyKey).collect(Collectors.toSet());
        var rules = new ArrayList<Rule>();
        hard.forEach(constraint -> rules.add(Rule.of(constraint, pod, keys, cluster)));
        return node -> {
            for (Rule rule : rules) {
                String value = node.labels().get(rule.key());
                if (value == null) {
                    return List.of(new Obstacle(
                            "node(s) didn't match pod topology spread constraints (missing required label)", false));
                }
                if (rule.skewWith(value) > rule.maxSkew()) {
                    return List.of(new Obstacle("node(s) didn't match pod topology spread constraints", true));
                }
            }
            return List.of();
        };
    }

    /**
     * How crowded a node's domains are with pods like this one: its own soft constraints, or, where it states none, its
     * Service's or controller's pods by zone and by node. Empty where nothing is to be spread.
     */
    static Optional<ToLongFunction<NodeState>> crowding(Pod pod, ClusterState cluster) {
        List<ToLongFunction<NodeState>> parts = wishes(pod, cluster).stream()
                .map(wish -> crowding(pod, wish, cluster))
                .toList();
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(node ->
                        parts.stream().mapToLong(part -> part.applyAsLong(node)).sum());
    }

    private static ToLongFunction<NodeState> crowding(Pod pod, Soft wish, ClusterState cluster) {
        if (wish.key().equals(HOSTNAME)) {
            // A domain of its own: only the nodes are counted that are asked for.
            return node -> node.labels().containsKey(HOSTNAME) ? count(node, pod, wish.selector()) : NO_DOMAIN;
        }
        var counts = new HashMap<String, Long>();
        for (NodeState node : cluster.nodes()) {
            String value = node.labels().get(wish.key());
            if (value != null) {
                counts.merge(value, count(node, pod, wish.selector()), Long::sum);
            }
        }
        return node -> {
            String value = node.labels().get(wish.key());
            return value == null ? NO_DOMAIN : counts.getOrDefault(value, 0L);
        };
    }

    private record Soft(String key, Selector selector) {}

    private static List<Soft> wishes(Pod pod, ClusterState cluster) {
        var wishes = new ArrayList<Soft>();
        if (pod.spec().topologySpreadConstraints().isEmpty()) {
            for (Selector companions : cluster.companions(pod)) {
                wishes.add(new Soft(HOSTNAME, companions));
                if (cluster.order().zoned()) {
                    wishes.add(new Soft(NodeOrder.ZONE, companions));
                }
            }
        }
        pod.spec().topologySpreadConstraints().stream()
                .filter(constraint -> constraint.whenUnsatisfiable().equals("ScheduleAnyway"))
                .forEach(constraint -> wishes.add(new Soft(constraint.topologyKey(), selector(constraint, pod))));
        return wishes;
    }

    private static long count(NodeState node, Pod like, Selector selector) {
        return node.count(like.namespace(), selector);
    }

    private static Selector selector(TopologySpreadConstraint constraint, Pod pod) {
        Selector selector = constraint.hasLabelSelector()
                ? Selector.ofObject(constraint.labelSelector().value())
                : Selector.nothing();
        for (String label : constraint.matchLabelKeys()) {
            String value = pod.metadata().labels().get(label);
            if (value != null) {
                selector = selector.and(new Requirement(label, Operator.IN, List.of(value)));
            }
        }
        return selector;
    }

    /** One hard constraint with the pods of each domain counted. */
    private record Rule(String key, int maxSkew, long self, long fewest, Map<String, Long> counts) {
        static Rule of(TopologySpreadConstraint constraint, Pod pod, Set<String> keys, ClusterState cluster) {
            Selector selector = selector(constraint, pod);
            var counts = new HashMap<String, Long>();
            for (NodeState node : cluster.nodes()) {
                if (node.labels().keySet().containsAll(keys) && takesPart(constraint, pod, node)) {
                    counts.merge(node.labels().get(constraint.topologyKey()), count(node, pod, selector), Long::sum);
                }
            }
            boolean tooFewDomains = counts.size() < constraint.minDomainsOr(1);
            long fewest = tooFewDomains
                    ? 0
                    : counts.values().stream().mapToLong(Long::longValue).min().orElse(0);
            long self = selector.matches(pod.metadata().labels()) ? 1 : 0;
            return new Rule(constraint.topologyKey(), constraint.maxSkew(), self, fewest, counts);
        }

        private static boolean takesPart(TopologySpreadConstraint constraint, Pod pod, NodeState node) {
            boolean byAffinity = constraint.nodeAffinityPolicy().equals("Ignore") || NodeAffinity.allows(pod, node);
            boolean byTaints = !constraint.nodeTaintsPolicy().equals("Honor")
                    || node.node().spec().taints().stream()
                            .filter(taint -> !taint.effect().equals("PreferNoSchedule"))
                            .allMatch(taint -> Taints.tolerates(pod.spec().tolerations(), taint));
            return byAffinity && byTaints;
        }

        long skewWith(String value) {
            return counts.getOrDefault(value, 0L) + self - fewest;
        }
    }
}
