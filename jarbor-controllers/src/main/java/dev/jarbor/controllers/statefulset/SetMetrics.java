package dev.jarbor.controllers.statefulset;

import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * How far StatefulSets are from what they should be, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class SetMetrics {
    private static final List<String> LABELS =
            List.of("statefulset_namespace", "statefulset_name", "pod_management_policy");

    private SetMetrics() {}

    /** @param sets those that there are */
    static void register(MetricRegistry registry, Supplier<List<StatefulSet>> sets) {
        gauge(
                registry,
                sets,
                "max_unavailable",
                "How many pods may be unavailable while the set is updated.",
                StatefulPass::maxUnavailable);
        gauge(
                registry,
                sets,
                "unavailable_replicas",
                "How many pods are unavailable.",
                set -> Math.max(0, set.spec().replicasOr(1) - set.status().availableReplicas()));
    }

    private static void gauge(
            MetricRegistry registry,
            Supplier<List<StatefulSet>> sets,
            String name,
            String help,
            ToDoubleFunction<StatefulSet> value) {
        registry.gauge(
                "statefulset_controller_statefulset_" + name,
                help,
                LABELS,
                sink -> sets.get()
                        .forEach(set -> sink.tell(
                                value.applyAsDouble(set),
                                set.namespace(),
                                set.name(),
                                set.spec().podManagementPolicy())));
    }
}
