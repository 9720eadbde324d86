package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Even spreading over domains, as far as it is a wish. How crowded a node is: for each constraint the pods of its domain, each
 * of them weighing more the more domains there are (the logarithm of their number and two), and the constraint's maxSkew less
 * one, which waters small differences down. The least crowded node has 100; the others have less by the share that they are
 * more crowded, of the most crowded one.
 *
 * <p>Where a pod states its constraints, a node outside of one's domains has nothing. The default constraints take no notice of
 * a zone that a node does not have.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-scheduling/895-pod-topology-spread">KEP-895</a>
 */
final class SpreadScore implements Score {
    private final Pod pod;
    private final ClusterState cluster;
    private final List<SpreadConstraint> constraints;
    private final boolean reachesAll;

    private SpreadScore(Pod pod, ClusterState cluster, List<SpreadConstraint> constraints) {
        this.pod = pod;
        this.cluster = cluster;
        this.constraints = constraints;
        this.reachesAll = !pod.spec().topologySpreadConstraints().isEmpty();
    }

    /** Empty where nothing is to be spread. */
    static Optional<Score> of(Pod pod, ClusterState cluster) {
        List<SpreadConstraint> soft = SpreadConstraint.soft(pod, cluster);
        return soft.isEmpty() ? Optional.empty() : Optional.of(new SpreadScore(pod, cluster, soft));
    }

    /** One constraint with the pods of each domain counted that can be chosen. */
    private record Domains(SpreadConstraint constraint, Map<String, Long> counts, double weight) {}

    @Override
    public long[] of(List<NodeState> nodes) {
        List<NodeState> counted = nodes.stream().filter(this::counts).toList();
        List<Domains> domains = constraints.stream()
                .map(constraint -> domains(constraint, counted))
                .toList();
        long[] crowding = new long[nodes.size()];
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < crowding.length; i++) {
            if (counts(nodes.get(i))) {
                crowding[i] = crowding(nodes.get(i), domains);
                least = Math.min(least, crowding[i]);
                most = Math.max(most, crowding[i]);
            }
        }
        for (int i = 0; i < crowding.length; i++) {
            crowding[i] = counts(nodes.get(i)) ? share(crowding[i], least, most) : 0;
        }
        return crowding;
    }

    private static long share(long crowding, long least, long most) {
        return most == 0 ? MOST : MOST * (most + least - crowding) / most;
    }

    private boolean counts(NodeState node) {
        return !reachesAll || SpreadConstraint.reach(constraints, node);
    }

    /** Each node is a domain of its own by its name: its pods are counted when it is asked for. */
    private Domains domains(SpreadConstraint constraint, List<NodeState> nodes) {
        var counts = new HashMap<String, Long>();
        if (constraint.key().equals(SpreadConstraint.HOSTNAME)) {
            return new Domains(constraint, counts, weight(nodes.size()));
        }
        nodes.forEach(node -> counts.put(node.labels().getOrDefault(constraint.key(), ""), 0L));
        for (NodeState node : cluster.nodes()) {
            String value = node.labels().get(constraint.key());
            if (value != null && counts.containsKey(value) && counts(node) && constraint.takesPart(pod, node)) {
                counts.merge(value, constraint.count(node, pod.namespace()), Long::sum);
            }
        }
        return new Domains(constraint, counts, weight(counts.size()));
    }

    /** The same on every machine. */
    private static double weight(int domains) {
        return StrictMath.log(domains + 2.0);
    }

    private long crowding(NodeState node, List<Domains> domains) {
        double crowding = 0;
        for (Domains each : domains) {
            SpreadConstraint constraint = each.constraint();
            String value = node.labels().get(constraint.key());
            if (value != null) {
                long pods = constraint.key().equals(SpreadConstraint.HOSTNAME)
                        ? constraint.count(node, pod.namespace())
                        : each.counts().getOrDefault(value, 0L);
                crowding += pods * each.weight() + (constraint.maxSkew() - 1);
            }
        }
        return Math.round(crowding);
    }
}
