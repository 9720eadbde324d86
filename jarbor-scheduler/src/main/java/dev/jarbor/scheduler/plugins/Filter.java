package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Says what keeps a pod from a node; nothing means it may go there. */
public interface Filter {
    /** Looks once at what does not depend on the node. */
    Check forPod(Pod pod, Demand demand, ClusterState cluster);

    /** One pod's check of any node. */
    interface Check {
        Check ANY_NODE = node -> List.of();

        /** What stands against {@code node}, in the order in which it is told. */
        List<Obstacle> against(NodeState node);

        /** What stands against every node, whatever it is like; empty for nothing. */
        default Optional<String> rejection() {
            return Optional.empty();
        }

        /**
         * How much the pod likes a node that it may go to, by what was found when it was looked at: 0 for the least. Empty
         * where it likes all alike.
         */
        default Optional<ToLongFunction<NodeState>> preference() {
            return Optional.empty();
        }

        /** What is done for a pod that found no node; asked after all nodes have been looked at. */
        default Optional<Remedy> remedy() {
            return Optional.empty();
        }
    }

    /**
     * What may help a pod the next time.
     *
     * @param message told with the reasons
     * @param idle a claim whose devices are given back
     */
    record Remedy(String message, Optional<ResourceClaim> idle) {}

    /** No node can help the pod. */
    record Rejection(String reason) implements Check {
        @Override
        public List<Obstacle> against(NodeState node) {
            return List.of(new Obstacle(reason, false));
        }

        @Override
        public Optional<String> rejection() {
            return Optional.of(reason);
        }
    }
}
