package dev.jarbor.scheduler.dynamicresources;

import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * What becomes of devices on the way of pods to their nodes, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class DeviceMetrics {
    private static final String PREFIX = "scheduler_";
    private static final double MILLIS = 1000;

    private final String profile;
    private final Counter creations;
    private final Counter conditional;
    private final Histogram waits;

    /** @param profile the name of the scheduler */
    DeviceMetrics(MetricRegistry registry, String profile) {
        this.profile = profile;
        creations = registry.counter(
                PREFIX + "resourceclaim_creates_total", "Claims that were to be made by the scheduler.", "status");
        conditional = registry.counter(
                PREFIX + "dra_bindingconditions_allocations_total",
                "Attempts with devices that are bound when their driver says so, by driver.",
                "profile",
                "driver",
                "status");
        waits = registry.histogram(
                PREFIX + "dra_bindingconditions_wait_duration_seconds",
                "How long drivers were waited for.",
                MetricRegistry.exponential(0.1, 2, 14),
                "profile",
                "driver",
                "status");
    }

    void created(boolean made) {
        creations.increment(made ? "success" : "failure");
    }

    void waited(DeviceWaits.Over over, Set<String> drivers, Instant now) {
        double seconds = Duration.between(over.attempt().begun(), now).toMillis() / MILLIS;
        for (String driver : drivers) {
            conditional.increment(profile, driver, over.status());
            waits.observe(seconds, profile, driver, over.status());
        }
    }
}
