package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.function.Supplier;

/**
 * How autoscalers were worked off, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class HorizontalMetrics {
    /** Why a pass, or the computation of a metric, came to nothing. */
    enum Trouble {
        NONE,
        /** The autoscaler asks for what cannot be. */
        SPEC,
        INTERNAL;

        private String label() {
            return switch (this) {
                case NONE -> "none";
                case SPEC -> "spec";
                case INTERNAL -> "internal";
            };
        }
    }

    private static final String PREFIX = "horizontal_pod_autoscaler_controller_";
    private static final double NANOS = 1e9;

    private final Runtime runtime;
    private final Counter passes;
    private final Histogram passDurations;
    private final Counter computations;
    private final Histogram computationDurations;

    /** @param autoscalers those that there are */
    HorizontalMetrics(MetricRegistry registry, Runtime runtime, Supplier<List<HorizontalPodAutoscaler>> autoscalers) {
        registry.gauge(
                PREFIX + "num_horizontal_pod_autoscalers",
                "Autoscalers that there are.",
                List.of(),
                sink -> sink.tell(autoscalers.get().size()));
        registry.gauge(
                PREFIX + "desired_replicas",
                "Replicas that each autoscaler wants now.",
                List.of("namespace", "hpa_name"),
                sink -> autoscalers
                        .get()
                        .forEach(one -> sink.tell(one.status().desiredReplicas(), one.namespace(), one.name())));
        this.runtime = runtime;
        List<Double> bounds = MetricRegistry.exponential(0.001, 2, 15);
        passes = registry.counter(
                PREFIX + "reconciliations_total",
                "Passes over autoscalers, by what they did (scale_down, scale_up, none) and what failed first.",
                "action",
                "error");
        passDurations = registry.histogram(
                PREFIX + "reconciliation_duration_seconds",
                "How long a pass over an autoscaler took.",
                bounds,
                "action",
                "error");
        computations = registry.counter(
                PREFIX + "metric_computation_total",
                "Metrics that were computed, by what they asked for and their type.",
                "action",
                "error",
                "metric_type");
        computationDurations = registry.histogram(
                PREFIX + "metric_computation_duration_seconds",
                "How long the computation of a metric took.",
                bounds,
                "action",
                "error",
                "metric_type");
    }

    long begin() {
        return runtime.nanoTime();
    }

    /** A pass that began at {@code begun} took the target from {@code before} replicas to {@code after}. */
    void reconciled(int before, int after, Trouble trouble, long begun) {
        passes.increment(action(before, after), trouble.label());
        passDurations.observe(seconds(begun), action(before, after), trouble.label());
    }

    /** A metric of {@code type} asked for {@code wanted} replicas instead of {@code present}. */
    void computed(String type, int present, int wanted, Trouble trouble, long begun) {
        computations.increment(action(present, wanted), trouble.label(), type);
        computationDurations.observe(seconds(begun), action(present, wanted), trouble.label(), type);
    }

    private double seconds(long begun) {
        return (runtime.nanoTime() - begun) / NANOS;
    }

    private static String action(int before, int after) {
        return after > before ? "scale_up" : after < before ? "scale_down" : "none";
    }
}
