package dev.jarbor.node.localvolume;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.client.Api;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.node.volume.VolumeFolders;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes volumes in folders of nodes for claims of classes with {@link #PROVISIONER}, once the scheduler has chosen the node,
 * and removes what is no longer claimed. It runs where the folders are, as provisioners with one process a node do; one may
 * also serve several nodes.
 *
 * <p>A folder is made before its volume and removed before it, so that no volume is ever without its folder, and a stop in
 * between is made up for.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/dynamic-provisioning/">Dynamic Volume Provisioning</a>
 */
public final class LocalVolumes implements AutoCloseable {
    /** The name by which storage classes ask for it. */
    public static final String PROVISIONER = "jarbor.dev/local-path";

    private static final String ASKED = "volume.kubernetes.io/storage-provisioner";
    private static final Duration RETRY = Duration.ofSeconds(15);

    private final Api api;
    private final Informers informers;
    private final EventRecorder events;
    private final Predicate<String> served;
    private final VolumeFolders folders;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<PersistentVolume> volumes;
    private final Informer<StorageClass> classes;
    private final Informer<Node> nodes;
    private final WorkQueue<Item> queue;

    private sealed interface Item {
        record Claim(ObjectKey key) implements Item {}

        record Volume(String name) implements Item {}
    }

    /**
     * @param events of the component {@link #PROVISIONER}
     * @param served the names of the nodes whose folders these are
     */
    public LocalVolumes(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            Predicate<String> served,
            VolumeFolders folders) {
        this.api = api;
        this.informers = informers;
        this.events = events;
        this.served = served;
        this.folders = folders;
        this.queue = new WorkQueue<>("local volumes", runtime, 1, this::reconcile);
        this.claims = informers.of(PersistentVolumeClaim.KIND);
        this.volumes = informers.of(PersistentVolume.KIND);
        this.classes = informers.of(StorageClass.KIND);
        this.nodes = informers.of(Node.KIND);
        claims.onChange(change -> queue.add(new Item.Claim(change.object().key())));
        volumes.onChange(change -> queue.add(new Item.Volume(change.object().name())));
    }

    public void start() {
        informers.whenSynced(queue::start);
    }

    @Override
    public void close() {
        queue.close();
    }

    private Outcome reconcile(Item item) {
        return switch (item) {
            case Item.Claim(ObjectKey key) ->
                claims.get(key)
                        .filter(LocalVolumes::isAsked)
                        .map(this::provision)
                        .orElse(Outcome.DONE);
            case Item.Volume(String name) ->
                volumes.get(ObjectKey.cluster(name))
                        .filter(this::isOurs)
                        .map(this::reclaim)
                        .orElse(Outcome.DONE);
        };
    }

    private static boolean isAsked(PersistentVolumeClaim claim) {
        return PROVISIONER.equals(claim.metadata().annotations().get(ASKED))
                && claim.spec().volumeName().isEmpty()
                && !claim.metadata().hasDeletionTimestamp();
    }

    private Outcome provision(PersistentVolumeClaim claim) {
        String chosen = claim.metadata().annotations().getOrDefault(VolumeMatch.SELECTED_NODE, "");
        if (!chosen.isEmpty() && !served.test(chosen)) {
            return Outcome.DONE;
        }
        Optional<StorageClass> storageClass = classes.get(ObjectKey.cluster(VolumeMatch.classOf(claim)));
        if (storageClass.isEmpty()
                || volumes.get(ObjectKey.cluster(LocalVolume.name(claim))).isPresent()) {
            return Outcome.DONE;
        }
        Optional<String> refusal = chosen.isEmpty()
                ? Optional.of("configuration error, no node was specified")
                : LocalVolume.refusal(claim);
        if (refusal.isPresent()) {
            failed(claim, refusal.get());
            return Outcome.DONE;
        }
        events.normal(
                claim, "Provisioning", "External provisioner is provisioning volume for claim \"" + claim.key() + "\"");
        String folder = LocalVolume.folder(claim);
        try {
            folders.make(folder);
        } catch (IOException failure) {
            failed(claim, String.valueOf(failure.getMessage()));
            return Outcome.again(RETRY);
        }
        create(claim, LocalVolume.of(claim, storageClass.get(), hostname(chosen), folders.path(folder)));
        return Outcome.DONE;
    }

    private void failed(PersistentVolumeClaim claim, String why) {
        events.warning(
                claim,
                "ProvisioningFailed",
                "failed to provision volume with StorageClass \"" + VolumeMatch.classOf(claim) + "\": " + why);
    }

    private String hostname(String node) {
        return nodes.get(ObjectKey.cluster(node))
                .map(one -> one.metadata().labels().get("kubernetes.io/hostname"))
                .orElse(node);
    }

    private void create(PersistentVolumeClaim claim, PersistentVolume volume) {
        try {
            api.create(PersistentVolume.KIND, volume);
            events.normal(claim, "ProvisioningSucceeded", "Successfully provisioned volume " + volume.name());
        } catch (ApiException refused) {
            if (!refused.isAlreadyExists()) {
                throw refused;
            }
        }
    }

    private boolean isOurs(PersistentVolume volume) {
        return PROVISIONER.equals(volume.metadata().annotations().get(VolumeMatch.PROVISIONED_BY))
                && volume.metadata().finalizers().contains(LocalVolume.FINALIZER)
                && nodes.list().stream()
                        .anyMatch(node -> served.test(node.name()) && VolumeMatch.reaches(volume, node));
    }

    private Outcome reclaim(PersistentVolume volume) {
        boolean removed = volume.spec().persistentVolumeReclaimPolicy().equals("Delete")
                && volume.status().phase().equals("Released");
        boolean keptByHand = volume.metadata().hasDeletionTimestamp()
                && !volume.spec().persistentVolumeReclaimPolicy().equals("Delete");
        if (!removed && !keptByHand) {
            return Outcome.DONE;
        }
        if (removed) {
            try {
                remove(volume);
            } catch (IOException | UncheckedIOException failure) {
                events.warning(volume, "VolumeFailedDelete", String.valueOf(failure.getMessage()));
                return Outcome.again(RETRY);
            }
        }
        letGo(volume, removed);
        return Outcome.DONE;
    }

    /** Only a folder that is where they are made: a volume may have been written by anybody. */
    private void remove(PersistentVolume volume) throws IOException {
        String path = volume.spec().local().path();
        String name = String.valueOf(Path.of(path).getFileName());
        if (!folders.path(name).equals(path)) {
            throw new IOException("the folder " + path + " is none that was made for a volume");
        }
        folders.remove(name);
    }

    private void letGo(PersistentVolume volume, boolean removed) {
        try {
            if (removed && !volume.metadata().hasDeletionTimestamp()) {
                api.delete(
                        PersistentVolume.KIND,
                        volume.key(),
                        DeleteOptions.NONE.ifUid(volume.metadata().uid()));
                return; // its finalizers go when the copy shows it going
            }
            List<String> others = volume.metadata().finalizers().stream()
                    .filter(name -> !name.equals(LocalVolume.FINALIZER))
                    .toList();
            api.update(
                    PersistentVolume.KIND, volume.withMetadata(volume.metadata().withFinalizers(others)));
        } catch (ApiException refused) {
            if (!refused.isNotFound()) {
                throw refused;
            }
        }
    }
}
