package dev.jarbor.controllers.volumeattach;

import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Which volumes are attached where, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class AttachMetrics {
    /** What the reference calls the part of it that knows the volumes of a driver. */
    private static final String PLUGIN = "kubernetes.io/csi:";

    private final Counter forced;

    /** @param attachments those that there are */
    AttachMetrics(MetricRegistry registry, Supplier<List<VolumeAttachment>> attachments) {
        forced = registry.counter(
                "attach_detach_controller_attachdetach_controller_forced_detaches",
                "Volumes that were taken from nodes which had not said that they are unmounted, by why.",
                "reason");
        registry.gauge(
                "attachdetach_controller_total_volumes",
                "Volumes that should be attached, and that are.",
                List.of("plugin_name", "state"),
                sink -> {
                    List<VolumeAttachment> all = attachments.get();
                    count(all, AttachMetrics::plugin)
                            .forEach((plugin, count) -> sink.tell(count, plugin, "desired_state_of_world"));
                    count(all.stream().filter(one -> one.status().attached()).toList(), AttachMetrics::plugin)
                            .forEach((plugin, count) -> sink.tell(count, plugin, "actual_state_of_world"));
                });
        registry.gauge(
                "storage_count_attachable_volumes_in_use",
                "Volumes that are attached to each node.",
                List.of("node", "volume_plugin"),
                sink -> tell(sink, attachments.get()));
    }

    private static void tell(Gauge.Sink sink, List<VolumeAttachment> all) {
        var attached = all.stream().filter(one -> one.status().attached()).toList();
        count(attached, one -> one.spec().nodeName() + "\n" + plugin(one))
                .forEach((row, count) -> sink.tell(count, row.split("\n", -1)));
    }

    private static String plugin(VolumeAttachment attachment) {
        return PLUGIN + attachment.spec().attacher();
    }

    private static Map<String, Integer> count(List<VolumeAttachment> all, Function<VolumeAttachment, String> by) {
        var counts = new TreeMap<String, Integer>();
        all.forEach(one -> counts.merge(by.apply(one), 1, Integer::sum));
        return counts;
    }

    /** @param reason {@code timeout} or {@code out-of-service} */
    void forced(String reason) {
        forced.increment(reason);
    }
}
