package dev.jarbor.controllers.volumebinding;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long it takes from the first time that somebody is asked for a volume, or to remove one, until that is done; under the
 * reference's names. Holds one start for each claim and volume that is waited for.
 */
final class OperationTimes {
    private static final List<Double> SECONDS =
            List.of(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 25.0, 50.0, 120.0, 300.0, 600.0);

    private final Runtime runtime;
    private final Histogram times;
    private final Counter errors;
    private final Map<String, Begun> begun = new ConcurrentHashMap<>();

    private record Begun(String plugin, String operation, long at) {}

    OperationTimes(Runtime runtime, MetricRegistry registry) {
        this.runtime = runtime;
        this.times = registry.histogram(
                "volume_operation_total_seconds",
                "How long operations on volumes take from end to end.",
                SECONDS,
                "plugin_name",
                "operation_name");
        this.errors = registry.counter(
                "volume_operation_total_errors", "Operations on volumes that failed.", "plugin_name", "operation_name");
    }

    /** Once, until it has ended. */
    void begin(String key, String plugin, String operation) {
        begun.putIfAbsent(key, new Begun(plugin, operation, runtime.nanoTime()));
    }

    /** It goes on all the same, if it has begun. */
    void failed(String key) {
        Begun known = begun.get(key);
        if (known != null) {
            errors.increment(known.plugin(), known.operation());
        }
    }

    void end(String key) {
        Begun known = begun.remove(key);
        if (known != null) {
            times.observe((runtime.nanoTime() - known.at()) / 1e9, known.plugin(), known.operation());
        }
    }

    /** Nobody waits for it any more. */
    void forget(String key) {
        begun.remove(key);
    }
}
