package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.Optional;

/**
 * Whose doing it is that a target has no pods: an autoscaler that has taken the last one brings them back, but leaves a target
 * alone that somebody has switched off. It knows by its own condition, which is told of autoscalers that may take the last
 * pod, or have done so; the server lets them only where the gate HPAScaleToZero is on.
 *
 * @see <a href="https://www.kubernetes.dev/resources/keps/2021/">KEP-2021</a>
 */
final class ZeroReplicas {
    static final String CONDITION = "ScaledToZero";

    private static final Bounds.Said DONE =
            new Bounds.Said(true, "ScaledToZero", "the HPA controller scaled the workload to zero");
    private static final Bounds.Said NOT_DONE =
            new Bounds.Said(false, "NotScaledToZero", "the HPA controller did not scale the workload to zero");

    private ZeroReplicas() {}

    /**
     * Whether a target without pods may get some: the autoscaler has left it so, and a metric can tell without pods, or there
     * have to be some by now.
     */
    static boolean mayEnd(HorizontalPodAutoscaler autoscaler) {
        boolean ownDoing = autoscaler.status().conditions().stream()
                .anyMatch(each -> each.type().equals(CONDITION) && each.status().equals("True"));
        return ownDoing && (least(autoscaler) > 0 || hears(autoscaler));
    }

    /** What the condition says after a target has been given {@code after} replicas instead of {@code before}. */
    static Optional<Bounds.Said> after(HorizontalPodAutoscaler autoscaler, int before, int after) {
        boolean concerned = least(autoscaler) == 0
                || autoscaler.status().conditions().stream()
                        .anyMatch(each -> each.type().equals(CONDITION));
        boolean done = before > 0 && after == 0 && hears(autoscaler);
        return concerned ? Optional.of(done ? DONE : NOT_DONE) : Optional.empty();
    }

    private static int least(HorizontalPodAutoscaler autoscaler) {
        return autoscaler.spec().minReplicasOr(1);
    }

    /** Whether a metric says something where no pod is. */
    private static boolean hears(HorizontalPodAutoscaler autoscaler) {
        return autoscaler.spec().metrics().stream()
                .anyMatch(metric ->
                        metric.type().equals("Object") || metric.type().equals("External"));
    }
}
