package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import java.time.Instant;
import java.util.List;

/** Clusters at one moment, for tests. */
final class Views {
    private Views() {}

    /** One of which all is well, with everybody there who makes pods. */
    static ClusterView of(List<Node> nodes, List<Pod> pods, List<? extends NodeGroup> groups) {
        return new ClusterView(
                Instant.EPOCH,
                nodes,
                pods,
                List.of(),
                List.of(),
                List.of(),
                Owners.ALL,
                List.copyOf(groups),
                Fleet.WELL,
                ClusterView.Devices.NONE);
    }

    static ClusterView at(Instant now, ClusterView view) {
        return new ClusterView(
                now,
                view.nodes(),
                view.pods(),
                view.namespaces(),
                view.daemonSets(),
                view.budgets(),
                view.owners(),
                view.groups(),
                view.fleet(),
                view.devices());
    }

    static ClusterView with(Fleet fleet, ClusterView view) {
        return new ClusterView(
                view.now(),
                view.nodes(),
                view.pods(),
                view.namespaces(),
                view.daemonSets(),
                view.budgets(),
                view.owners(),
                view.groups(),
                fleet,
                view.devices());
    }

    static ClusterView with(Owners owners, ClusterView view) {
        return new ClusterView(
                view.now(),
                view.nodes(),
                view.pods(),
                view.namespaces(),
                view.daemonSets(),
                view.budgets(),
                owners,
                view.groups(),
                view.fleet(),
                view.devices());
    }

    static ClusterView with(List<DaemonSet> daemons, List<PodDisruptionBudget> budgets, ClusterView view) {
        return new ClusterView(
                view.now(),
                view.nodes(),
                view.pods(),
                view.namespaces(),
                daemons,
                budgets,
                view.owners(),
                view.groups(),
                view.fleet(),
                view.devices());
    }

    static ClusterView with(ClusterView.Devices devices, ClusterView view) {
        return new ClusterView(
                view.now(),
                view.nodes(),
                view.pods(),
                view.namespaces(),
                view.daemonSets(),
                view.budgets(),
                view.owners(),
                view.groups(),
                view.fleet(),
                devices);
    }
}
