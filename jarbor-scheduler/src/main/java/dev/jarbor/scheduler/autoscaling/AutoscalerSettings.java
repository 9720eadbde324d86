package dev.jarbor.scheduler.autoscaling;

import java.time.Duration;

/**
 * How the cluster autoscaler works; named after the options of the reference.
 *
 * @param scanInterval between two looks at the cluster
 * @param provisionTime how long a node may take until it is ready, as {@code --max-node-provision-time} has it
 * @param expander chooses between groups
 * @param balance whether new nodes are divided between groups of the same kind of machine, as
 *     {@code --balance-similar-node-groups} has it
 */
public record AutoscalerSettings(
        Duration scanInterval,
        Duration provisionTime,
        Health health,
        Shrinking shrinking,
        Expander expander,
        boolean balance) {

    /** The reference's defaults. */
    public static final AutoscalerSettings DEFAULT = new AutoscalerSettings(
            Duration.ofSeconds(10),
            Duration.ofMinutes(15),
            new Health(45, 3),
            Shrinking.DEFAULT,
            Expander.LEAST_WASTE,
            false);

    /**
     * When so much is wrong that nodes neither come nor go.
     *
     * @param maxUnreadyPercentage of nodes that may be unready, as {@code --max-total-unready-percentage} has it
     * @param okUnreadyCount so many may be unready whatever the share, as {@code --ok-total-unready-count} has it
     */
    public record Health(double maxUnreadyPercentage, int okUnreadyCount) {
        /** Whether {@code unready} of {@code all} nodes are no more than may be. */
        boolean bears(int unready, int all) {
            return unready <= okUnreadyCount || unready <= maxUnreadyPercentage / 100 * all;
        }
    }

    /**
     * When nodes go, and how.
     *
     * @param utilization nodes of whose resources less is asked for may go, from 0 to 1
     * @param unneededTime how long a node must have been unneeded before it goes
     * @param unreadyTime the same for one that is not ready
     * @param recheck after how long a node is looked at again whose pods could not be moved
     * @param delays for how long none go after something else has happened
     * @param parallelism how many go at once
     * @param drainParallelism how many of those may have pods to move
     * @param evictionTime how long pods are asked to leave, as {@code --max-pod-eviction-time} has it
     * @param termination how long they may take then, as {@code --max-graceful-termination-sec} has it
     */
    public record Shrinking(
            double utilization,
            Duration unneededTime,
            Duration unreadyTime,
            Duration recheck,
            Delays delays,
            int parallelism,
            int drainParallelism,
            Duration evictionTime,
            Duration termination) {
        private static final Shrinking DEFAULT = new Shrinking(
                0.5,
                Duration.ofMinutes(10),
                Duration.ofMinutes(20),
                Duration.ofMinutes(5),
                new Delays(Duration.ofMinutes(10), Duration.ofSeconds(10), Duration.ofMinutes(3)),
                10,
                1,
                Duration.ofMinutes(2),
                Duration.ofMinutes(10));
    }

    /** For how long no node goes after nodes were added, after one began to go, and after one could not. */
    public record Delays(Duration afterAdd, Duration afterDelete, Duration afterFailure) {}

    public AutoscalerSettings withExpander(Expander other) {
        return new AutoscalerSettings(scanInterval, provisionTime, health, shrinking, other, balance);
    }

    public AutoscalerSettings withBalance(boolean on) {
        return new AutoscalerSettings(scanInterval, provisionTime, health, shrinking, expander, on);
    }
}
