package dev.jarbor.node.driver;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.CSIPersistentVolumeSource;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeSelector;
import dev.jarbor.api.core.v1.NodeSelectorRequirement;
import dev.jarbor.api.core.v1.NodeSelectorTerm;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.core.v1.VolumeNodeAffinity;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.storage.v1.StorageClass;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Stands in for drivers of volumes that exist in the API alone: what is asked for is done at once, and larger volumes need the
 * node to do its part, so that everything that has to happen around a driver happens as with a real one. A volume of its own has at
 * most 16Ti, and the attributes {@code iops}, {@code throughput} and {@code type}.
 */
public final class SimulatedDriver implements VolumeDriver {
    /** What volumes say that want it and no other, as {@code spec.csi.driver}. */
    public static final String NAME = "simulated.csi.jarbor.dev";

    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final Quantity LARGEST = Quantity.parse("16Ti");
    private static final Set<String> AMOUNTS = Set.of("iops", "throughput");

    @Override
    public String name() {
        return NAME;
    }

    /** A disk of the zone of the node that was chosen, as those of clouds are. */
    @Override
    public PersistentVolumeSpec create(PersistentVolumeClaim claim, StorageClass storageClass, Optional<Node> node) {
        String attributes = claim.spec().volumeAttributesClassName();
        PersistentVolumeSpec spec = PersistentVolumeSpec.EMPTY.withCsi(CSIPersistentVolumeSource.EMPTY
                .withDriver(CsiMigration.resolved(storageClass.provisioner()))
                .withVolumeHandle(Provisioner.nameFor(claim)));
        spec = attributes.isEmpty() ? spec : spec.withVolumeAttributesClassName(attributes);
        Optional<String> zone =
                node.flatMap(one -> Optional.ofNullable(one.metadata().labels().get(ZONE)));
        return zone.isEmpty() ? spec : spec.withNodeAffinity(in(zone.get()));
    }

    private static VolumeNodeAffinity in(String zone) {
        NodeSelectorTerm there = NodeSelectorTerm.EMPTY.withMatchExpressions(List.of(
                NodeSelectorRequirement.EMPTY.withKey(ZONE).withOperator("In").withValues(List.of(zone))));
        return VolumeNodeAffinity.EMPTY.withRequired(NodeSelector.EMPTY.withNodeSelectorTerms(List.of(there)));
    }

    @Override
    public void delete(PersistentVolume volume) {}

    @Override
    public void attach(PersistentVolume volume, String node) {}

    @Override
    public void detach(PersistentVolume volume, String node) {}

    @Override
    public boolean expand(PersistentVolume volume, Quantity size) throws DriverFailure {
        if (isOwn(volume) && size.compareTo(LARGEST) > 0) {
            throw new DriverFailure(DriverFailure.Kind.INFEASIBLE, "a simulated volume has at most " + LARGEST);
        }
        return true;
    }

    @Override
    public void modify(PersistentVolume volume, Map<String, String> parameters) throws DriverFailure {
        for (Map.Entry<String, String> one : new TreeMap<>(parameters).entrySet()) {
            boolean fine = !isOwn(volume)
                    || one.getKey().equals("type")
                    || (AMOUNTS.contains(one.getKey()) && one.getValue().matches("[1-9][0-9]{0,8}"));
            if (!fine) {
                throw new DriverFailure(
                        DriverFailure.Kind.INFEASIBLE,
                        "a simulated volume cannot have " + one.getKey() + "=" + one.getValue());
            }
        }
    }

    /** Of other drivers it knows no bounds. */
    private static boolean isOwn(PersistentVolume volume) {
        return volume.spec().csi().driver().equals(NAME);
    }
}
