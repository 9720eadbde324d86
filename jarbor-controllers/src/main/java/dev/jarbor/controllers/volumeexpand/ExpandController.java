package dev.jarbor.controllers.volumeexpand;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells the owner of a claim that asks for more than it has that whoever made its volume is waited for: no kind of volume is
 * expanded by this loop itself any more, as none is by the reference's. The work is done beside the volume's driver.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims">Expanding
 *     Persistent Volumes Claims</a>
 */
public final class ExpandController implements ControlLoop {
    private static final String NAME = "persistentvolume-expander-controller";

    private static final String RESIZER = "volume.kubernetes.io/storage-resizer";

    private final Api api;
    private final EventRecorder events;
    private final Informer<PersistentVolumeClaim> claims;
    private final Controller queue;

    /** @param events of the component {@code volume_expand} */
    public ExpandController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this.api = api;
        this.events = events;
        this.claims = informers.of(PersistentVolumeClaim.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        claims.onChange(this::claimChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private void claimChanged(Change<PersistentVolumeClaim> change) {
        boolean news = switch (change) {
            case Change.Added<PersistentVolumeClaim> ignored -> true;
            case Change.Updated<PersistentVolumeClaim>(var before, var after) ->
                VolumeMatch.request(after).compareTo(VolumeMatch.request(before)) > 0;
            case Change.Deleted<PersistentVolumeClaim> ignored -> false;
        };
        if (news && wantsMore(change.object())) {
            queue.enqueue(change.object().key());
        }
    }

    private static boolean wantsMore(PersistentVolumeClaim claim) {
        Quantity has = claim.status().capacity().getOrDefault("storage", Quantity.ZERO);
        return claim.status().phase().equals("Bound")
                && VolumeMatch.request(claim).compareTo(has) > 0;
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<PersistentVolumeClaim> claim = claims.get(key).filter(ExpandController::wantsMore);
        if (claim.isPresent()) {
            PersistentVolume volume = api.get(
                    PersistentVolume.KIND, ObjectKey.cluster(claim.get().spec().volumeName()));
            if (!volume.spec().claimRef().uid().equals(claim.get().metadata().uid())) {
                throw new IllegalStateException("persistent Volume is not bound to PVC being updated : " + key);
            }
            Optional<String> plugin = CsiMigration.plugin(volume);
            events.normal(
                    claim.get(),
                    "ExternalExpanding",
                    plugin.map(name -> "CSI migration enabled for " + name
                                    + "; waiting for external resizer to expand the pvc")
                            .orElse("waiting for an external controller to expand this PVC"));
            plugin.flatMap(CsiMigration::driver).ifPresent(driver -> name(claim.get(), driver));
        }
        return Outcome.DONE;
    }

    /** Resizers of drivers that have taken over look for claims that name them. */
    private void name(PersistentVolumeClaim claim, String driver) {
        var annotations = new TreeMap<>(claim.metadata().annotations());
        if (!driver.equals(annotations.put(RESIZER, driver))) {
            api.update(
                    PersistentVolumeClaim.KIND,
                    claim.withMetadata(claim.metadata().withAnnotations(annotations)));
        }
    }
}
