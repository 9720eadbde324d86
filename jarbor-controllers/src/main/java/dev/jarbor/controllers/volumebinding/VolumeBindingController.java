package dev.jarbor.controllers.volumebinding;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimStatus;
import dev.jarbor.api.core.v1.PersistentVolumeStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.Unseen;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loop around {@link ClaimPass} and {@link VolumeStep}.
 *
 * <p>That no volume ever serves two claims, and no claim two volumes, rests on two writes that fail where the copy was old:
 * the volume's reference to its claim is written before the claim's name of its volume, each only onto the version that was
 * looked at. One worker, because claims compete for volumes.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/">Persistent Volumes</a>
 */
public final class VolumeBindingController implements ControlLoop {
    private static final String NAME = "persistentvolume-binder-controller";

    /** How often a claim that waits is told so, as {@code --pvclaimbinder-sync-period} has it. */
    static final Duration PERIOD = Duration.ofSeconds(15);

    private static final String UNBOUND = "unbound";
    private static final String BY_VOLUME = "volume";
    private static final String BY_CLASS = "storage class";
    private static final String BY_CLAIM = "claim";
    private static final String WAITING = "waiting for claim";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<PersistentVolume> volumes;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<StorageClass> classes;
    private final Informer<Pod> pods;
    private final Unseen<PersistentVolume> unseenVolumes;
    private final Unseen<PersistentVolumeClaim> unseenClaims;
    private final Informers informers;
    private final VolumeMetrics metrics;
    private final OperationTimes times;
    private final WorkQueue<Item> queue;

    /** One thing to look at. */
    private sealed interface Item {
        record Claim(ObjectKey key) implements Item {}

        record Volume(String name) implements Item {}
    }

    /** @param events of the component {@code persistentvolume-controller} */
    public VolumeBindingController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    /** @param events of the component {@code persistentvolume-controller} */
    public VolumeBindingController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.informers = informers;
        this.queue = new WorkQueue<>(NAME, runtime, 1, this::reconcile);
        this.volumes = informers
                .of(PersistentVolume.KIND)
                .index(BY_CLASS, volume -> List.of(VolumeMatch.classOf(volume)))
                .index(BY_CLAIM, VolumeBindingController::claimIndex);
        this.claims = informers
                .of(PersistentVolumeClaim.KIND)
                .index(UNBOUND, VolumeBindingController::unboundIndex)
                .index(BY_VOLUME, claim -> List.of(claim.spec().volumeName()));
        this.classes = informers.of(StorageClass.KIND);
        this.pods = informers.of(Pod.KIND).index(WAITING, VolumeBindingController::waitingIndex);
        this.metrics = new VolumeMetrics(registry, volumes::list, claims::list);
        this.times = new OperationTimes(runtime, registry);
        this.unseenVolumes = new Unseen<>(api, volumes, runtime);
        this.unseenClaims = new Unseen<>(api, claims, runtime);
        claims.onChange(this::claimChanged);
        volumes.onChange(this::volumeChanged);
        classes.onChange(this::classChanged);
        pods.onChange(this::podChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        informers.whenSynced(queue::start);
    }

    private static List<String> claimIndex(PersistentVolume volume) {
        return volume.spec().hasClaimRef() ? List.of(claimOf(volume).toString()) : List.of();
    }

    private static ObjectKey claimOf(PersistentVolume volume) {
        ObjectReference reference = volume.spec().claimRef();
        return new ObjectKey(reference.namespace(), reference.name());
    }

    private static List<String> unboundIndex(PersistentVolumeClaim claim) {
        return VolumeMatch.has(claim, VolumeMatch.BIND_COMPLETED) ? List.of() : List.of(VolumeMatch.classOf(claim));
    }

    private static List<String> waitingIndex(Pod pod) {
        return pod.spec().nodeName().isEmpty()
                ? PodClaims.keys(pod).stream().map(ObjectKey::toString).toList()
                : List.of();
    }

    private void claimChanged(Change<PersistentVolumeClaim> change) {
        PersistentVolumeClaim claim = change.object();
        queue.add(new Item.Claim(claim.key()));
        if (!claim.spec().volumeName().isEmpty()) {
            queue.add(new Item.Volume(claim.spec().volumeName()));
        }
        volumes.by(BY_CLAIM, claim.key().toString()).forEach(volume -> queue.add(new Item.Volume(volume.name())));
    }

    private void volumeChanged(Change<PersistentVolume> change) {
        PersistentVolume volume = change.object();
        if (change instanceof Change.Deleted<PersistentVolume>) {
            times.end(volume.name());
        }
        queue.add(new Item.Volume(volume.name()));
        claims.by(BY_VOLUME, volume.name()).forEach(claim -> queue.add(new Item.Claim(claim.key())));
        if (volume.spec().hasClaimRef()) {
            queue.add(new Item.Claim(claimOf(volume)));
        } else if (volume.status().phase().equals("Available")) {
            unbound(VolumeMatch.classOf(volume));
        }
    }

    private void classChanged(Change<StorageClass> change) {
        unbound(change.object().name());
        unbound("");
    }

    private void unbound(String storageClass) {
        claims.by(UNBOUND, storageClass).forEach(claim -> queue.add(new Item.Claim(claim.key())));
    }

    /** Only so that a waiting claim names the pod that it waits for. */
    private void podChanged(Change<Pod> change) {
        if (change instanceof Change.Added<Pod>(Pod pod)
                && pod.spec().nodeName().isEmpty()) {
            PodClaims.keys(pod).forEach(claim -> queue.add(new Item.Claim(claim)));
        }
    }

    private Outcome reconcile(Item item) {
        switch (item) {
            case Item.Claim(ObjectKey key) -> {
                return claim(key);
            }
            case Item.Volume(String name) ->
                volumes.get(ObjectKey.cluster(name)).ifPresent(this::volume);
        }
        return Outcome.DONE;
    }

    private Outcome claim(ObjectKey key) {
        Optional<PersistentVolumeClaim> found = claims.get(key);
        if (found.isEmpty()) {
            unseenVolumes.forget(key);
            unseenClaims.forget(key);
            times.forget(key.toString());
            return Outcome.DONE;
        }
        if (!unseenVolumes.settled(key) || !unseenClaims.settled(key)) {
            return Outcome.again(Unseen.PATIENCE.plusSeconds(1));
        }
        PersistentVolumeClaim claim = change(found.get(), Binding.migrated(found.get()));
        ClaimStep step = new ClaimPass(claim, candidates(claim), classes.list(), waitingPods(key)).decide();
        carryOut(claim, step);
        return step.isForSomebodyElse() ? Outcome.again(PERIOD) : Outcome.DONE;
    }

    private List<PersistentVolume> candidates(PersistentVolumeClaim claim) {
        if (!claim.spec().volumeName().isEmpty()) {
            return volumes.get(ObjectKey.cluster(claim.spec().volumeName())).stream()
                    .toList();
        }
        var candidates = new ArrayList<>(volumes.by(BY_CLAIM, claim.key().toString()));
        candidates.addAll(volumes.by(BY_CLASS, VolumeMatch.classOf(claim)));
        return candidates;
    }

    private List<String> waitingPods(ObjectKey claim) {
        return pods.by(WAITING, claim.toString()).stream().map(Pod::name).toList();
    }

    private void carryOut(PersistentVolumeClaim claim, ClaimStep step) {
        switch (step) {
            case ClaimStep.Bind(PersistentVolume volume) ->
                timed(claim, () -> {
                    bind(claim, volume);
                    times.end(claim.key().toString());
                });
            case ClaimStep.Wait(List<Note> notes) -> {
                notes.forEach(note -> note.tell(events, claim));
                report(claim, Binding.unboundStatus(claim, "Pending"));
            }
            case ClaimStep.Provision provision -> {
                times.begin(claim.key().toString(), provision.provisioner(), "provision");
                timed(claim, () -> change(claim, Binding.provisionedBy(claim, provision.provisioner())));
                provision.note().tell(events, claim);
            }
            case ClaimStep.Adopt(String storageClass) -> adopt(claim, storageClass);
            case ClaimStep.Lose(Note note) -> {
                if (!claim.status().phase().equals("Lost")) {
                    report(claim, Binding.unboundStatus(claim, "Lost"));
                    note.tell(events, claim);
                }
            }
        }
    }

    private void timed(PersistentVolumeClaim claim, Runnable operation) {
        boolean done = false;
        try {
            operation.run();
            done = true;
        } finally {
            if (!done) {
                times.failed(claim.key().toString());
            }
        }
    }

    private void adopt(PersistentVolumeClaim claim, String storageClass) {
        boolean written = false;
        try {
            change(claim, claim.withSpec(claim.spec().withStorageClassName(storageClass)));
            written = true;
        } finally {
            metrics.adopted(written);
        }
    }

    private void bind(PersistentVolumeClaim claim, PersistentVolume volume) {
        PersistentVolume claimed = change(volume, VolumeMatch.claimed(volume, claim));
        claimed = report(claimed, "Bound", "");
        if (!claimed.equals(volume)) {
            unseenVolumes.changed(claim.key(), claimed);
        }
        PersistentVolumeClaim bound = change(claim, Binding.bound(claim, volume));
        report(bound, Binding.boundStatus(bound, volume));
    }

    private PersistentVolumeClaim change(PersistentVolumeClaim before, PersistentVolumeClaim after) {
        return after.equals(before) ? before : noted(api.update(PersistentVolumeClaim.KIND, after));
    }

    private void report(PersistentVolumeClaim claim, PersistentVolumeClaimStatus status) {
        if (!status.equals(claim.status())) {
            noted(api.updateStatus(PersistentVolumeClaim.KIND, claim.withStatus(status)));
        }
    }

    private PersistentVolumeClaim noted(PersistentVolumeClaim written) {
        unseenClaims.changed(written.key(), written);
        return written;
    }

    private PersistentVolume change(PersistentVolume before, PersistentVolume after) {
        return after.equals(before) ? before : api.update(PersistentVolume.KIND, after);
    }

    private PersistentVolume report(PersistentVolume volume, String phase, String message) {
        if (volume.status().phase().equals(phase)) {
            return volume;
        }
        PersistentVolumeStatus status = volume.status().withPhase(phase).withLastPhaseTransitionTime(runtime.now());
        status = message.isEmpty() ? status.withoutMessage() : status.withMessage(message);
        return api.updateStatus(PersistentVolume.KIND, volume.withStatus(status));
    }

    private void volume(PersistentVolume shown) {
        PersistentVolume volume = change(shown, Binding.migrated(shown));
        Optional<PersistentVolumeClaim> claim = claims.get(claimOf(volume))
                .filter(one -> isThat(one, volume.spec().claimRef()));
        switch (VolumeStep.decide(volume, claim)) {
            case VolumeStep.Report(String phase) -> report(volume, phase, "");
            case VolumeStep.AskClaim() -> queue.add(new Item.Claim(claimOf(volume)));
            case VolumeStep.Release() -> release(volume);
            case VolumeStep.Unbind() -> report(change(volume, Binding.unbound(volume)), "Available", "");
        }
    }

    private static boolean isThat(KubeObject claim, ObjectReference reference) {
        return claim.metadata().uid().equals(reference.uid());
    }

    /** The copy may not have heard of the claim yet, so the server is asked before anything is given up. */
    private void release(PersistentVolume volume) {
        String phase = volume.status().phase();
        if (phase.equals("Failed")) {
            return;
        }
        if (!phase.equals("Released")) {
            Optional<PersistentVolumeClaim> present = api.find(PersistentVolumeClaim.KIND, claimOf(volume))
                    .filter(one -> isThat(one, volume.spec().claimRef()));
            if (VolumeStep.decide(volume, present) instanceof VolumeStep.Release) {
                report(volume, "Released", "");
            }
            return;
        }
        if (volume.spec().persistentVolumeReclaimPolicy().equals("Delete")) {
            times.begin(volume.name(), remover(volume), "delete");
        }
        VolumeStep.obstacle(volume).ifPresent(note -> {
            times.failed(volume.name());
            report(volume, "Failed", note.message());
            note.tell(events, volume);
        });
    }

    /** Who removes what is behind the volume, by its class: any name may stand on the volume itself. */
    private String remover(PersistentVolume volume) {
        return classes.get(ObjectKey.cluster(VolumeMatch.classOf(volume)))
                .filter(one -> VolumeMatch.has(volume, VolumeMatch.PROVISIONED_BY))
                .map(one -> CsiMigration.resolved(one.provisioner()))
                .orElse("N/A");
    }
}
