package dev.jarbor.scheduler.volumes;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.CsiVolumes;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.CSINode;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.scheduler.cluster.VolumeCatalog;
import dev.jarbor.scheduler.plugins.ClusterEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Writes {@link VolumePlan}s, and knows how far they have come: volumes are reserved for their claims, claims told of their
 * node; binder and provisioner do the rest. Until the copies show what was decided, decisions see it here.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-storage/490-topology-aware-volume-scheduling">
 *     KEP-490</a>
 */
public final class VolumeBinder implements VolumeCatalog {
    private static final String BY_CLASS = "scheduler: storage class";
    private static final String BY_CLAIM = "scheduler: claim";
    private static final String BY_NODE = "node";

    private final Api api;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<PersistentVolume> volumes;
    private final Informer<StorageClass> classes;
    private final Informer<CSINode> drivers;
    private final Informer<VolumeAttachment> attachments;
    /** Volumes that are promised, by name, and to which claim. Bounded by the pods whose volumes are being bound. */
    private final Map<String, ObjectKey> promised = new ConcurrentHashMap<>();
    /** The versions of claims that carry their node, as they were written. */
    private final Map<ObjectKey, Long> told = new ConcurrentHashMap<>();

    /** How far a plan has come. */
    sealed interface Progress {
        record Done() implements Progress {}

        record Waiting() implements Progress {}

        /** It will never get there; {@code why} is in the reference's words. */
        record Failed(String why) implements Progress {}
    }

    public VolumeBinder(Api api, Informers informers) {
        this.api = api;
        this.claims = informers.of(PersistentVolumeClaim.KIND);
        this.volumes = informers
                .of(PersistentVolume.KIND)
                .index(BY_CLASS, volume -> List.of(VolumeMatch.classOf(volume)))
                .index(BY_CLAIM, VolumeBinder::claimIndex);
        this.classes = informers.of(StorageClass.KIND);
        this.drivers = informers.of(CSINode.KIND);
        this.attachments = informers
                .of(VolumeAttachment.KIND)
                .index(BY_NODE, one -> List.of(one.spec().nodeName()));
    }

    /** Calls {@code changed} whenever a pod may find its volumes, or has found them. */
    public void onChange(Consumer<ClusterEvent> changed) {
        claims.onChange(change -> changed.accept(ClusterEvent.of("PersistentVolumeClaim", change)));
        volumes.onChange(change -> changed.accept(ClusterEvent.of("PersistentVolume", change)));
        classes.onChange(change -> changed.accept(ClusterEvent.of("storage.k8s.io/StorageClass", change)));
        drivers.onChange(change -> changed.accept(ClusterEvent.of("storage.k8s.io/CSINode", change)));
        attachments.onChange(change -> {
            if (change instanceof Change.Deleted<VolumeAttachment>) {
                changed.accept(ClusterEvent.of("storage.k8s.io/VolumeAttachment", change));
            }
        });
    }

    private static List<String> claimIndex(PersistentVolume volume) {
        return volume.spec().hasClaimRef()
                ? List.of(new ObjectKey(
                                volume.spec().claimRef().namespace(),
                                volume.spec().claimRef().name())
                        .toString())
                : List.of();
    }

    @Override
    public Optional<PersistentVolumeClaim> claim(ObjectKey key) {
        return claims.get(key);
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        return volumes.get(ObjectKey.cluster(name));
    }

    @Override
    public List<PersistentVolume> candidates(PersistentVolumeClaim claim) {
        var candidates = new ArrayList<>(volumes.by(BY_CLAIM, claim.key().toString()));
        volumes.by(BY_CLASS, VolumeMatch.classOf(claim)).stream()
                .filter(volume -> claim.key().equals(promised.getOrDefault(volume.name(), claim.key())))
                .forEach(candidates::add);
        return candidates;
    }

    @Override
    public Optional<StorageClass> storageClass(String name) {
        return classes.get(ObjectKey.cluster(name));
    }

    @Override
    public Map<String, Integer> limits(String node) {
        var limits = new TreeMap<String, Integer>();
        drivers.get(ObjectKey.cluster(node)).stream()
                .flatMap(one -> one.spec().drivers().stream())
                .filter(driver -> driver.allocatable().hasCount())
                .forEach(
                        driver -> limits.put(driver.name(), driver.allocatable().count()));
        return limits;
    }

    @Override
    public Set<String> migrated(String node) {
        return drivers.get(ObjectKey.cluster(node)).map(CsiMigration::plugins).orElse(Set.of());
    }

    @Override
    public List<PersistentVolume> attached(String node) {
        return attachments.by(BY_NODE, node).stream()
                .map(one -> one.spec().source())
                .flatMap(source -> CsiVolumes.inline(source).or(() -> volume(source.persistentVolumeName())).stream())
                .toList();
    }

    /** Nobody else is to be promised these volumes, until {@link #forget}. */
    public void promise(VolumePlan plan) {
        plan.bindings()
                .forEach(pair -> promised.put(pair.volume().name(), pair.claim().key()));
    }

    /** The plan has come to its end, one way or the other. */
    public void forget(VolumePlan plan) {
        plan.bindings()
                .forEach(pair ->
                        promised.remove(pair.volume().name(), pair.claim().key()));
        plan.provisions().forEach(claim -> told.remove(claim.key()));
    }

    /** @throws dev.jarbor.api.status.ApiException where somebody else was faster */
    public void write(VolumePlan plan, String node) {
        for (VolumePlan.Pair pair : plan.bindings()) {
            PersistentVolume claimed = VolumeMatch.claimed(pair.volume(), pair.claim());
            if (!claimed.equals(pair.volume())) {
                api.update(PersistentVolume.KIND, claimed);
            }
        }
        for (PersistentVolumeClaim claim : plan.provisions()) {
            if (!node.equals(selectedNode(claim))) {
                told.put(claim.key(), version(api.update(PersistentVolumeClaim.KIND, selecting(claim, node))));
            }
        }
    }

    private static String selectedNode(PersistentVolumeClaim claim) {
        return claim.metadata().annotations().getOrDefault(VolumeMatch.SELECTED_NODE, "");
    }

    private static PersistentVolumeClaim selecting(PersistentVolumeClaim claim, String node) {
        var annotations = new TreeMap<>(claim.metadata().annotations());
        annotations.put(VolumeMatch.SELECTED_NODE, node);
        return claim.withMetadata(claim.metadata().withAnnotations(annotations));
    }

    /** As the copies have it, which may be behind. */
    Progress progress(VolumePlan plan, Node node) {
        for (VolumePlan.Pair pair : plan.bindings()) {
            Progress one = progress(pair.claim(), node, false);
            if (!(one instanceof Progress.Done)) {
                return one;
            }
        }
        for (PersistentVolumeClaim claim : plan.provisions()) {
            Progress one = progress(claim, node, true);
            if (!(one instanceof Progress.Done)) {
                return one;
            }
        }
        return new Progress.Done();
    }

    private Progress progress(PersistentVolumeClaim planned, Node node, boolean provisioned) {
        Optional<PersistentVolumeClaim> found = claims.get(planned.key());
        if (found.isEmpty()) {
            return new Progress.Failed("persistentvolumeclaim \"" + planned.name() + "\" not found");
        }
        PersistentVolumeClaim claim = found.get();
        if (version(claim) < told.getOrDefault(claim.key(), 0L)) {
            return new Progress.Waiting();
        }
        if (provisioned
                && !VolumeMatch.isFullyBound(claim)
                && !selectedNode(claim).equals(node.name())) {
            return new Progress.Failed("provisioning failed for PVC \"" + claim.name() + "\"");
        }
        Optional<PersistentVolume> volume = volume(claim.spec().volumeName());
        if (!VolumeMatch.isFullyBound(claim) || volume.isEmpty()) {
            return new Progress.Waiting();
        }
        return VolumeMatch.reaches(seenFrom(node.name(), volume.get()), node)
                ? new Progress.Done()
                : new Progress.Failed(
                        "pv \"" + volume.get().name() + "\" node affinity doesn't match node \"" + node.name() + "\"");
    }

    private static long version(KubeObject object) {
        String version = object.metadata().resourceVersion();
        return version.isEmpty() ? 0 : Long.parseLong(version);
    }
}
