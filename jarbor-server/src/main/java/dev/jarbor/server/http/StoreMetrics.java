package dev.jarbor.server.http;

import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.store.StoreObserver;
import java.time.Duration;
import java.util.List;

/**
 * Counts what a store asks of etcd, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class StoreMetrics implements StoreObserver {
    private final Histogram durations;
    private final Counter requests;
    private final Counter errors;

    StoreMetrics(MetricRegistry registry, List<Double> seconds) {
        durations = registry.histogram(
                "etcd_request_duration_seconds",
                "Time that requests to etcd took.",
                seconds,
                "operation",
                "group",
                "resource");
        requests = registry.counter("etcd_requests_total", "Requests to etcd.", "operation", "group", "resource");
        errors = registry.counter(
                "etcd_request_errors_total", "Requests to etcd that failed.", "operation", "group", "resource");
    }

    @Override
    public void requested(String operation, String resource, Duration took, boolean failed) {
        int dot = resource.indexOf('.');
        String group = dot < 0 ? "" : resource.substring(dot + 1);
        String plural = dot < 0 ? resource : resource.substring(0, dot);
        durations.observe(took.toNanos() / 1e9, operation, group, plural);
        requests.increment(operation, group, plural);
        if (failed) {
            errors.increment(operation, group, plural);
        }
    }
}
