package dev.jarbor.node.driver;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.CSIPersistentVolumeSource;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.StorageClass;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Volumes that are numbers; fails as it is told to. */
final class FakeDriver implements VolumeDriver {
    static final String NAME = "disk.example.com";

    final Map<String, Quantity> sizes = new TreeMap<>();
    final Map<String, Map<String, String>> attributes = new TreeMap<>();
    final TreeSet<String> attached = new TreeSet<>();
    Quantity most = Quantity.parse("10Gi");
    boolean onNode = true;
    /** What goes wrong with the next calls. */
    Optional<DriverFailure> failure = Optional.empty();

    int calls;

    @Override
    public String name() {
        return NAME;
    }

    private void call() throws DriverFailure {
        calls++;
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    @Override
    public PersistentVolumeSpec create(PersistentVolumeClaim claim, StorageClass storageClass, Optional<Node> node)
            throws DriverFailure {
        call();
        String name = Provisioner.nameFor(claim);
        sizes.put(name, VolumeMatch.request(claim));
        return PersistentVolumeSpec.EMPTY.withCsi(
                CSIPersistentVolumeSource.EMPTY.withDriver(NAME).withVolumeHandle(name));
    }

    @Override
    public void delete(PersistentVolume volume) throws DriverFailure {
        call();
        sizes.remove(volume.name());
    }

    @Override
    public void attach(PersistentVolume volume, String node) throws DriverFailure {
        call();
        attached.add(volume.name() + "@" + node);
    }

    @Override
    public void detach(PersistentVolume volume, String node) throws DriverFailure {
        call();
        attached.remove(volume.name() + "@" + node);
    }

    @Override
    public boolean expand(PersistentVolume volume, Quantity size) throws DriverFailure {
        call();
        if (size.compareTo(most) > 0) {
            throw new DriverFailure(DriverFailure.Kind.INFEASIBLE, "more than " + most + " there is not");
        }
        sizes.merge(volume.name(), size, Quantity::max);
        return onNode;
    }

    @Override
    public void modify(PersistentVolume volume, Map<String, String> parameters) throws DriverFailure {
        call();
        if (parameters.containsKey("colour")) {
            throw new DriverFailure(DriverFailure.Kind.INFEASIBLE, "volumes have no colour");
        }
        attributes.put(volume.name(), parameters);
    }
}
