package dev.jarbor.server.kinds;

import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;

/**
 * Counts the addresses and node ports that Services get, and those that they cannot have, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class AllocationMetrics {
    /** How the reference calls what the user chose. */
    static final String STATIC = "static";
    /** How it calls what the server chose. */
    static final String DYNAMIC = "dynamic";

    private static final String ADDRESSES = "kube_apiserver_clusterip_allocator_";
    private static final String PORTS = "kube_apiserver_nodeport_allocator_";
    private static final List<Double> SECONDS = List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private final Counter addresses;
    private final Counter noAddresses;
    private final Histogram seconds;
    private final Counter ports;
    private final Counter noPorts;

    AllocationMetrics(MetricRegistry registry) {
        addresses = registry.counter(
                ADDRESSES + "allocation_total", "Cluster IPs that Services were given.", "cidr", "scope");
        noAddresses = registry.counter(
                ADDRESSES + "allocation_errors_total", "Cluster IPs that could not be given.", "cidr", "scope");
        seconds = registry.histogram(
                ADDRESSES + "allocation_duration_seconds", "Seconds until a cluster IP was found.", SECONDS, "cidr");
        ports = registry.counter(PORTS + "allocation_total", "Node ports that Services were given.", "scope");
        noPorts = registry.counter(PORTS + "allocation_errors_total", "Node ports that could not be given.", "scope");
    }

    /** A trial of what could be given, which nobody counts. */
    static AllocationMetrics uncounted() {
        return new AllocationMetrics(new MetricRegistry());
    }

    void address(ServiceRange range, String scope, Duration took) {
        addresses.increment(range.toString(), scope);
        seconds.observe(took.toNanos() / 1e9, range.toString());
    }

    void noAddress(ServiceRange range, String scope) {
        noAddresses.increment(range.toString(), scope);
    }

    void port(String scope) {
        ports.increment(scope);
    }

    void noPort(String scope) {
        noPorts.increment(scope);
    }

    /** What is there now, read from {@code allocation} whenever somebody asks. */
    static void measure(MetricRegistry registry, ServiceAllocation allocation) {
        registry.gauge(
                ADDRESSES + "allocated_ips",
                "Cluster IPs that are in use.",
                List.of("cidr"),
                sink -> allocation
                        .usedAddresses()
                        .forEach((range, used) -> sink.tell((double) used, range.toString())));
        registry.gauge(
                ADDRESSES + "available_ips",
                "Cluster IPs that are free.",
                List.of("cidr"),
                sink -> allocation
                        .usedAddresses()
                        .forEach((range, used) ->
                                sink.tell((double) Math.max(0, range.size() - used), range.toString())));
        registry.gauge(
                PORTS + "allocated_ports",
                "Node ports that are in use.",
                List.of(),
                sink -> sink.tell(allocation.usedPorts()));
        registry.gauge(
                PORTS + "available_ports",
                "Node ports that are free.",
                List.of(),
                sink -> sink.tell(allocation.ports() - allocation.usedPorts()));
    }
}
