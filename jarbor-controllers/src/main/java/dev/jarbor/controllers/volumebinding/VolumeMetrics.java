package dev.jarbor.controllers.volumebinding;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How many volumes and claims there are, and how many found each other, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class VolumeMetrics {
    private static final String PREFIX = "pv_collector_";
    private static final List<String> OF_CLAIMS = List.of("namespace", "storage_class", "volume_attributes_class");

    private final Counter adopted;
    private final Counter notAdopted;

    VolumeMetrics(
            MetricRegistry registry,
            Supplier<List<PersistentVolume>> volumes,
            Supplier<List<PersistentVolumeClaim>> claims) {
        this.adopted = registry.counter(
                "retroactive_storageclass_total", "Claims that were given the default class once there was one.");
        this.notAdopted = registry.counter(
                "retroactive_storageclass_errors_total", "Claims whose default class could not be written.");
        count(
                registry,
                "total_pv_count",
                "Persistent volumes.",
                List.of("plugin_name", "volume_mode"),
                volumes,
                volume -> List.of(plugin(volume), volume.spec().volumeMode()));
        for (boolean bound : new boolean[] {true, false}) {
            String word = bound ? "bound" : "unbound";
            count(
                    registry,
                    word + "_pv_count",
                    "Persistent volumes that are " + word + ".",
                    List.of("storage_class"),
                    () -> volumes.get().stream()
                            .filter(volume -> volume.status().phase().equals("Bound") == bound)
                            .toList(),
                    volume -> List.of(volume.spec().storageClassName()));
            count(
                    registry,
                    word + "_pvc_count",
                    "Claims that are " + word + ".",
                    OF_CLAIMS,
                    () -> claims.get().stream()
                            .filter(claim -> claim.status().phase().equals("Bound") == bound)
                            .toList(),
                    claim -> List.of(
                            claim.namespace(),
                            VolumeMatch.classOf(claim),
                            claim.spec().volumeAttributesClassName()));
        }
    }

    /** What the reference calls the part of its binding loop that knows such volumes; it has none for most of the old kinds. */
    private static String plugin(PersistentVolume volume) {
        PersistentVolumeSpec spec = volume.spec();
        if (spec.hasCsi()) {
            return "kubernetes.io/csi:" + spec.csi().driver();
        }
        if (spec.hasHostPath()) {
            return "kubernetes.io/host-path";
        }
        if (spec.hasLocal()) {
            return "kubernetes.io/local-volume";
        }
        return spec.hasNfs() ? "kubernetes.io/nfs" : "N/A";
    }

    private static <T> void count(
            MetricRegistry registry,
            String name,
            String help,
            List<String> labels,
            Supplier<List<T>> all,
            Function<T, List<String>> values) {
        registry.gauge(PREFIX + name, help, labels, sink -> {
            var counts = new TreeMap<String, Integer>();
            var rows = new TreeMap<String, List<String>>();
            for (T one : all.get()) {
                List<String> row = values.apply(one);
                String key = String.join("\n", row);
                rows.put(key, row);
                counts.merge(key, 1, Integer::sum);
            }
            rows.forEach((key, row) -> sink.tell(counts.getOrDefault(key, 0), row.toArray(String[]::new)));
        });
    }

    /** A claim has got the default class, or it could not be written. */
    void adopted(boolean written) {
        if (!written) {
            notAdopted.increment();
        }
        adopted.increment();
    }
}
