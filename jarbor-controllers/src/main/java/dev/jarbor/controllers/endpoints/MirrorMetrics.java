package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.ToDoubleFunction;

/**
 * What Endpoints written by hand became, under the reference's names. One entry is remembered for each.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class MirrorMetrics {
    private static final String PREFIX = "endpoint_slice_mirroring_controller_";
    private static final List<Double> BOUNDS = MetricRegistry.exponential(2, 2, 15);

    private final Runtime runtime;
    private final Map<ObjectKey, Known> known = new ConcurrentSkipListMap<>();
    private final Counter changes;
    private final Histogram added;
    private final Histogram updated;
    private final Histogram removed;
    private final Histogram skipped;
    private final Histogram durations;

    private record Known(int endpoints, int slices) {}

    MirrorMetrics(MetricRegistry registry, Runtime runtime) {
        this.runtime = runtime;
        changes = registry.counter(PREFIX + "changes", "Slices that were created, updated or deleted.", "operation");
        added = registry.histogram(PREFIX + "endpoints_added_per_sync", "Endpoints that a pass added.", BOUNDS);
        updated = registry.histogram(PREFIX + "endpoints_updated_per_sync", "Endpoints that a pass changed.", BOUNDS);
        removed = registry.histogram(PREFIX + "endpoints_removed_per_sync", "Endpoints that a pass removed.", BOUNDS);
        skipped = registry.histogram(
                PREFIX + "addresses_skipped_per_sync", "Addresses that are more than are mirrored.", BOUNDS);
        durations = registry.histogram(
                PREFIX + "endpoints_sync_duration",
                "How long a pass takes, in seconds.",
                MetricRegistry.exponential(0.001, 2, 15));
        sum(registry, "endpoints_desired", "Endpoints that there should be.", Known::endpoints);
        sum(registry, "num_endpoint_slices", "Slices that there are.", Known::slices);
        sum(registry, "desired_endpoint_slices", "Slices that would do.", Known::slices);
    }

    private void sum(MetricRegistry registry, String name, String help, ToDoubleFunction<Known> part) {
        registry.gauge(
                PREFIX + name,
                help,
                List.of(),
                sink -> sink.tell(known.values().stream().mapToDouble(part).sum()));
    }

    long begin() {
        return runtime.nanoTime();
    }

    /** {@code mirror} has been carried out on {@code existing}, begun at {@code begun}. */
    void mirrored(ObjectKey key, List<EndpointSlice> existing, Mirror mirror, long begun) {
        changes.add(mirror.create().size(), "create");
        changes.add(mirror.update().size(), "update");
        changes.add(mirror.delete().size(), "delete");
        var after = new TreeMap<ObjectKey, EndpointSlice>();
        existing.forEach(slice -> after.put(slice.key(), slice));
        mirror.delete().forEach(slice -> after.remove(slice.key()));
        mirror.update().forEach(slice -> after.put(slice.key(), slice));
        int now = endpoints(List.copyOf(after.values())) + endpoints(mirror.create());
        known.put(key, new Known(now, after.size() + mirror.create().size()));
        added.observe(mirror.totals().added());
        updated.observe(mirror.totals().updated());
        removed.observe(mirror.totals().removed());
        skipped.observe(mirror.surplus());
        durations.observe((runtime.nanoTime() - begun) / 1e9);
    }

    void forget(ObjectKey key) {
        known.remove(key);
    }

    private static int endpoints(List<EndpointSlice> slices) {
        return slices.stream().mapToInt(slice -> slice.endpoints().size()).sum();
    }
}
