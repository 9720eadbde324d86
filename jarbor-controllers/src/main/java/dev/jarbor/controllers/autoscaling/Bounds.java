package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.autoscaling.v2.HPAScalingPolicy;
import dev.jarbor.api.autoscaling.v2.HPAScalingRules;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntBinaryOperator;

/**
 * What becomes of a recommendation: it waits until it has lasted, and changes no more at once than the rules allow.
 *
 * @param replicas how many there will be
 * @param stabilized what the condition AbleToScale says
 * @param limited what the condition ScalingLimited says
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior">
 *     Configurable scaling behavior</a>
 */
record Bounds(int replicas, Said stabilized, Said limited) {
    private static final Duration DOWN_WINDOW = Duration.ofMinutes(5);
    /** Without rules of its own a target grows to twice its size at once, or to this. */
    private static final int FIRST_STEP = 4;

    /** What a condition says. */
    record Said(boolean status, String reason, String message) {}

    private static final Said READY = new Said(true, "ReadyForNewScale", "recommended size matches current size");
    private static final Said WITHIN =
            new Said(false, "DesiredWithinRange", "the desired count is within the acceptable range");
    private static final Said UP_STABILIZED = new Said(
            true,
            "ScaleUpStabilized",
            "recent recommendations were lower than current one, applying the lowest recent recommendation");
    private static final Said DOWN_STABILIZED = new Said(
            true,
            "ScaleDownStabilized",
            "recent recommendations were higher than current one, applying the highest recent recommendation");
    private static final Said UP_LIMIT = new Said(
            true, "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate");
    private static final Said DOWN_LIMIT = new Said(
            true, "ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate");
    private static final Said TOO_MANY =
            new Said(true, "TooManyReplicas", "the desired replica count is more than the maximum replica count");
    private static final Said TOO_FEW =
            new Said(true, "TooFewReplicas", "the desired replica count is less than the minimum replica count");

    /**
     * @param least the fewest replicas
     * @param current how many are wanted now
     * @param wanted what the metrics ask for; is entered into {@code history}
     */
    static Bounds of(
            HorizontalPodAutoscaler autoscaler,
            int least,
            int current,
            int wanted,
            ScalingHistory history,
            Instant now) {
        int most = autoscaler.spec().maxReplicas();
        return autoscaler.spec().hasBehavior()
                ? byRules(autoscaler.spec().behavior(), least, most, current, wanted, history, now)
                : byDefault(least, most, current, wanted, history, now);
    }

    private static Bounds byDefault(int least, int most, int current, int wanted, ScalingHistory history, Instant now) {
        int steady = history.highest(wanted, DOWN_WINDOW, now);
        history.recommend(wanted, now);
        Said stabilized = steady == wanted ? READY : DOWN_STABILIZED;
        int step = Math.max(2 * current, FIRST_STEP);
        if (steady < least) {
            return new Bounds(least, stabilized, TOO_FEW);
        }
        if (steady > Math.min(most, step)) {
            return new Bounds(Math.min(most, step), stabilized, most > step ? UP_LIMIT : TOO_MANY);
        }
        return new Bounds(steady, stabilized, WITHIN);
    }

    private static Bounds byRules(
            HorizontalPodAutoscalerBehavior behavior,
            int least,
            int most,
            int current,
            int wanted,
            ScalingHistory history,
            Instant now) {
        int lowest = history.recommended(wanted, window(behavior.scaleUp(), Duration.ZERO), now, Math::min);
        int highest = history.recommended(wanted, window(behavior.scaleDown(), DOWN_WINDOW), now, Math::max);
        history.recommend(wanted, now);
        int steady = Math.min(Math.max(current, lowest), highest);
        Said stabilized = steady == wanted ? READY : wanted >= current ? UP_STABILIZED : DOWN_STABILIZED;
        if (steady > current) {
            int limit = Math.max(current, upLimit(behavior.scaleUp(), current, history, now));
            int allowed = Math.min(most, limit);
            return steady > allowed
                    ? new Bounds(allowed, stabilized, most > limit ? UP_LIMIT : TOO_MANY)
                    : new Bounds(steady, stabilized, WITHIN);
        }
        if (steady < current) {
            int limit = Math.min(current, downLimit(behavior.scaleDown(), current, history, now));
            int allowed = Math.max(least, limit);
            return steady < allowed
                    ? new Bounds(allowed, stabilized, least < limit ? DOWN_LIMIT : TOO_FEW)
                    : new Bounds(steady, stabilized, WITHIN);
        }
        return new Bounds(steady, stabilized, WITHIN);
    }

    private static Duration window(HPAScalingRules rules, Duration otherwise) {
        return rules.hasStabilizationWindowSeconds()
                ? Duration.ofSeconds(rules.stabilizationWindowSeconds())
                : otherwise;
    }

    private static int upLimit(HPAScalingRules rules, int current, ScalingHistory history, Instant now) {
        if (rules.selectPolicy().equals("Disabled")) {
            return current;
        }
        IntBinaryOperator chosen = rules.selectPolicy().equals("Min") ? Math::min : Math::max;
        return rules.policies().stream()
                .mapToInt(policy -> {
                    int start = history.before(current, period(policy), now);
                    return policy.type().equals("Pods")
                            ? start + policy.value_()
                            : (int) Math.ceil(start * (1 + policy.value_() / 100.0));
                })
                .reduce(chosen)
                .orElse(Integer.MAX_VALUE);
    }

    private static int downLimit(HPAScalingRules rules, int current, ScalingHistory history, Instant now) {
        if (rules.selectPolicy().equals("Disabled")) {
            return current;
        }
        IntBinaryOperator chosen = rules.selectPolicy().equals("Min") ? Math::max : Math::min;
        return rules.policies().stream()
                .mapToInt(policy -> {
                    int start = history.before(current, period(policy), now);
                    return policy.type().equals("Pods")
                            ? start - policy.value_()
                            : (int) (start * (1 - policy.value_() / 100.0));
                })
                .reduce(chosen)
                .orElse(0);
    }

    private static Duration period(HPAScalingPolicy policy) {
        return Duration.ofSeconds(policy.periodSeconds());
    }
}
