package dev.jarbor.scheduler.autoscaling;

import java.time.Duration;

/**
 * How the cluster autoscaler works; named after the options of the reference.
 *
 * @param scanInterval between two looks at the cluster
 * @param utilization nodes of whose resources less is asked for may go, from 0 to 1
 * @param unneededTime how long a node must have been unneeded before it goes
 * @param delayAfterAdd for how long after nodes were added none go
 * @param delayAfterFailure for how long after a removal that failed none go
 * @param drainPatience how long pods may take to leave a node that goes
 * @param emptyAtOnce how many nodes without pods go at once
 * @param provisionTime how long a node may take until it is ready, as {@code --max-node-provision-time} has it
 * @param expander chooses between groups
 * @param balance whether new nodes are divided between groups of the same kind of machine, as
 *     {@code --balance-similar-node-groups} has it
 */
public record AutoscalerSettings(
        Duration scanInterval,
        double utilization,
        Duration unneededTime,
        Duration delayAfterAdd,
        Duration delayAfterFailure,
        Duration drainPatience,
        int emptyAtOnce,
        Duration provisionTime,
        Expander expander,
        boolean balance) {
    /** The reference's defaults. */
    public static final AutoscalerSettings DEFAULT = new AutoscalerSettings(
            Duration.ofSeconds(10),
            0.5,
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(3),
            Duration.ofMinutes(10),
            10,
            Duration.ofMinutes(15),
            Expander.LEAST_WASTE,
            false);

    public AutoscalerSettings withExpander(Expander other) {
        return new AutoscalerSettings(
                scanInterval,
                utilization,
                unneededTime,
                delayAfterAdd,
                delayAfterFailure,
                drainPatience,
                emptyAtOnce,
                provisionTime,
                other,
                balance);
    }

    public AutoscalerSettings withUnneededTime(Duration other) {
        return new AutoscalerSettings(
                scanInterval,
                utilization,
                other,
                delayAfterAdd,
                delayAfterFailure,
                drainPatience,
                emptyAtOnce,
                provisionTime,
                expander,
                balance);
    }

    public AutoscalerSettings withDelayAfterAdd(Duration other) {
        return new AutoscalerSettings(
                scanInterval,
                utilization,
                unneededTime,
                other,
                delayAfterFailure,
                drainPatience,
                emptyAtOnce,
                provisionTime,
                expander,
                balance);
    }

    public AutoscalerSettings withBalance(boolean on) {
        return new AutoscalerSettings(
                scanInterval,
                utilization,
                unneededTime,
                delayAfterAdd,
                delayAfterFailure,
                drainPatience,
                emptyAtOnce,
                provisionTime,
                expander,
                on);
    }
}
