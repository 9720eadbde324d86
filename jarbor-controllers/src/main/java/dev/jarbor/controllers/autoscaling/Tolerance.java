package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscalerBehavior;

/**
 * How far the ratio of what is used to what is wanted may be from one before anything happens.
 *
 * @param down below one
 * @param up above one
 */
record Tolerance(double down, double up) {
    /** The reference's default: a tenth in both directions. */
    static final Tolerance DEFAULT = new Tolerance(0.1, 0.1);

    /** What the rules of each direction say, if they do. */
    static Tolerance of(HorizontalPodAutoscalerBehavior behavior) {
        return new Tolerance(
                behavior.scaleDown().hasTolerance()
                        ? behavior.scaleDown().tolerance().doubleValue()
                        : DEFAULT.down,
                behavior.scaleUp().hasTolerance()
                        ? behavior.scaleUp().tolerance().doubleValue()
                        : DEFAULT.up);
    }

    boolean covers(double ratio) {
        return 1 - down <= ratio && ratio <= 1 + up;
    }
}
