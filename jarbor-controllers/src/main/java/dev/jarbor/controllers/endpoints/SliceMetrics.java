package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What there is of EndpointSlices, under the reference's names. One entry is remembered for each Service.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class SliceMetrics {
    /** Prometheus' own. */
    private static final List<Double> CHANGES = List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private final Map<ObjectKey, Known> services = new ConcurrentSkipListMap<>();
    private final Histogram added;
    private final Histogram removed;
    private final Counter changes;
    private final Counter syncs;
    private final Histogram changed;

    private record Known(int endpoints, int slices, int desired, String distribution) {}

    SliceMetrics(MetricRegistry registry) {
        List<Double> bounds = MetricRegistry.exponential(2, 2, 15);
        added = registry.histogram(
                "endpoint_slice_controller_endpoints_added_per_sync",
                "Number of endpoints added on each Service sync",
                bounds);
        removed = registry.histogram(
                "endpoint_slice_controller_endpoints_removed_per_sync",
                "Number of endpoints removed on each Service sync",
                bounds);
        changes = registry.counter(
                "endpoint_slice_controller_changes", "Slices that were created, updated or deleted.", "operation");
        syncs = registry.counter(
                "endpoint_slice_controller_syncs", "Passes over Services, by how they ended.", "result");
        changed = registry.histogram(
                "endpoint_slice_controller_endpointslices_changed_per_sync",
                "Slices that a pass over a Service changed, by the hints that they have.",
                CHANGES,
                "topology",
                "traffic_distribution");
        sum(registry, "endpoints_desired", "Number of endpoints desired", Known::endpoints);
        sum(registry, "num_endpoint_slices", "Number of EndpointSlices", Known::slices);
        sum(
                registry,
                "desired_endpoint_slices",
                "Number of EndpointSlices that would exist with perfect endpoint allocation",
                Known::desired);
        registry.gauge(
                "endpoint_slice_controller_services_count_by_traffic_distribution",
                "Number of Services using some specific trafficDistribution",
                List.of("traffic_distribution"),
                sink -> {
                    var counts = new TreeMap<String, Integer>();
                    services.values().stream()
                            .map(Known::distribution)
                            .filter(distribution -> !distribution.isEmpty())
                            .forEach(distribution -> counts.merge(distribution, 1, Integer::sum));
                    counts.forEach((distribution, count) -> sink.tell(count, distribution));
                });
    }

    private void sum(MetricRegistry registry, String name, String help, ToDoubleFunction<Known> part) {
        registry.gauge(
                "endpoint_slice_controller_" + name,
                help,
                List.of(),
                sink -> sink.tell(services.values().stream().mapToDouble(part).sum()));
    }

    /** {@code plan} has been carried out on {@code existing}. */
    void synced(Service service, List<EndpointSlice> existing, SlicePlan plan) {
        var after = new TreeMap<ObjectKey, EndpointSlice>();
        existing.forEach(slice -> after.put(slice.key(), slice));
        plan.update().forEach(slice -> after.put(slice.key(), slice));
        plan.delete().forEach(slice -> after.remove(slice.key()));
        var slices = new ArrayList<>(after.values());
        slices.addAll(plan.create());
        changes.add(plan.create().size(), "create");
        changes.add(plan.update().size(), "update");
        changes.add(plan.delete().size(), "delete");
        String distribution = distribution(service);
        for (SlicePlan.Change change : plan.changes()) {
            added.observe(change.added());
            removed.observe(change.removed());
            changed.observe(
                    (double) Stream.of(plan.create(), plan.update(), plan.delete())
                            .flatMap(List::stream)
                            .filter(slice -> slice.addressType().equals(change.family()))
                            .count(),
                    ZoneHints.areWanted(service) ? "Auto" : "Disabled",
                    distribution);
        }
        services.put(service.key(), new Known(endpoints(slices), slices.size(), desired(slices), distribution));
    }

    private static String distribution(Service service) {
        String distribution = service.spec().trafficDistribution();
        return SlicePlan.DISTRIBUTIONS.contains(distribution) && !ZoneHints.areWanted(service) ? distribution : "";
    }

    /** Does {@code work}, a pass over a Service. */
    Outcome counted(Supplier<Outcome> work) {
        try {
            Outcome outcome = work.get();
            if (!(outcome instanceof Outcome.Again)) {
                syncs.increment("success");
            }
            return outcome;
        } catch (RuntimeException refused) {
            failed();
            throw refused;
        }
    }

    /** A pass has to be done again because its copies are behind. */
    void stale() {
        syncs.increment("stale");
    }

    /** A pass has to be done again because something is not as it has to be. */
    void failed() {
        syncs.increment("error");
    }

    void forget(ObjectKey service) {
        services.remove(service);
    }

    /** How many slices would do, each with one kind of addresses and one set of ports. */
    private static int desired(List<EndpointSlice> slices) {
        var groups = new TreeMap<String, Integer>();
        slices.forEach(slice -> groups.merge(
                slice.addressType() + " " + slice.ports(), slice.endpoints().size(), Integer::sum));
        return groups.values().stream()
                .mapToInt(endpoints -> Math.max(1, Math.ceilDiv(endpoints, SlicePlan.CAPACITY)))
                .sum();
    }

    private static int endpoints(List<EndpointSlice> slices) {
        return slices.stream().mapToInt(slice -> slice.endpoints().size()).sum();
    }
}
