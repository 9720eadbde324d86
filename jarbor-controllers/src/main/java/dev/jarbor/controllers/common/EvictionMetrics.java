package dev.jarbor.controllers.common;

import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Pods that were sent away for a taint, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
public final class EvictionMetrics {
    private static final List<Double> SECONDS =
            List.of(0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 30.0, 60.0, 120.0, 180.0, 240.0);

    private final Counter pods;
    private final Histogram delays;

    /** @param loop whose they are, such as {@code taint_eviction_controller} */
    public EvictionMetrics(MetricRegistry registry, String loop) {
        this.pods = registry.counter(loop + "_pod_deletions_total", "Pods that this loop has sent away.");
        this.delays = registry.histogram(
                loop + "_pod_deletion_duration_seconds",
                "From the time when a taint took effect on a pod to its deletion.",
                SECONDS);
    }

    /** A pod had to go at {@code due}, and has been deleted {@code now}. */
    public void evicted(Instant due, Instant now) {
        pods.increment();
        delays.observe(Math.max(0, Duration.between(due, now).toNanos() / 1e9));
    }
}
