package dev.jarbor.controllers.ephemeralvolume;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimTemplate;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Optional;

/**
 * Makes the claims of {@code ephemeral} volumes, owned by their pod so that they go with it. A claim of that name that was
 * made for something else is never touched: the pod waits, and is told why.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes">Generic ephemeral
 *     volumes</a>
 */
public final class EphemeralVolumeController implements ControlLoop {
    private static final String NAME = "ephemeral-volume-controller";
    private static final int WORKERS = 10;
    private static final String BY_CLAIM = "ephemeral claim";

    private final Api api;
    private final EventRecorder events;
    private final Informer<Pod> pods;
    private final Informer<PersistentVolumeClaim> claims;
    private final Counter creations;
    private final Counter failures;
    private final Controller queue;

    /** @param events of the component {@code ephemeral_volume} */
    public EphemeralVolumeController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    /** @param events of the component {@code ephemeral_volume} */
    public EphemeralVolumeController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.creations = registry.counter(
                "ephemeral_volume_controller_create_total", "Claims that were to be made for volumes of pods.");
        this.failures =
                registry.counter("ephemeral_volume_controller_create_failures_total", "Claims that could not be made.");
        this.api = api;
        this.events = events;
        this.pods = informers.of(Pod.KIND).index(BY_CLAIM, EphemeralVolumeController::claimIndex);
        this.claims = informers.of(PersistentVolumeClaim.KIND);
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        pods.onChange(change -> podChanged(change.object()));
        claims.onChange(this::claimChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private void podChanged(Pod pod) {
        if (pod.spec().volumes().stream().anyMatch(Volume::hasEphemeral)) {
            queue.enqueue(pod.key());
        }
    }

    private static List<String> claimIndex(Pod pod) {
        return pod.spec().volumes().stream()
                .filter(Volume::hasEphemeral)
                .map(volume -> claim(pod, volume).key().toString())
                .toList();
    }

    /** A claim that is gone is made again while its pod needs it; one that was in the way no longer is. */
    private void claimChanged(Change<PersistentVolumeClaim> change) {
        if (change instanceof Change.Deleted<PersistentVolumeClaim>(PersistentVolumeClaim claim)) {
            pods.by(BY_CLAIM, claim.key().toString()).forEach(pod -> queue.enqueue(pod.key()));
        }
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Pod> found = pods.get(key).filter(pod -> !Ownership.isDeleting(pod));
        if (found.isPresent()) {
            Pod pod = found.get();
            for (Volume volume : pod.spec().volumes()) {
                if (volume.hasEphemeral()) {
                    furnish(pod, volume);
                }
            }
        }
        return Outcome.DONE;
    }

    private void furnish(Pod pod, Volume volume) {
        PersistentVolumeClaim wanted = claim(pod, volume);
        Optional<PersistentVolumeClaim> present = claims.get(wanted.key());
        if (present.filter(one -> !PodClaims.isMadeFor(pod, one)).isPresent()) {
            tell(pod, volume, PodClaims.notOwner(pod, present.get()));
        } else if (present.isEmpty()) {
            create(pod, volume, wanted);
        }
    }

    /** The claim that a pod's volume stands for, as it is made. */
    static PersistentVolumeClaim claim(Pod pod, Volume volume) {
        PersistentVolumeClaimTemplate template = volume.ephemeral().volumeClaimTemplate();
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withName(PodClaims.of(pod, volume).orElseThrow())
                .withNamespace(pod.namespace())
                .withLabels(template.metadata().labels())
                .withAnnotations(template.metadata().annotations())
                .withOwnerReferences(List.of(Ownership.controllerReference(Pod.KIND, pod)));
        return PersistentVolumeClaim.EMPTY.withMetadata(metadata).withSpec(template.spec());
    }

    private void create(Pod pod, Volume volume, PersistentVolumeClaim wanted) {
        creations.increment();
        try {
            api.create(PersistentVolumeClaim.KIND, wanted);
        } catch (ApiException refused) {
            failures.increment();
            tell(pod, volume, "create PVC " + wanted.name() + ": " + refused.getMessage());
            throw refused;
        }
    }

    private void tell(Pod pod, Volume volume, String why) {
        events.warning(pod, "FailedBinding", "ephemeral volume " + volume.name() + ": " + why);
    }
}
