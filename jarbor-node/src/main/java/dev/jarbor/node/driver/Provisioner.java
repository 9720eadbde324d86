package dev.jarbor.node.driver;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.meta.v1.ObjectMeta;
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
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Has volumes made for claims that ask for them by their class, and removed when they are no longer claimed.
 *
 * <p>What is behind a volume is made before the volume and removed before it, so that no volume is ever without it, and a stop
 * in between is made up for.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/dynamic-provisioning/">Dynamic Volume Provisioning</a>
 */
public final class Provisioner implements AutoCloseable {
    /** On claims: who is to make their volume, written by the loop that binds claims. */
    public static final String ASKED = "volume.kubernetes.io/storage-provisioner";

    /** Keeps a volume until what is behind it is gone; the name is that of the reference's provisioners. */
    public static final String FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

    private static final Duration RETRY = Duration.ofSeconds(15);

    private final Api api;
    private final Informers informers;
    private final EventRecorder events;
    private final VolumeDriver driver;
    private final Predicate<PersistentVolumeClaim> asked;
    private final Predicate<PersistentVolume> served;
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
     * @param events of the component that the driver is called
     * @param asked the claims that ask this driver, and wait for a volume
     * @param served the volumes that are this driver's
     */
    public Provisioner(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            VolumeDriver driver,
            Predicate<PersistentVolumeClaim> asked,
            Predicate<PersistentVolume> served) {
        this.api = api;
        this.informers = informers;
        this.events = events;
        this.driver = driver;
        this.asked = asked;
        this.served = served;
        this.queue = new WorkQueue<>("provisioner of " + driver.name(), runtime, 1, this::reconcile);
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
                        .filter(Provisioner::isWaiting)
                        .filter(asked)
                        .map(this::provision)
                        .orElse(Outcome.DONE);
            case Item.Volume(String name) ->
                volumes.get(ObjectKey.cluster(name))
                        .filter(volume -> volume.metadata().finalizers().contains(FINALIZER))
                        .filter(served)
                        .map(this::reclaim)
                        .orElse(Outcome.DONE);
        };
    }

    private static boolean isWaiting(PersistentVolumeClaim claim) {
        return claim.spec().volumeName().isEmpty() && !claim.metadata().hasDeletionTimestamp();
    }

    private Outcome provision(PersistentVolumeClaim claim) {
        Optional<StorageClass> storageClass = classes.get(ObjectKey.cluster(VolumeMatch.classOf(claim)));
        if (storageClass.isEmpty()
                || volumes.get(ObjectKey.cluster(nameFor(claim))).isPresent()) {
            return Outcome.DONE;
        }
        String chosen = claim.metadata().annotations().getOrDefault(VolumeMatch.SELECTED_NODE, "");
        Optional<Node> node = chosen.isEmpty() ? Optional.empty() : node(chosen);
        if (!chosen.isEmpty() && node.isEmpty()) {
            chooseAgain(claim);
            return Outcome.DONE;
        }
        Optional<String> refusal = driver.refusal(claim, node);
        if (refusal.isPresent()) {
            failed(claim, refusal.get());
            return Outcome.DONE;
        }
        events.normal(
                claim, "Provisioning", "External provisioner is provisioning volume for claim \"" + claim.key() + "\"");
        try {
            create(claim, described(claim, storageClass.get(), driver.create(claim, storageClass.get(), node)));
        } catch (DriverFailure failure) {
            failed(claim, failure.text());
            if (failure.kind() == DriverFailure.Kind.EXHAUSTED && node.isPresent()) {
                chooseAgain(claim);
                return Outcome.DONE;
            }
            return failure.kind() == DriverFailure.Kind.INFEASIBLE ? Outcome.DONE : Outcome.again(RETRY);
        }
        return Outcome.DONE;
    }

    private Optional<Node> node(String name) {
        return nodes.get(ObjectKey.cluster(name)).or(() -> api.find(Node.KIND, ObjectKey.cluster(name)));
    }

    /** The scheduler is to choose another node for the claim's first pod. */
    private void chooseAgain(PersistentVolumeClaim claim) {
        var annotations = new TreeMap<>(claim.metadata().annotations());
        annotations.remove(VolumeMatch.SELECTED_NODE);
        api.update(
                PersistentVolumeClaim.KIND, claim.withMetadata(claim.metadata().withAnnotations(annotations)));
    }

    /** The name of the volume that is made for the claim: one for each, however often it is asked for. */
    public static String nameFor(PersistentVolumeClaim claim) {
        return "pvc-" + claim.metadata().uid();
    }

    private static PersistentVolume described(
            PersistentVolumeClaim claim, StorageClass storageClass, PersistentVolumeSpec source) {
        PersistentVolumeSpec spec = source.withCapacity(Map.of("storage", VolumeMatch.request(claim)))
                .withAccessModes(claim.spec().accessModes())
                .withVolumeMode(
                        claim.spec().volumeMode().isEmpty()
                                ? "Filesystem"
                                : claim.spec().volumeMode())
                .withStorageClassName(storageClass.name())
                .withPersistentVolumeReclaimPolicy(
                        storageClass.reclaimPolicy().isEmpty() ? "Delete" : storageClass.reclaimPolicy())
                .withClaimRef(VolumeMatch.reference(claim));
        return PersistentVolume.EMPTY
                .withMetadata(ObjectMeta.EMPTY
                        .withName(nameFor(claim))
                        .withAnnotations(Map.of(VolumeMatch.PROVISIONED_BY, storageClass.provisioner()))
                        .withFinalizers(List.of(FINALIZER)))
                .withSpec(
                        storageClass.hasMountOptions() && source.hasCsi()
                                ? spec.withMountOptions(storageClass.mountOptions())
                                : spec);
    }

    private void failed(PersistentVolumeClaim claim, String why) {
        events.warning(
                claim,
                "ProvisioningFailed",
                "failed to provision volume with StorageClass \"" + VolumeMatch.classOf(claim) + "\": " + why);
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
                driver.delete(volume);
            } catch (DriverFailure failure) {
                events.warning(volume, "VolumeFailedDelete", failure.text());
                return Outcome.again(RETRY);
            }
        }
        letGo(volume, removed);
        return Outcome.DONE;
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
                    .filter(name -> !name.equals(FINALIZER))
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
