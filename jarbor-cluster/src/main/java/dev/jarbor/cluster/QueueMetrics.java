package dev.jarbor.cluster;

import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.QueueListener;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

/**
 * What the queues of control loops do, under the reference's names: client-go's workqueue metrics, labelled with what the
 * reference's controllers call their queues.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class QueueMetrics implements QueueListener {
    private static final double NANOS = 1e9;
    private static final List<Double> SECONDS =
            List.of(1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1000.0);

    /** Where a loop's queue is called otherwise than the loop. */
    private static final Map<String, String> QUEUES = Map.ofEntries(
            Map.entry("deployment-controller", "deployment"),
            Map.entry("replicaset-controller", "replicaset"),
            Map.entry("replicationcontroller-controller", "replicationmanager"),
            Map.entry("daemonset-controller", "daemonset"),
            Map.entry("statefulset-controller", "statefulset"),
            Map.entry("job-controller", "job"),
            Map.entry("cronjob-controller", "cronjob"),
            Map.entry("ttl-after-finished-controller", "ttl_jobs_to_delete"),
            Map.entry("disruption-controller", "disruption"),
            Map.entry("endpointslice-controller", "endpoint_slice"),
            Map.entry("endpoints-controller", "endpoint"),
            Map.entry("horizontal-pod-autoscaler-controller", "horizontalpodautoscaler"),
            Map.entry("namespace-controller", "namespace"),
            Map.entry("serviceaccount-controller", "serviceaccount"),
            Map.entry("garbage-collector-controller", "garbage_collector_attempt_to_delete"),
            Map.entry("resourcequota-controller", "resourcequota_primary"),
            Map.entry("root-ca-certificate-publisher-controller", "root_ca_cert_publisher"),
            Map.entry("clusterrole-aggregation-controller", "ClusterRoleAggregator"));

    private final CopyOnWriteArrayList<KeyQueue> queues = new CopyOnWriteArrayList<>();
    private final Counter adds;
    private final Counter retries;
    private final Histogram waits;
    private final Histogram works;

    QueueMetrics(MetricRegistry registry) {
        adds = registry.counter("workqueue_adds_total", "Keys that were added to a queue.", "name");
        retries = registry.counter("workqueue_retries_total", "Keys that were added for later.", "name");
        waits = registry.histogram(
                "workqueue_queue_duration_seconds", "How long keys wait before they are worked on.", SECONDS, "name");
        works = registry.histogram("workqueue_work_duration_seconds", "How long a key is worked on.", SECONDS, "name");
        gauge(registry, "workqueue_depth", "Keys that wait.", KeyQueue.Load::waiting);
        gauge(
                registry,
                "workqueue_unfinished_work_seconds",
                "How long the keys in work have been there, together.",
                load -> seconds(load.unfinished()));
        gauge(
                registry,
                "workqueue_longest_running_processor_seconds",
                "How long the key has been in work that has been there longest.",
                load -> seconds(load.longest()));
    }

    private void gauge(MetricRegistry registry, String name, String help, ToDoubleFunction<KeyQueue.Load> value) {
        registry.gauge(name, help, List.of("name"), sink -> tell(sink, value));
    }

    private void tell(Gauge.Sink sink, ToDoubleFunction<KeyQueue.Load> value) {
        queues.forEach(queue -> sink.tell(value.applyAsDouble(queue.load()), label(queue.name())));
    }

    /** Begins to listen to the queues of {@code loops}. */
    void watch(List<ControlLoop> loops) {
        loops.forEach(loop -> {
            loop.queue().observe(this);
            queues.add(loop.queue());
        });
    }

    /** Tells nothing of {@code loops} any more but what was counted. */
    void forget(List<ControlLoop> loops) {
        loops.forEach(loop -> queues.remove(loop.queue()));
    }

    private static String label(String queue) {
        return QUEUES.getOrDefault(queue, queue);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }

    @Override
    public void added(String queue) {
        adds.increment(label(queue));
    }

    @Override
    public void retried(String queue) {
        retries.increment(label(queue));
    }

    @Override
    public void waited(String queue, Duration time) {
        waits.observe(seconds(time), label(queue));
    }

    @Override
    public void worked(String queue, Duration time) {
        works.observe(seconds(time), label(queue));
    }
}
