package dev.jarbor.node.localvolume;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.client.Api;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.node.driver.Provisioner;
import dev.jarbor.node.driver.Resizer;
import dev.jarbor.node.volume.VolumeFolders;
import dev.jarbor.runtime.Runtime;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes volumes in folders of nodes for claims of classes with {@link #PROVISIONER}, once the scheduler has chosen the node, lets
 * them grow, and removes what is no longer claimed. It runs where the folders are, as provisioners with one process a node do; one
 * may also serve several nodes.
 */
public final class LocalVolumes implements AutoCloseable {
    /** The name by which storage classes ask for it. */
    public static final String PROVISIONER = "jarbor.dev/local-path";

    private final Predicate<String> nodes;
    private final Informer<Node> known;
    private final Provisioner provisioner;
    private final Resizer resizer;

    /**
     * @param events makes the recorder of a component
     * @param nodes the names of the nodes whose folders these are
     */
    public LocalVolumes(
            Api api,
            Informers informers,
            Runtime runtime,
            Function<String, EventRecorder> events,
            Predicate<String> nodes,
            VolumeFolders folders) {
        this.nodes = nodes;
        this.known = informers.of(Node.KIND);
        var driver = new LocalDriver(folders);
        this.provisioner = new Provisioner(
                api, informers, runtime, events.apply(PROVISIONER), driver, this::isAsked, this::serves);
        this.resizer = new Resizer(
                api, informers, runtime, events.apply("external-resizer " + PROVISIONER), driver, this::serves);
    }

    public void start() {
        provisioner.start();
        resizer.start();
    }

    @Override
    public void close() {
        resizer.close();
        provisioner.close();
    }

    private boolean isAsked(PersistentVolumeClaim claim) {
        String chosen = claim.metadata().annotations().getOrDefault(VolumeMatch.SELECTED_NODE, "");
        return PROVISIONER.equals(claim.metadata().annotations().get(Provisioner.ASKED))
                && (chosen.isEmpty() || nodes.test(chosen));
    }

    private boolean serves(PersistentVolume volume) {
        return PROVISIONER.equals(volume.metadata().annotations().get(VolumeMatch.PROVISIONED_BY))
                && known.list().stream().anyMatch(node -> nodes.test(node.name()) && VolumeMatch.reaches(volume, node));
    }
}
