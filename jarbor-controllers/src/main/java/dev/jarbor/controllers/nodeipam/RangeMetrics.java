package dev.jarbor.controllers.nodeipam;

import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How many ranges of addresses there are and nodes have, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class RangeMetrics {
    private static final String PREFIX = "node_ipam_controller_";
    private static final String NETWORK = "clusterCIDR";

    private final Counter given;
    private final Counter released;
    private final Histogram tries;

    /** @param taken how many ranges nodes have now */
    RangeMetrics(MetricRegistry registry, List<PodRanges> all, ToLongFunction<PodRanges> taken) {
        this.given = registry.counter(
                PREFIX + "cidrset_cidrs_allocations_total", "Ranges that were given to nodes.", NETWORK);
        this.released = registry.counter(
                PREFIX + "cidrset_cidrs_releases_total", "Ranges that nodes have left behind.", NETWORK);
        this.tries = registry.histogram(
                PREFIX + "cidrset_allocation_tries_per_request",
                "Ranges that were looked at to find a free one.",
                MetricRegistry.exponential(1, 5, 5),
                NETWORK);
        registry.gauge(
                PREFIX + "cidrset_usage_cidrs",
                "The share of the ranges that nodes have.",
                List.of(NETWORK),
                sink -> all.forEach(
                        ranges -> sink.tell((double) taken.applyAsLong(ranges) / ranges.count(), ranges.network())));
        // The reference spells it so.
        registry.gauge(
                PREFIX + "cirdset_max_cidrs",
                "Ranges that there are.",
                List.of(NETWORK),
                sink -> all.forEach(ranges -> sink.tell((double) ranges.count(), ranges.network())));
    }

    void allocated(PodRanges ranges, long looks) {
        given.increment(ranges.network());
        tries.observe((double) looks, ranges.network());
    }

    void released(PodRanges ranges) {
        released.increment(ranges.network());
    }
}
