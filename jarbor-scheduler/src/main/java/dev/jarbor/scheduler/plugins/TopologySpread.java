package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Even spreading over domains, where it must hold (Kubernetes docs, "Pod Topology Spread Constraints"). */
public final class TopologySpread {
    private TopologySpread() {}

    public static Filter.Check filter(Pod pod, Demand demand, ClusterState cluster) {
        List<SpreadConstraint> hard = SpreadConstraint.hard(pod);
        if (hard.isEmpty()) {
            return Filter.Check.ANY_NODE;
        }
        var rules = new ArrayList<Rule>();
        hard.forEach(constraint -> rules.add(Rule.of(constraint, pod, hard, cluster)));
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

    /** One constraint with the pods of each domain counted. */
    private record Rule(String key, int maxSkew, long self, long fewest, Map<String, Long> counts) {
        static Rule of(SpreadConstraint constraint, Pod pod, List<SpreadConstraint> all, ClusterState cluster) {
            var counts = new HashMap<String, Long>();
            for (NodeState node : cluster.nodes()) {
                if (SpreadConstraint.reach(all, node) && constraint.takesPart(pod, node)) {
                    counts.merge(
                            node.labels().get(constraint.key()), constraint.count(node, pod.namespace()), Long::sum);
                }
            }
            boolean tooFewDomains = counts.size() < constraint.minDomains();
            long fewest = tooFewDomains
                    ? 0
                    : counts.values().stream().mapToLong(Long::longValue).min().orElse(0);
            long self = constraint.selector().matches(pod.metadata().labels()) ? 1 : 0;
            return new Rule(constraint.key(), constraint.maxSkew(), self, fewest, counts);
        }

        long skewWith(String value) {
            return counts.getOrDefault(value, 0L) + self - fewest;
        }
    }
}
