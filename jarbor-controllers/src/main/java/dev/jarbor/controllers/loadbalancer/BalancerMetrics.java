package dev.jarbor.controllers.loadbalancer;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;

/**
 * How often load balancers are seen to, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class BalancerMetrics {
    private static final List<Double> SECONDS = MetricRegistry.exponential(1, 2, 15);

    private final Runtime runtime;
    private final Counter syncs;
    private final Histogram nodes;
    private final Histogram hosts;

    BalancerMetrics(MetricRegistry registry, Runtime runtime) {
        this.runtime = runtime;
        syncs = registry.counter(
                "service_controller_loadbalancer_sync_total",
                "Times that a load balancer was seen to because its Service or the nodes had changed.");
        nodes = registry.histogram(
                "service_controller_nodesync_latency_seconds",
                "How long it took until all load balancers knew of changed nodes.",
                SECONDS);
        hosts = registry.histogram(
                "service_controller_update_loadbalancer_host_latency_seconds",
                "How long it took until one load balancer did.",
                SECONDS);
    }

    void synced() {
        syncs.increment();
    }

    /** Does {@code work}, a pass over all because of nodes. */
    void nodes(Runnable work) {
        measure(nodes, work);
    }

    /** Does {@code work}, which tells one load balancer of its nodes. */
    void hosts(Runnable work) {
        measure(hosts, work);
    }

    private void measure(Histogram histogram, Runnable work) {
        long begun = runtime.nanoTime();
        work.run();
        histogram.observe((runtime.nanoTime() - begun) / 1e9);
    }
}
