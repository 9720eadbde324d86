package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.decision.Decision;
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
    private static final double NANOS = 1e9;

    private final Runtime runtime;
    private final Counter attempts;
    private final Histogram durations;
    private final Histogram decisions;
    private final Histogram attemptsOfPods;
    private final Histogram waits;
    private final Counter preemptions;
    private final Histogram victims;
    private final Map<ObjectKey, Attempt> begun = new ConcurrentHashMap<>();

    private record Attempt(long start, WaitingPods.Tries tries) {}

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
    }

    /**
     * @param pending tells how many pods wait, by queue
     * @param cached tells how many nodes and pods are known, by type
     */
    static void watch(MetricRegistry registry, Consumer<Gauge.Sink> pending, Consumer<Gauge.Sink> cached) {
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
        begun.put(pod, new Attempt(start, tries));
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
