package dev.jarbor.controllers.volumeattach;

import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.client.Change;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Which volumes are attached where, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class AttachMetrics {
    /** What the reference calls the part of it that knows the volumes of a driver. */
    private static final String PLUGIN = "kubernetes.io/csi:";

    private static final List<Double> SECONDS =
            List.of(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 25.0, 50.0, 120.0, 300.0, 600.0);

    private final Runtime runtime;
    private final Predicate<VolumeAttachment> migrated;
    private final Counter forced;
    private final Histogram times;
    /** When what was asked of a driver was asked, by operation and attachment. */
    private final Map<String, Long> asked = new ConcurrentHashMap<>();

    /**
     * @param attachments those that there are
     * @param migrated whether an attachment is of a volume of an old kind
     */
    AttachMetrics(
            Runtime runtime,
            MetricRegistry registry,
            Supplier<List<VolumeAttachment>> attachments,
            Predicate<VolumeAttachment> migrated) {
        this.runtime = runtime;
        this.migrated = migrated;
        times = registry.histogram(
                "storage_operation_duration_seconds",
                "How long drivers take to attach volumes to nodes and to detach them.",
                SECONDS,
                "volume_plugin",
                "operation_name",
                "status",
                "migrated");
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

    /** A driver is asked to attach a volume. */
    void attaching(VolumeAttachment attachment) {
        begin("volume_attach", attachment);
    }

    /** A driver is asked to detach a volume. */
    void detaching(VolumeAttachment attachment) {
        begin("volume_detach", attachment);
    }

    /** Counts what a driver has done, or could not do, if it was asked from here. */
    void changed(Change<VolumeAttachment> change) {
        VolumeAttachment attachment = change.object();
        switch (change) {
            case Change.Added<VolumeAttachment> ignored -> {}
            case Change.Updated<VolumeAttachment> ignored -> {
                if (attachment.status().attached()) {
                    end("volume_attach", attachment, "success");
                } else if (attachment.status().hasAttachError()) {
                    end("volume_attach", attachment, "fail-unknown");
                }
                if (attachment.status().hasDetachError()) {
                    end("volume_detach", attachment, "fail-unknown");
                }
            }
            case Change.Deleted<VolumeAttachment> ignored -> {
                asked.remove(key("volume_attach", attachment));
                end("volume_detach", attachment, "success");
            }
        }
    }

    private void begin(String operation, VolumeAttachment attachment) {
        asked.put(key(operation, attachment), runtime.nanoTime());
    }

    private void end(String operation, VolumeAttachment attachment, String status) {
        Long since = asked.remove(key(operation, attachment));
        if (since != null) {
            double seconds = (runtime.nanoTime() - since) / 1e9;
            times.observe(seconds, plugin(attachment), operation, status, Boolean.toString(migrated.test(attachment)));
        }
    }

    private static String key(String operation, VolumeAttachment attachment) {
        return operation + " " + attachment.name();
    }
}
