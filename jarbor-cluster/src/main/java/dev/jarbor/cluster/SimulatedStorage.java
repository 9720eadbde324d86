package dev.jarbor.cluster;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.storage.v1.CSIDriver;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.node.driver.Attacher;
import dev.jarbor.node.driver.Modifier;
import dev.jarbor.node.driver.NodeExpansion;
import dev.jarbor.node.driver.Provisioner;
import dev.jarbor.node.driver.Resizer;
import dev.jarbor.node.driver.SimulatedDriver;
import dev.jarbor.node.localvolume.LocalVolumes;
import dev.jarbor.node.volume.VolumeFolders;
import dev.jarbor.runtime.Runtime;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All that stands beside drivers of volumes, and what simulated nodes do for such volumes, with folders of theirs as volumes
 * too. Where nodes are simulated no driver can run, so that one stands in for all of them, whatever they are called, and manifests that were written for a cloud find their
 * volumes. Whoever plays a driver says so at its CSIDriver, by the annotation {@link #SIMULATED}.
 */
public final class SimulatedStorage implements AutoCloseable {
    /** On a CSIDriver: {@code "false"} where somebody else does what the driver does. */
    public static final String SIMULATED = "jarbor.dev/simulated";

    private final Informer<CSIDriver> drivers;
    private final Provisioner provisioner;
    private final Attacher attacher;
    private final Resizer resizer;
    private final Modifier modifier;
    private final NodeExpansion nodes;
    private final LocalVolumes folders;

    private SimulatedStorage(ControlPlane plane, Predicate<String> served) {
        Runtime runtime = plane.runtime();
        Informers informers = plane.informers();
        Api api = plane.as("simulated-csi-driver");
        Api agent = plane.as(ControlPlane.NODE_AGENT);
        var driver = new SimulatedDriver();
        var events = new ApiEventRecorder(api, runtime, "external-resizer " + SimulatedDriver.NAME);
        this.drivers = informers.of(CSIDriver.KIND);
        this.provisioner = new Provisioner(
                api,
                informers,
                runtime,
                new ApiEventRecorder(api, runtime, SimulatedDriver.NAME),
                driver,
                this::isAsked,
                this::serves);
        this.attacher = new Attacher(api, informers, runtime, driver, this::serves);
        this.resizer = new Resizer(api, informers, runtime, events, driver, this::serves);
        this.modifier = new Modifier(api, informers, runtime, events, driver, this::serves);
        this.nodes = new NodeExpansion(
                agent, informers, runtime, new ApiEventRecorder(agent, runtime, ControlPlane.NODE_AGENT), served);
        this.folders = LocalStorage.start(plane, served, VolumeFolders.imagined());
    }

    /** Writes the default class {@code local-path} where there is none of that name. */
    public static void publishClass(ControlPlane plane) {
        LocalStorage.publish(plane);
    }

    /**
     * Begins before the informers of {@code plane} do.
     *
     * @param served the names of the simulated nodes
     */
    public static SimulatedStorage start(ControlPlane plane, Predicate<String> served) {
        var storage = new SimulatedStorage(plane, served);
        storage.provisioner.start();
        storage.attacher.start();
        storage.resizer.start();
        storage.modifier.start();
        storage.nodes.start();
        return storage;
    }

    private boolean isAsked(PersistentVolumeClaim claim) {
        return Optional.ofNullable(claim.metadata().annotations().get(Provisioner.ASKED))
                .filter(name -> !name.startsWith("kubernetes.io/") && !name.equals(LocalVolumes.PROVISIONER))
                .filter(this::isSimulated)
                .isPresent();
    }

    private boolean serves(PersistentVolume volume) {
        return CsiMigration.driverOf(volume).filter(this::isSimulated).isPresent();
    }

    private boolean isSimulated(String driver) {
        return drivers.get(ObjectKey.cluster(driver))
                .map(KubeObject::metadata)
                .map(metadata -> !"false".equals(metadata.annotations().get(SIMULATED)))
                .orElse(true);
    }

    @Override
    public void close() {
        folders.close();
        nodes.close();
        modifier.close();
        resizer.close();
        attacher.close();
        provisioner.close();
    }
}
