package dev.jarbor.scheduler.decision;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.NodeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who has to go so that a more important pod finds room. On each node that it might help on, all pods of lower priority are
 * taken away in thought, and as many as possible come back, the most important first; of the nodes the one is chosen where
 * the fewest budgets are overdrawn and the least is lost. Pure: the cluster is as before when it has answered.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/">Pod priority and preemption</a>
 */
public final class Preemption {
    /** At how many nodes with victims the search ends, unless a tenth of the nodes are more. */
    static final int ENOUGH = 100;

    /** Makes every priority count, so that fewer victims are better than more of negative priority. */
    private static final long OFFSET = 1L + Integer.MAX_VALUE;

    /** The more important come first: higher priority, then longer at work. */
    private static final Comparator<Pod> IMPORTANCE = Comparator.comparingInt(
                    (Pod pod) -> -pod.spec().priority())
            .thenComparing(Preemption::started)
            .thenComparing(Pod::key);

    private static final Comparator<Victims> LEAST_LOSS = Comparator.comparingInt(Victims::violations)
            .thenComparingInt(Victims::highest)
            .thenComparingLong(Victims::sum)
            .thenComparingInt(victims -> victims.pods().size())
            .thenComparing(Victims::since, Comparator.reverseOrder());

    private final Pod pod;
    private final ClusterState cluster;
    private final Collection<PodDisruptionBudget> budgets;

    /**
     * The pods that go from a node, the most important first.
     *
     * @param violations how many of them a budget would have kept
     */
    public record Victims(String node, List<Pod> pods, int violations) {
        public Victims {
            pods = List.copyOf(pods);
        }

        private int highest() {
            return pods.stream().mapToInt(pod -> pod.spec().priority()).max().orElse(Integer.MIN_VALUE);
        }

        private long sum() {
            return pods.stream()
                    .mapToLong(pod -> pod.spec().priority() + OFFSET)
                    .sum();
        }

        /** Since when the longest serving of the most important has been at work. */
        private Instant since() {
            return pods.stream()
                    .filter(pod -> pod.spec().priority() == highest())
                    .map(Preemption::started)
                    .min(Comparator.naturalOrder())
                    .orElse(Instant.MAX);
        }
    }

    private Preemption(Pod pod, ClusterState cluster, Collection<PodDisruptionBudget> budgets) {
        this.pod = pod;
        this.cluster = cluster;
        this.budgets = budgets;
    }

    /**
     * Who goes for {@code pod}; empty where that helps nowhere.
     *
     * @param nodes those on which it might help, by name
     */
    public static Optional<Victims> choose(
            Pod pod, ClusterState cluster, List<String> nodes, Collection<PodDisruptionBudget> budgets) {
        var preemption = new Preemption(pod, cluster, budgets);
        return cluster.withPromises(
                pod,
                () -> nodes.stream()
                        .flatMap(node -> cluster.node(node).flatMap(preemption::on).stream())
                        .limit(Math.max(ENOUGH, cluster.nodes().size() / 10))
                        .min(LEAST_LOSS));
    }

    /** Why {@code pod} sends nobody away, whoever is there; empty where it may. */
    public static Optional<String> objection(Pod pod, ClusterState cluster) {
        if (pod.spec().preemptionPolicy().equals("Never")) {
            return Optional.of("not eligible due to preemptionPolicy=Never.");
        }
        boolean underWay = cluster.promisedTo(pod.key()).flatMap(cluster::node).stream()
                .flatMap(node -> node.pods().stream())
                .anyMatch(other -> other.metadata().hasDeletionTimestamp() && isBelow(other, pod));
        return underWay
                ? Optional.of("not eligible due to a terminating pod on the nominated node.")
                : Optional.empty();
    }

    private static boolean isBelow(Pod other, Pod pod) {
        return other.spec().priority() < pod.spec().priority();
    }

    private static Instant started(Pod pod) {
        return pod.status().startTime().orElse(Instant.MAX);
    }

    private Optional<Victims> on(NodeState node) {
        List<Pod> below = node.pods().stream()
                .filter(other -> isBelow(other, pod))
                .sorted(IMPORTANCE)
                .toList();
        if (below.isEmpty()) {
            return Optional.empty();
        }
        below.forEach(other -> cluster.remove(other.key()));
        try {
            return fits(node) ? Optional.of(reprieved(node, below)) : Optional.empty();
        } finally {
            below.forEach(other -> cluster.place(other, node.name()));
        }
    }

    private boolean fits(NodeState node) {
        return Decider.obstacles(pod, cluster, node).isEmpty();
    }

    /** As many as possible stay, first of all those that a budget keeps. */
    private Victims reprieved(NodeState node, List<Pod> below) {
        List<Pod> kept = keptByBudgets(below);
        var victims = new ArrayList<Pod>();
        int violations = 0;
        for (Pod other : kept) {
            if (!staysOn(node, other)) {
                victims.add(other);
                violations++;
            }
        }
        for (Pod other : below) {
            if (!kept.contains(other) && !staysOn(node, other)) {
                victims.add(other);
            }
        }
        victims.sort(IMPORTANCE);
        return new Victims(node.name(), victims, violations);
    }

    private boolean staysOn(NodeState node, Pod other) {
        cluster.place(other, node.name());
        if (fits(node)) {
            return true;
        }
        cluster.remove(other.key());
        return false;
    }

    /** The pods, of those in the order of their importance, beyond what budgets allow to go. */
    private List<Pod> keptByBudgets(List<Pod> below) {
        var left = new TreeMap<String, Integer>();
        var kept = new ArrayList<Pod>();
        for (Pod other : below) {
            boolean violates = false;
            for (PodDisruptionBudget budget : budgets) {
                if (covers(budget, other)) {
                    int allowed = left.getOrDefault(
                            budget.key().toString(), budget.status().disruptionsAllowed());
                    left.put(budget.key().toString(), allowed - 1);
                    violates |= allowed <= 0;
                }
            }
            if (violates) {
                kept.add(other);
            }
        }
        return kept;
    }

    private static boolean covers(PodDisruptionBudget budget, Pod pod) {
        ObjectValue selector = budget.spec().selector().value();
        return budget.namespace().equals(pod.namespace())
                && !selector.isEmpty()
                && !budget.status().disruptedPods().containsKey(pod.name())
                && Selector.ofObject(selector).matches(pod.metadata().labels());
    }
}
