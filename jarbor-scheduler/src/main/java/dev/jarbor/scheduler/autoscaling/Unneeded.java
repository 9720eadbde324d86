package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.scheduler.SchedulingSimulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Which nodes nobody needs: little of them is asked for, and all their pods find room on the others. Found by draining each
 * candidate in a simulation, one after the other in the same one, so that all that are found may go together.
 *
 * @param candidates what has to happen to each
 * @param kept why the others stay, by name
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-does-scale-down-work">How
 *     does scale-down work?</a>
 */
record Unneeded(List<Candidate> candidates, Map<String, String> kept) {
    private static final String DISABLED = "cluster-autoscaler.kubernetes.io/scale-down-disabled";

    /**
     * A node that may go.
     *
     * @param moved the pods that have to go elsewhere
     * @param utilization the share of it that is asked for
     */
    record Candidate(String node, NodeGroup group, List<Pod> moved, double utilization) {
        boolean isEmpty() {
            return moved.isEmpty();
        }
    }

    /** @param utilization nodes of which as much or more is asked for are needed */
    static Unneeded of(ClusterView view, double utilization, RandomGenerator random) {
        SchedulingSimulation simulation = view.simulation(random);
        var candidates = new ArrayList<Candidate>();
        var kept = new TreeMap<String, String>();
        var leaving = new TreeMap<String, Integer>();
        var allowed = new TreeMap<ObjectKey, Integer>();
        view.budgets()
                .forEach(budget -> allowed.put(budget.key(), budget.status().disruptionsAllowed()));
        for (Node node : view.nodes()) {
            String why = unfit(view, node, leaving);
            if (why.isEmpty()) {
                double asked = simulation.utilization(node.name(), pod -> !PodRules.isMirror(pod));
                why = asked >= utilization
                        ? "NotUnderutilized"
                        : drain(view, node, asked, simulation, allowed, candidates);
            }
            if (why.isEmpty()) {
                view.groupOf(node.name()).ifPresent(group -> leaving.merge(group.name(), 1, Integer::sum));
            } else {
                kept.put(node.name(), why);
            }
        }
        return new Unneeded(candidates, kept);
    }

    /** Why a node stays whatever is on it; "" where nothing speaks for it. */
    private static String unfit(ClusterView view, Node node, Map<String, Integer> leaving) {
        var group = view.groupOf(node.name());
        if (group.isEmpty()) {
            return "NotAutoscaled";
        }
        if ("true".equals(node.metadata().annotations().get(DISABLED))) {
            return "ScaleDownDisabledAnnotation";
        }
        boolean going =
                node.spec().taints().stream().anyMatch(taint -> taint.key().equals(Draining.TAINT));
        if (going) {
            return "CurrentlyBeingDeleted";
        }
        int left = group.get().targetSize() - leaving.getOrDefault(group.get().name(), 0);
        return left <= group.get().minSize() ? "NodeGroupMinSizeReached" : "";
    }

    /** Moves the node's pods within the simulation; "" where that went well, and otherwise nothing is changed. */
    private static String drain(
            ClusterView view,
            Node node,
            double utilization,
            SchedulingSimulation simulation,
            Map<ObjectKey, Integer> allowed,
            List<Candidate> candidates) {
        var moved = new ArrayList<Pod>();
        for (Pod pod : view.on(node.name())) {
            switch (PodRules.of(pod, view.budgets())) {
                case PodRules.Verdict.Stays ignored -> {}
                case PodRules.Verdict.Moves ignored -> moved.add(pod);
                case PodRules.Verdict.Blocks(String reason) -> {
                    return reason;
                }
            }
        }
        Map<ObjectKey, Integer> after = disrupted(moved, view.budgets(), allowed);
        if (after.values().stream().anyMatch(left -> left < 0)) {
            return "NotEnoughPdb";
        }
        List<Pod> all = view.on(node.name());
        simulation.remove(node.name());
        for (Pod pod : moved) {
            if (simulation
                    .placeOn(pod, name -> view.isRegistered(name) && !isGoing(name, candidates))
                    .isEmpty()) {
                simulation.add(node);
                all.forEach(one -> simulation.put(one, node.name()));
                return "NoPlaceToMovePods";
            }
        }
        allowed.putAll(after);
        view.groupOf(node.name())
                .ifPresent(group -> candidates.add(new Candidate(node.name(), group, moved, utilization)));
        return "";
    }

    private static boolean isGoing(String name, List<Candidate> candidates) {
        return candidates.stream().anyMatch(candidate -> candidate.node().equals(name));
    }

    /** How many disruptions the budgets of {@code moved} still allow afterwards. */
    private static Map<ObjectKey, Integer> disrupted(
            List<Pod> moved, List<PodDisruptionBudget> budgets, Map<ObjectKey, Integer> allowed) {
        var after = new TreeMap<ObjectKey, Integer>();
        for (Pod pod : moved) {
            for (PodDisruptionBudget budget : budgets) {
                if (PodRules.covers(budget, pod)) {
                    after.merge(budget.key(), -1, Integer::sum);
                }
            }
        }
        after.replaceAll((key, taken) -> allowed.getOrDefault(key, 0) + taken);
        return after;
    }
}
