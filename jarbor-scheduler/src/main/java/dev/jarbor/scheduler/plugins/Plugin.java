package dev.jarbor.scheduler.plugins;

import java.util.EnumSet;
import java.util.Set;

/**
 * Who has a say in where pods go, under the reference's names, and what may change its mind about a pod that it refused.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">Scheduling plugins</a>
 */
public enum Plugin {
    SCHEDULING_GATES("SchedulingGates"),
    NODE_UNSCHEDULABLE("NodeUnschedulable", "NodeAdd", "NodeUpdateNodeTaint"),
    NODE_NAME("NodeName", "NodeAdd"),
    TAINT_TOLERATION("TaintToleration", "NodeAdd", "NodeUpdateNodeTaint"),
    NODE_AFFINITY("NodeAffinity", "NodeAdd", "NodeUpdateNodeLabel"),
    NODE_PORTS("NodePorts", "NodeAdd", "AssignedPodDelete"),
    NODE_RESOURCES_FIT(
            "NodeResourcesFit",
            "NodeAdd",
            "NodeUpdateNodeAllocatable",
            "AssignedPodDelete",
            "AssignedPodUpdatePodScaleDown",
            "resource.k8s.io/DeviceClassAdd",
            "resource.k8s.io/DeviceClassUpdate"),
    VOLUME_RESTRICTIONS(
            "VolumeRestrictions", "AssignedPodDelete", "PersistentVolumeClaimAdd", "PersistentVolumeClaimUpdate"),
    NODE_VOLUME_LIMITS(
            "NodeVolumeLimits",
            "storage.k8s.io/CSINodeAdd",
            "storage.k8s.io/CSINodeUpdate",
            "AssignedPodDelete",
            "PersistentVolumeClaimAdd",
            "PersistentVolumeClaimUpdate",
            "storage.k8s.io/VolumeAttachmentDelete"),
    VOLUME_BINDING(
            "VolumeBinding",
            "NodeAdd",
            "NodeUpdateNodeLabel",
            "storage.k8s.io/StorageClassAdd",
            "storage.k8s.io/StorageClassUpdate",
            "PersistentVolumeClaimAdd",
            "PersistentVolumeClaimUpdate",
            "PersistentVolumeAdd",
            "PersistentVolumeUpdate",
            "storage.k8s.io/CSINodeAdd",
            "storage.k8s.io/CSINodeUpdate"),
    VOLUME_ZONE(
            "VolumeZone",
            "NodeAdd",
            "NodeUpdateNodeLabel",
            "storage.k8s.io/StorageClassAdd",
            "PersistentVolumeClaimAdd",
            "PersistentVolumeClaimUpdate",
            "PersistentVolumeAdd",
            "PersistentVolumeUpdate"),
    POD_TOPOLOGY_SPREAD(
            "PodTopologySpread",
            "NodeAdd",
            "NodeDelete",
            "NodeUpdateNodeLabel",
            "NodeUpdateNodeTaint",
            "AssignedPodAdd",
            "AssignedPodDelete",
            "AssignedPodUpdatePodLabel"),
    INTER_POD_AFFINITY(
            "InterPodAffinity",
            "NodeAdd",
            "NodeUpdateNodeLabel",
            "AssignedPodAdd",
            "AssignedPodDelete",
            "AssignedPodUpdatePodLabel"),
    DYNAMIC_RESOURCES(
            "DynamicResources",
            "NodeAdd",
            "NodeUpdateNodeLabel",
            "resource.k8s.io/ResourceClaimAdd",
            "resource.k8s.io/ResourceClaimUpdate",
            "resource.k8s.io/ResourceClaimDelete",
            "resource.k8s.io/DeviceClassAdd",
            "resource.k8s.io/DeviceClassUpdate",
            "resource.k8s.io/ResourceSliceAdd",
            "resource.k8s.io/ResourceSliceUpdate",
            "resource.k8s.io/ResourceSliceDelete"),
    DEFAULT_PREEMPTION("DefaultPreemption"),
    NODE_RESOURCES_BALANCED_ALLOCATION("NodeResourcesBalancedAllocation"),
    IMAGE_LOCALITY("ImageLocality"),
    DEFAULT_BINDER("DefaultBinder");

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is
    private final Set<String> events;

    Plugin(String label, String... events) {
        this.label = label;
        this.events = Set.of(events);
    }

    /** How the reference calls it. */
    public String label() {
        return label;
    }

    /** Those to whom a pod that they refused may be welcome after {@code event}. */
    public static Set<Plugin> reconsidering(ClusterEvent event) {
        var plugins = EnumSet.noneOf(Plugin.class);
        String label = event.label();
        for (Plugin plugin : values()) {
            if (plugin.events.contains(label)) {
                plugins.add(plugin);
            }
        }
        return plugins;
    }
}
