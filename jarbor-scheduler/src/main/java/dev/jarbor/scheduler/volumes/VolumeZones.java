package dev.jarbor.scheduler.volumes;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.scheduling.TopologyLabels;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.Obstacle;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A pod goes where its volumes are by their labels, as those of old kinds say it: a node of a zone or region is of each one that
 * they name. Nodes that say nothing of zones are all in one. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/setup/best-practices/multiple-zones/#storage-access-for-zones">Storage access for
 *     zones</a>
 */
public final class VolumeZones {
    private static final Obstacle ELSEWHERE = new Obstacle("node(s) had no available volume zone", false);

    /** What the labels are called now, by what volumes may call them. */
    private static final Map<String, String> LABELS = Map.of(
            TopologyLabels.BETA_ZONE, TopologyLabels.ZONE,
            TopologyLabels.BETA_REGION, TopologyLabels.REGION,
            TopologyLabels.ZONE, TopologyLabels.ZONE,
            TopologyLabels.REGION, TopologyLabels.REGION);

    /** What a volume says by one of its labels. */
    private record Place(String label, List<String> values) {
        boolean has(Map<String, String> node) {
            String value = node.getOrDefault(label, node.getOrDefault(LABELS.getOrDefault(label, label), ""));
            return values.contains(value);
        }
    }

    private VolumeZones() {}

    public static Filter.Check filter(Pod pod, Demand demand, ClusterState cluster) {
        List<Place> places = pod.spec().volumes().stream()
                .filter(Volume::hasPersistentVolumeClaim)
                .map(volume -> new ObjectKey(
                        pod.namespace(), volume.persistentVolumeClaim().claimName()))
                .flatMap(key -> cluster.volumes().claim(key).stream())
                .flatMap(claim -> cluster.volumes().volume(claim.spec().volumeName()).stream())
                .flatMap(VolumeZones::places)
                .toList();
        if (places.isEmpty()) {
            return Filter.Check.ANY_NODE;
        }
        return node -> {
            Map<String, String> labels = node.node().metadata().labels();
            boolean zoned = LABELS.keySet().stream().anyMatch(labels::containsKey);
            return zoned && !places.stream().allMatch(place -> place.has(labels)) ? List.of(ELSEWHERE) : List.of();
        };
    }

    /** A label with an empty zone in it says nothing. */
    private static Stream<Place> places(PersistentVolume volume) {
        return volume.metadata().labels().entrySet().stream()
                .filter(label -> LABELS.containsKey(label.getKey()))
                .filter(label -> Stream.of(label.getValue().split("__", -1)).noneMatch(String::isBlank))
                .map(label -> new Place(label.getKey(), TopologyLabels.zones(label.getValue())));
    }
}
