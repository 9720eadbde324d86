package dev.jarbor.controllers.nodelifecycle;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.controllers.nodelifecycle.ZoneState.Zone;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * How nodes and their zones fare, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class NodeMetrics {
    private static final String PREFIX = "node_collector_";
    private static final String ZONE = "zone";

    private final Runtime runtime;
    private final Counter left;
    private final Histogram looks;
    private final Histogram rounds;

    /** @param nodes those that there are */
    NodeMetrics(MetricRegistry registry, Runtime runtime, Supplier<List<Node>> nodes) {
        this.runtime = runtime;
        this.left = registry.counter(
                PREFIX + "evictions_total",
                "Number of Node evictions that happened since current instance of NodeController started.",
                ZONE);
        this.looks = registry.histogram(
                PREFIX + "update_node_health_duration_seconds",
                "How long a look at one node takes.",
                MetricRegistry.exponential(0.001, 4, 8));
        this.rounds = registry.histogram(
                PREFIX + "update_all_nodes_health_duration_seconds",
                "How long a look around at all nodes takes.",
                MetricRegistry.exponential(0.01, 4, 8));
        gauge(registry, nodes, "zone_size", "Nodes of a zone.", Zone::size);
        gauge(
                registry,
                nodes,
                "zone_health",
                "The share of a zone's nodes that are ready, in percent.",
                zone -> 100.0 * zone.ready() / zone.size());
        gauge(
                registry,
                nodes,
                "unhealthy_nodes_in_zone",
                "Nodes of a zone that are not ready.",
                zone -> zone.size() - zone.ready());
    }

    private static void gauge(
            MetricRegistry registry,
            Supplier<List<Node>> nodes,
            String name,
            String help,
            ToDoubleFunction<Zone> value) {
        registry.gauge(PREFIX + name, help, List.of(ZONE), sink -> tell(sink, ZoneState.of(nodes.get()), value));
    }

    private static void tell(Gauge.Sink sink, Map<String, Zone> zones, ToDoubleFunction<Zone> value) {
        zones.forEach((name, zone) -> sink.tell(value.applyAsDouble(zone), name));
    }

    /** There are nodes of that zone. */
    void knows(String zone) {
        left.add(0, zone);
    }

    /** The pods of {@code node} have been told to leave. */
    void left(Node node) {
        left.increment(ZoneState.zone(node));
    }

    /** Does {@code work}, a look at one node. */
    void look(Runnable work) {
        measure(looks, () -> {
            work.run();
            return true;
        });
    }

    /** Does {@code work}, a look at all of them, and answers what it does. */
    boolean round(BooleanSupplier work) {
        return measure(rounds, work);
    }

    private boolean measure(Histogram histogram, BooleanSupplier work) {
        long begun = runtime.nanoTime();
        try {
            return work.getAsBoolean();
        } finally {
            histogram.observe((runtime.nanoTime() - begun) / 1e9);
        }
    }
}
