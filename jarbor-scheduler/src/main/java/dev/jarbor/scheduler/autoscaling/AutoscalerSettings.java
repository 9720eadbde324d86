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
 * @param expander chooses between groups
 */
public record AutoscalerSettings(
        Duration scanInterval,
        double utilization,
        Duration unneededTime,
        Duration delayAfterAdd,
        Duration delayAfterFailure,
        Duration drainPatience,
        int emptyAtOnce,
        Expander expander) {
    /** The reference's defaults. */
    public static final AutoscalerSettings DEFAULT = new AutoscalerSettings(
            Duration.ofSeconds(10),
            0.5,
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(3),
            Duration.ofMinutes(10),
            10,
            Expander.LEAST_WASTE);

    public AutoscalerSettings withExpander(Expander other) {
        return new AutoscalerSettings(
                scanInterval,
                utilization,
                unneededTime,
                delayAfterAdd,
                delayAfterFailure,
                drainPatience,
                emptyAtOnce,
                other);
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
                expander);
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
                expander);
    }
}
