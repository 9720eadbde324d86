package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.scheduler.SchedulingSimulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The cluster at one moment, as the autoscaler decides about it.
 *
 * @param lost nodes of groups that nobody waits for any more
 * @param resting names of groups that are left alone for now
 */
record ClusterView(
        List<Node> nodes,
        List<Pod> pods,
        List<Namespace> namespaces,
        List<DaemonSet> daemonSets,
        List<PodDisruptionBudget> budgets,
        List<NodeGroup> groups,
        Set<String> lost,
        Set<String> resting) {

    private static final String HOST = "kubernetes.io/hostname";

    /** With groups of which all is well. */
    ClusterView(
            List<Node> nodes,
            List<Pod> pods,
            List<Namespace> namespaces,
            List<DaemonSet> daemonSets,
            List<PodDisruptionBudget> budgets,
            List<NodeGroup> groups) {
        this(nodes, pods, namespaces, daemonSets, budgets, groups, Set.of(), Set.of());
    }

    boolean isResting(NodeGroup group) {
        return resting.contains(group.name());
    }

    /** How many nodes of {@code group} are on their way. */
    int coming(NodeGroup group) {
        long ready = nodes.stream()
                .filter(ClusterView::isReady)
                .filter(node -> group.nodes().contains(node.name()))
                .count();
        long given = group.nodes().stream().filter(lost::contains).count();
        return (int) Math.max(0, group.targetSize() - ready - given);
    }

    /** Pods that the scheduler has found no node for, those aside that belong to nodes. */
    List<Pod> unschedulable() {
        return pods.stream()
                .filter(pod ->
                        pod.spec().nodeName().isEmpty() && !pod.metadata().hasDeletionTimestamp())
                .filter(pod -> pod.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals("PodScheduled")
                                && condition.status().equals("False")
                                && condition.reason().equals("Unschedulable")))
                .filter(pod -> !PodRules.isOfDaemonSet(pod))
                .toList();
    }

    /** The pods on node {@code name} that have not ended. */
    List<Pod> on(String name) {
        return pods.stream()
                .filter(pod -> pod.spec().nodeName().equals(name) && !PodRules.isFinished(pod))
                .toList();
    }

    Optional<NodeGroup> groupOf(String node) {
        return groups.stream().filter(group -> group.nodes().contains(node)).findFirst();
    }

    boolean isRegistered(String node) {
        return nodes.stream().anyMatch(one -> one.name().equals(node));
    }

    static boolean isReady(Node node) {
        return node.status().conditions().stream()
                .anyMatch(condition ->
                        condition.type().equals("Ready") && condition.status().equals("True"));
    }

    /** The cluster with all nodes that are on their way. */
    SchedulingSimulation simulation(RandomGenerator random) {
        List<Pod> placed = pods.stream()
                .filter(pod -> !pod.spec().nodeName().isEmpty() && !PodRules.isFinished(pod))
                .toList();
        SchedulingSimulation simulation = SchedulingSimulation.of(nodes, placed, namespaces, random);
        for (NodeGroup group : groups) {
            int count = coming(group);
            for (int coming = 0; coming < count; coming++) {
                addTemplate(simulation, group, "upcoming-" + coming + "-of-" + group.name());
            }
        }
        return simulation;
    }

    /** Adds a node of {@code group} with the pods that every node gets. */
    void addTemplate(SchedulingSimulation simulation, NodeGroup group, String name) {
        Node template = group.template();
        Node node = template.withMetadata(template.metadata().withName(name));
        var labels = new TreeMap<>(node.metadata().labels());
        labels.put(HOST, name);
        node = node.withMetadata(node.metadata().withLabels(labels));
        simulation.add(node);
        var daemons = new ArrayList<Pod>();
        for (DaemonSet set : daemonSets) {
            daemons.add(Pod.named(set.namespace(), set.name() + "-on-" + name)
                    .withSpec(set.spec().template().spec()));
        }
        for (Pod daemon : daemons) {
            if (simulation.obstacles(daemon, name).isEmpty()) {
                simulation.put(daemon, name);
            }
        }
    }
}
