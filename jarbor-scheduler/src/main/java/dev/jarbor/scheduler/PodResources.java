package dev.jarbor.scheduler;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.cluster.Amounts;
import dev.jarbor.scheduler.cluster.Demand;
import java.util.List;
import java.util.function.Function;

/**
 * What each pod asks for and may have at most, as the scheduler counts it: one series for each pod and resource, which are too
 * many to be printed along with everything else. Pods that are over are left out, and so is what comes to nothing.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/cluster-administration/system-metrics/#kube-scheduler-metrics">kube-scheduler
 *     metrics</a>
 */
public final class PodResources {
    private static final List<String> LABELS =
            List.of("namespace", "pod", "node", "scheduler", "priority", "resource", "unit");

    private PodResources() {}

    /** From now on {@code registry} tells of the pods that there are. */
    public static void tell(Informers informers, MetricRegistry registry) {
        Informer<Pod> pods = informers.of(Pod.KIND);
        registry.gauge(
                "kube_pod_resource_request",
                "What pods ask for, by pod, resource and its unit.",
                LABELS,
                sink -> tell(pods, pod -> Demand.of(pod).requests(), sink));
        registry.gauge(
                "kube_pod_resource_limit",
                "What pods may have at most, by pod, resource and its unit.",
                LABELS,
                sink -> tell(pods, Demand::limits, sink));
    }

    private static void tell(Informer<Pod> pods, Function<Pod, Amounts> amounts, Gauge.Sink sink) {
        for (Pod pod : pods.list()) {
            if (!isOver(pod)) {
                amounts.apply(pod).byName().forEach((resource, amount) -> tell(pod, resource, amount, sink));
            }
        }
    }

    private static void tell(Pod pod, String resource, long amount, Gauge.Sink sink) {
        if (amount != 0) {
            sink.tell(
                    resource.equals(Amounts.CPU) ? amount / 1000.0 : amount,
                    pod.namespace(),
                    pod.name(),
                    pod.spec().nodeName(),
                    pod.spec().schedulerName(),
                    pod.spec().hasPriority() ? Integer.toString(pod.spec().priority()) : "",
                    resource,
                    unit(resource));
        }
    }

    private static boolean isOver(Pod pod) {
        return !pod.spec().nodeName().isEmpty()
                && (pod.status().phase().equals("Succeeded")
                        || pod.status().phase().equals("Failed"));
    }

    private static String unit(String resource) {
        return switch (resource) {
            case Amounts.CPU -> "cores";
            case Amounts.MEMORY, "storage", "ephemeral-storage" -> "bytes";
            default ->
                resource.startsWith("hugepages-")
                        ? "bytes"
                        : resource.startsWith("attachable-volumes-") ? "integer" : "";
        };
    }
}
