package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.decision.Decision;
import dev.jarbor.scheduler.plugins.ExtensionPoint;
import dev.jarbor.scheduler.plugins.Plugin;
import dev.jarbor.scheduler.plugins.Recorder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How pods find their nodes, under the reference's names. One entry is remembered for each pod that is being decided about or
 * bound.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class SchedulerMetrics {
    /** How an attempt ends. */
    enum Result {
        SCHEDULED("scheduled"),
        UNSCHEDULABLE("unschedulable"),
        ERROR("error");

        private final String label;

        Result(String label) {
            this.label = label;
        }
    }

    private static final String PREFIX = "scheduler_";
    private static final String BINDING = "binding";
    private static final double NANOS = 1e9;
    private static final long NOT = -1;

    private final Runtime runtime;
    private final Counter attempts;
    private final Histogram durations;
    private final Histogram decisions;
    private final Histogram attemptsOfPods;
    private final Histogram waits;
    private final Counter preemptions;
    private final Histogram victims;
    private final Map<ObjectKey, Attempt> begun = new ConcurrentHashMap<>();

    private final Counter incoming;
    private final Counter overdue;
    private final Counter running;
    private final Histogram evictions;
    private final Counter evicted;
    private final Histogram handled;
    private final DecisionMetrics decided;

    /** @param assigned when its node was chosen; {@link #NOT} before, and once all is done that comes before the binding */
    private record Attempt(long start, WaitingPods.Tries tries, long assigned) {}

    SchedulerMetrics(MetricRegistry registry, Runtime runtime) {
        this.runtime = runtime;
        List<Double> milliseconds = MetricRegistry.exponential(0.001, 2, 15);
        attempts = registry.counter(
                PREFIX + "schedule_attempts_total", "Attempts to find a node for a pod.", "profile", "result");
        durations = registry.histogram(
                PREFIX + "scheduling_attempt_duration_seconds",
                "How long an attempt took, with the binding where there was one.",
                milliseconds,
                "profile",
                "result");
        decisions = registry.histogram(
                PREFIX + "scheduling_algorithm_duration_seconds", "How long a decision took.", milliseconds);
        attemptsOfPods = registry.histogram(
                PREFIX + "pod_scheduling_attempts",
                "Attempts until a pod had its node.",
                MetricRegistry.exponential(1, 2, 5));
        waits = registry.histogram(
                PREFIX + "pod_scheduling_sli_duration_seconds",
                "From the time when a pod was heard of until it had its node, by the number of attempts.",
                MetricRegistry.exponential(0.01, 2, 20),
                "attempts");
        preemptions = registry.counter(
                PREFIX + "preemption_attempts_total", "Attempts to send less important pods away for another.");
        victims = registry.histogram(
                PREFIX + "preemption_victims",
                "Pods that were sent away for one.",
                MetricRegistry.exponential(1, 2, 7));
        incoming = registry.counter(
                PREFIX + "queue_incoming_pods_total", "Pods that entered a queue, and why.", "queue", "event");
        overdue = registry.counter(
                PREFIX + "pod_scheduled_after_flush_total",
                "Pods that found a node when they were tried although nothing had happened for five minutes.");
        running = registry.level(PREFIX + "goroutines", "What is under way beside decisions.", "operation");
        evictions = registry.histogram(
                PREFIX + "preemption_goroutines_duration_seconds",
                "How long it took to send pods away for another.",
                MetricRegistry.exponential(0.01, 2, 20),
                "result");
        evicted = registry.counter(
                PREFIX + "preemption_goroutines_execution_total",
                "Times that pods were sent away for another.",
                "result");
        handled = registry.histogram(
                PREFIX + "event_handling_duration_seconds",
                "How long it took to take note of a change.",
                MetricRegistry.exponential(0.0001, 2, 12),
                "event");
        decided = new DecisionMetrics(registry, runtime);
    }

    /** Who hears how decisions are made. */
    DecisionMetrics recorder() {
        return decided;
    }

    /** A pod entered {@code queue} because of {@code event}. */
    void incoming(String queue, String event) {
        incoming.increment(queue, event);
    }

    /** Takes note of {@code event}, which is measured. */
    void handle(String event, Runnable note) {
        long start = runtime.nanoTime();
        note.run();
        handled.observe(since(start), event);
    }

    /** Sends pods away for another, which is measured. */
    void evict(Runnable work) {
        long start = runtime.nanoTime();
        String result = "error";
        try {
            work.run();
            result = "success";
        } finally {
            evictions.observe(since(start), result);
            evicted.increment(result);
        }
    }

    /** The node of {@code pod} is chosen; now comes what has to be done before it is bound. */
    void assigned(ObjectKey pod) {
        running.add(1, BINDING);
        begun.computeIfPresent(
                pod, (key, attempt) -> new Attempt(attempt.start(), attempt.tries(), runtime.nanoTime()));
    }

    /** All of that is done, and {@code bind} binds it, which is measured. */
    void bind(ObjectKey pod, Runnable bind) {
        prepared(pod, Recorder.Result.SUCCESS);
        long start = runtime.nanoTime();
        Recorder.Result result = Recorder.Result.ERROR;
        try {
            bind.run();
            result = Recorder.Result.SUCCESS;
        } finally {
            decided.ran(ExtensionPoint.BIND, Plugin.DEFAULT_BINDER, result, start);
            decided.ran(ExtensionPoint.BIND, result, start);
        }
    }

    private void prepared(ObjectKey pod, Recorder.Result result) {
        begun.computeIfPresent(pod, (key, attempt) -> {
            if (attempt.assigned() == NOT) {
                return attempt;
            }
            decided.ran(ExtensionPoint.PRE_BIND, result, attempt.assigned());
            return new Attempt(attempt.start(), attempt.tries(), NOT);
        });
    }

    /** The binding that {@link #assigned} began is over, one way or the other. */
    void unassigned(ObjectKey pod) {
        running.add(-1, BINDING);
        prepared(pod, Recorder.Result.ERROR);
    }

    /**
     * @param pending tells how many pods wait, by queue
     * @param refused tells how many pods wait because of a plugin, by plugin and profile
     * @param cached tells how many nodes and pods are known, by type
     */
    static void watch(
            MetricRegistry registry,
            Consumer<Gauge.Sink> pending,
            Consumer<Gauge.Sink> refused,
            Consumer<Gauge.Sink> cached) {
        registry.gauge(
                PREFIX + "unschedulable_pods",
                "Pods that wait because of a plugin; one counts for each plugin that refused it.",
                List.of("plugin", "profile"),
                refused);
        registry.gauge(
                PREFIX + "pending_pods",
                "Pods that wait: to be tried, for their back-off, for a change, and behind their gates.",
                List.of("queue"),
                pending);
        registry.gauge(
                PREFIX + "cache_size",
                "Nodes and pods that are known, and pods that are being bound.",
                List.of("type"),
                cached);
    }

    /** Answers with what {@code decision} does, which is measured: it begins an attempt for {@code pod}. */
    Decision decided(ObjectKey pod, WaitingPods.Tries tries, Supplier<Decision> decision) {
        long start = runtime.nanoTime();
        begun.put(pod, new Attempt(start, tries, NOT));
        Decision made = decision.get();
        decisions.observe(since(start));
        return made;
    }

    /** The attempt is over; one that is not known any more is not counted again. */
    void ended(ObjectKey pod, Result result) {
        Attempt attempt = begun.remove(pod);
        if (attempt == null) {
            return;
        }
        attempts.increment(Scheduler.NAME, result.label);
        durations.observe(since(attempt.start()), Scheduler.NAME, result.label);
        if (result == Result.SCHEDULED) {
            if (attempt.tries().overdue()) {
                overdue.increment();
            }
            int count = attempt.tries().count();
            attemptsOfPods.observe(count);
            waits.observe(
                    Duration.between(attempt.tries().since(), runtime.now()).toNanos() / NANOS,
                    count > 15 ? "16+" : Integer.toString(count));
        }
    }

    /** {@code pod} has gone in the middle of an attempt. */
    void forget(ObjectKey pod) {
        begun.remove(pod);
    }

    private double since(long start) {
        return (runtime.nanoTime() - start) / NANOS;
    }

    /** @param count how many pods are sent away; 0 where that would not help */
    void preempted(int count) {
        preemptions.increment();
        if (count > 0) {
            victims.observe(count);
        }
    }
}
