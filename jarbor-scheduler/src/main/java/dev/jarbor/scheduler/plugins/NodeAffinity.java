package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PreferredSchedulingTerm;
import dev.jarbor.api.scheduling.NodeSelectors;
import dev.jarbor.scheduler.cluster.NodeState;

/** nodeSelector and node affinity (Kubernetes docs, "Assigning Pods to Nodes"). */
public final class NodeAffinity {
    private NodeAffinity() {}

    static boolean allows(Pod pod, NodeState node) {
        return NodeSelectors.allows(pod.spec(), node.name(), node.labels());
    }

    /** The sum of the weights of the preferred terms that the node meets. */
    static long preference(Pod pod, NodeState node) {
        long sum = 0;
        for (PreferredSchedulingTerm term :
                pod.spec().affinity().nodeAffinity().preferredDuringSchedulingIgnoredDuringExecution()) {
            if (NodeSelectors.matches(term.preference(), node.name(), node.labels())) {
                sum += term.weight();
            }
        }
        return sum;
    }
}
