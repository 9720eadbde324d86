package dev.jarbor.scheduler.plugins;

import dev.jarbor.scheduler.cluster.Amounts;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;

/**
 * How much of a node's processors and memory would be left, and how evenly they would be used. In whole numbers, rounded as the
 * reference rounds.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">NodeResourcesFit,
 *     NodeResourcesBalancedAllocation</a>
 */
final class NodeResources {
    private NodeResources() {}

    /**
     * The mean of what would be free of each, in hundredths; of containers that ask for nothing something is assumed, so that
     * they do not all go to one node. What the node does not have at all is left out.
     */
    static long leastAllocated(Demand demand, NodeState node) {
        long free = 0;
        int resources = 0;
        for (String name : Amounts.COMPUTE) {
            long allocatable = node.allocatable().get(name);
            if (allocatable != 0) {
                long used = node.assumed().get(name) + demand.assumed().get(name);
                free += used > allocatable ? 0 : (allocatable - used) * Score.MOST / allocatable;
                resources++;
            }
        }
        return resources == 0 ? 0 : free / resources;
    }

    /** Whether a pod has any effect on how evenly a node is used. */
    static boolean weighs(Demand demand) {
        return demand.requests().get(Amounts.CPU) != 0 || demand.requests().get(Amounts.MEMORY) != 0;
    }

    /** 75 where the pod changes nothing, up to 100 where it makes up for a difference, down to 50 where it makes one. */
    static long balancedAllocation(Demand demand, NodeState node) {
        long with = balance(node, demand.requests());
        long without = balance(node, Amounts.NONE);
        return Score.MOST / 2 + (Score.MOST / 2 + with - without) / 2;
    }

    /** 100 less the standard deviation of the shares that are in use, which is half the difference of two. */
    private static long balance(NodeState node, Amounts more) {
        double cpu = share(node, more, Amounts.CPU);
        double memory = share(node, more, Amounts.MEMORY);
        boolean comparable =
                node.allocatable().get(Amounts.CPU) != 0 && node.allocatable().get(Amounts.MEMORY) != 0;
        double deviation = comparable ? Math.abs((cpu - memory) / 2) : 0;
        return (long) ((1 - deviation) * Score.MOST);
    }

    private static double share(NodeState node, Amounts more, String name) {
        return Math.min(
                1,
                (double) (node.requested().get(name) + more.get(name))
                        / node.allocatable().get(name));
    }
}
