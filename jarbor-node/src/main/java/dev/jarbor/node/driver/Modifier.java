package dev.jarbor.node.driver;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.storage.v1.VolumeAttributesClass;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The loop around {@link ModifyStep}: gives volumes of one driver the attributes that their claims ask for by the name of a
 * class. The volume says so before its claim does.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-storage/3751-volume-attributes-class">KEP-3751</a>
 */
public final class Modifier implements AutoCloseable {
    private static final String BY_CLASS = "attributes asked for";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final VolumeDriver driver;
    private final ServedClaims claims;
    private final Informer<VolumeAttributesClass> classes;
    /** Bounded by the claims whose change has failed. */
    private final Map<ObjectKey, ModifyStep.Attempt> failed = new ConcurrentHashMap<>();

    private final Controller queue;

    /**
     * @param events of the component {@code external-resizer NAME}, which the reference's modifying loop is a part of
     * @param served the volumes that are this driver's
     */
    public Modifier(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            VolumeDriver driver,
            Predicate<PersistentVolume> served) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.driver = driver;
        this.claims = new ServedClaims(api, informers, served);
        Informer<PersistentVolumeClaim> all =
                claims.all().index(BY_CLASS, claim -> List.of(claim.spec().volumeAttributesClassName()));
        this.classes = informers.of(VolumeAttributesClass.KIND);
        this.queue = new Controller("modifier of " + driver.name(), informers, runtime, 1, this::reconcile);
        all.onChange(change -> queue.enqueue(change.object().key()));
        classes.onChange(
                change -> all.by(BY_CLASS, change.object().name()).forEach(claim -> queue.enqueue(claim.key())));
    }

    public void start() {
        queue.start();
    }

    @Override
    public void close() {
        queue.close();
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<ServedClaims.Bound> found = claims.find(key);
        if (found.isEmpty()) {
            failed.remove(key);
            return Outcome.DONE;
        }
        ServedClaims.Bound bound = found.get();
        Optional<VolumeAttributesClass> wanted =
                classes.get(ObjectKey.cluster(bound.claim().spec().volumeAttributesClassName()));
        Optional<ModifyStep.Attempt> last = Optional.ofNullable(failed.get(key));
        return switch (ModifyStep.decide(bound.claim(), wanted, last, runtime.now())) {
            case ModifyStep.Nothing ignored -> Outcome.DONE;
            case ModifyStep.Wait(Duration time) -> Outcome.again(time);
            case ModifyStep.Missing(String name) -> {
                if (!bound.claim().status().modifyVolumeStatus().status().equals("Pending")) {
                    claims.report(bound.claim(), ClaimStatus.modificationPending(bound.claim()));
                    events.warning(bound.claim(), "VolumeModifyFailed", "VAC " + name + " does not exist.");
                }
                yield Outcome.DONE;
            }
            case ModifyStep.Modify(VolumeAttributesClass target) -> modify(bound.claim(), bound.volume(), target);
        };
    }

    private Outcome modify(PersistentVolumeClaim claim, PersistentVolume volume, VolumeAttributesClass wanted) {
        PersistentVolumeClaim marked = claims.report(claim, ClaimStatus.modifying(claim, wanted.name(), runtime.now()));
        events.normal(
                marked,
                "VolumeModify",
                "external resizer is modifying volume " + claim.name() + " with vac " + wanted.name());
        try {
            String own = CsiMigration.driverOf(volume).orElse("");
            if (!wanted.driverName().equals(own)) {
                throw new DriverFailure(
                        DriverFailure.Kind.INFEASIBLE,
                        "the class is of the driver " + wanted.driverName() + ", the volume of " + own);
            }
            driver.modify(volume, wanted.parameters());
        } catch (DriverFailure failure) {
            return fail(marked, wanted.name(), failure);
        }
        failed.remove(claim.key());
        if (!volume.spec().volumeAttributesClassName().equals(wanted.name())) {
            api.update(
                    PersistentVolume.KIND, volume.withSpec(volume.spec().withVolumeAttributesClassName(wanted.name())));
        }
        claims.report(marked, ClaimStatus.modified(marked, wanted.name()));
        events.normal(
                marked,
                "VolumeModifySuccessful",
                "external resizer modified volume " + claim.name() + " with vac " + wanted.name() + " successfully ");
        return Outcome.DONE;
    }

    private Outcome fail(PersistentVolumeClaim claim, String target, DriverFailure failure) {
        Duration pause = failure.pause();
        failed.put(claim.key(), new ModifyStep.Attempt(target, runtime.now().plus(pause)));
        events.warning(claim, "VolumeModifyFailed", failure.text());
        claims.report(claim, ClaimStatus.modificationFailed(claim, failure, runtime.now()));
        return Outcome.again(pause);
    }
}
