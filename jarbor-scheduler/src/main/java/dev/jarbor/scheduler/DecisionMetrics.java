package dev.jarbor.scheduler;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.plugins.ExtensionPoint;
import dev.jarbor.scheduler.plugins.Plugin;
import dev.jarbor.scheduler.plugins.Recorder;

/**
 * What single plugins and extension points take, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class DecisionMetrics implements Recorder {
    private static final double NANOS = 1e9;

    private final Runtime runtime;
    private final Histogram points;
    private final Histogram plugins;
    private final Counter evaluations;

    DecisionMetrics(MetricRegistry registry, Runtime runtime) {
        this.runtime = runtime;
        points = registry.histogram(
                "scheduler_framework_extension_point_duration_seconds",
                "How long all plugins of an extension point took.",
                MetricRegistry.exponential(0.0001, 2, 12),
                "extension_point",
                "status",
                "profile");
        plugins = registry.histogram(
                "scheduler_plugin_execution_duration_seconds",
                "How long a plugin took at an extension point; measured at one decision in ten.",
                MetricRegistry.exponential(0.00001, 1.5, 20),
                "plugin",
                "extension_point",
                "status");
        evaluations = registry.counter(
                "scheduler_plugin_evaluation_total",
                "How often a plugin had something to say, at PreFilter, Filter, PreScore and Score.",
                "plugin",
                "extension_point",
                "profile");
    }

    @Override
    public long now() {
        return runtime.nanoTime();
    }

    @Override
    public void ran(ExtensionPoint point, Result result, long since) {
        points.observe(seconds(since), point.label(), result.label(), Scheduler.NAME);
    }

    @Override
    public void ran(ExtensionPoint point, Plugin plugin, Result result, long since) {
        plugins.observe(seconds(since), plugin.label(), point.label(), result.label());
    }

    @Override
    public void asked(ExtensionPoint point, Plugin plugin, long times) {
        evaluations.add(times, plugin.label(), point.label(), Scheduler.NAME);
    }

    private double seconds(long since) {
        return (runtime.nanoTime() - since) / NANOS;
    }
}
