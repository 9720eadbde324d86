package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.scheduling.Taints;
import dev.jarbor.scheduler.SchedulingSimulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which nodes nobody needs: little of them is asked for, and all their pods find room on the others. Found by draining each
 * candidate in a simulation, one after the other in the same one, so that all that are found may go together.
 *
 * @param candidates what has to happen to each
 * @param kept why the others stay, by name
 * @param blocked which rule keeps the pod that keeps its node, by the node's name
 * @param refused nodes that the simulation could not drain: not worth another look for a while
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-does-scale-down-work">How
 *     does scale-down work?</a>
 */
record Unneeded(
        List<Candidate> candidates, Map<String, String> kept, Map<String, String> blocked, Set<String> refused) {
    private static final String DISABLED = "cluster-autoscaler.kubernetes.io/scale-down-disabled";

    /**
     * A node that may go.
     *
     * @param moved the pods that have to go elsewhere
     * @param risky whether their budgets let them go one after the other only
     */
    record Candidate(
            Node node, NodeGroup group, List<Pod> moved, SchedulingSimulation.Utilization utilization, boolean risky) {
        Candidate {
            moved = List.copyOf(moved);
        }

        String name() {
            return node.name();
        }

        boolean isEmpty() {
            return moved.isEmpty();
        }
    }

    /**
     * @param simulation the cluster with all pods that will find room, which is drained
     * @param utilization nodes of which as much or more is asked for are needed
     * @param recent nodes that could not be drained a while ago
     */
    static Unneeded of(ClusterView view, SchedulingSimulation simulation, double utilization, Set<String> recent) {
        return new Search(view, simulation, utilization, recent).run();
    }

    private static final class Search {
        private final ClusterView view;
        private final SchedulingSimulation simulation;
        private final double most;
        private final Set<String> recent;
        private final Budgets budgets;
        private final List<Candidate> candidates = new ArrayList<>();
        private final Map<String, String> kept = new TreeMap<>();
        private final Map<String, String> blocked = new TreeMap<>();
        private final Set<String> refused = new TreeSet<>();
        private final Set<String> gone = new TreeSet<>();

        Search(ClusterView view, SchedulingSimulation simulation, double most, Set<String> recent) {
            this.view = view;
            this.simulation = simulation;
            this.most = most;
            this.recent = recent;
            this.budgets = new Budgets(view.budgets());
        }

        Unneeded run() {
            for (Node node : view.nodes()) {
                if (view.fleet().starting().contains(node.name())) {
                    continue;
                }
                String why = unfit(node);
                if (why.isEmpty()) {
                    why = drain(node);
                    if (!why.isEmpty()) {
                        refused.add(node.name());
                    }
                }
                if (!why.isEmpty()) {
                    kept.put(node.name(), why);
                }
            }
            return new Unneeded(candidates, kept, blocked, refused);
        }

        /** Why a node stays whatever is on it; "" where nothing speaks for it. */
        private String unfit(Node node) {
            var group = view.groupOf(node.name());
            if (group.isEmpty()) {
                return "NotAutoscaled";
            }
            if (group.get().targetSize() <= group.get().minSize()) {
                return "NodeGroupMinSizeReached";
            }
            if (recent.contains(node.name())) {
                return "RecentlyUnremovable";
            }
            if (Draining.isMarked(node)) {
                return "CurrentlyBeingDeleted";
            }
            if ("true".equals(node.metadata().annotations().get(DISABLED))) {
                return "ScaleDownDisabledAnnotation";
            }
            return asked(node).share() >= most ? "NotUnderutilized" : "";
        }

        private SchedulingSimulation.Utilization asked(Node node) {
            return simulation.utilization(node.name(), pod -> !PodRules.isOverdue(pod, view.now()));
        }

        /** Moves the node's pods within the simulation; "" where that went well, and otherwise nothing is changed. */
        private String drain(Node node) {
            var moved = new ArrayList<Pod>();
            for (Pod pod : view.on(node.name())) {
                switch (PodRules.of(pod, view.now(), view.owners(), budgets)) {
                    case PodRules.Verdict.Stays ignored -> {}
                    case PodRules.Verdict.Moves ignored -> moved.add(pod);
                    case PodRules.Verdict.Blocks(String reason, String ignored) -> {
                        blocked.put(node.name(), reason);
                        return "BlockedByPod";
                    }
                }
            }
            SchedulingSimulation.Utilization asked = asked(node);
            if (!simulation.drain(node, marked(node), moved, this::mayTake)) {
                return "NoPlaceToMovePods";
            }
            gone.add(node.name());
            boolean atOnce = budgets.take(moved);
            view.groupOf(node.name())
                    .ifPresent(group -> candidates.add(new Candidate(node, group, moved, asked, !atOnce)));
            return "";
        }

        private boolean mayTake(String name) {
            return view.isRegistered(name) && !gone.contains(name);
        }

        private static Node marked(Node node) {
            var taints = new ArrayList<>(node.spec().taints());
            taints.add(Taint.EMPTY.withKey(Draining.TAINT).withEffect(Taints.NO_SCHEDULE));
            return node.withSpec(node.spec().withTaints(taints));
        }
    }
}
