package dev.jarbor.node.driver;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The loop around {@link ResizePass}: has volumes of one driver expanded to what their claims ask for. Each write is onto the
 * version that was looked at, and what was begun is in the claim's status before the driver is asked, so that a stop anywhere
 * is made up for.
 *
 * @see <a href="https://kubernetes-csi.github.io/docs/external-resizer.html">external-resizer</a>
 */
public final class Resizer implements AutoCloseable {

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final VolumeDriver driver;
    private final ServedClaims claims;
    /** Bounded by the claims whose expansion has failed. */
    private final Map<ObjectKey, ResizePass.Attempt> failed = new ConcurrentHashMap<>();

    private final Controller queue;

    /**
     * @param events of the component {@code external-resizer NAME}
     * @param served the volumes that are this driver's
     */
    public Resizer(
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
        this.queue = new Controller("resizer of " + driver.name(), informers, runtime, 1, this::reconcile);
        claims.all().onChange(change -> queue.enqueue(change.object().key()));
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
        Optional<ResizePass.Attempt> last = Optional.ofNullable(failed.get(key));
        return switch (new ResizePass(bound.claim(), bound.volume(), last, runtime.now()).decide()) {
            case ResizeStep.Nothing ignored -> Outcome.DONE;
            case ResizeStep.Wait(Duration time) -> Outcome.again(time);
            case ResizeStep.Expand step -> expand(bound.claim(), bound.volume(), step);
        };
    }

    private Outcome expand(PersistentVolumeClaim claim, PersistentVolume volume, ResizeStep.Expand step) {
        PersistentVolumeClaim marked = claims.report(claim, ClaimStatus.expanding(claim, step, runtime.now()));
        events.normal(marked, "Resizing", "External resizer is resizing volume " + volume.name());
        boolean onNode;
        try {
            onNode = driver.expand(volume, step.size());
        } catch (DriverFailure failure) {
            return fail(marked, volume, step.size(), failure);
        }
        failed.remove(claim.key());
        enlarge(volume, step.size());
        if (onNode) {
            claims.report(marked, ClaimStatus.pendingOnNode(marked, runtime.now()));
            events.normal(marked, "FileSystemResizeRequired", "Require file system resize of volume on node");
        } else {
            claims.report(marked, ClaimStatus.expanded(marked, step.size()));
            events.normal(marked, "VolumeResizeSuccessful", "Resize volume succeeded");
        }
        return Outcome.DONE;
    }

    private Outcome fail(PersistentVolumeClaim claim, PersistentVolume volume, Quantity size, DriverFailure failure) {
        boolean settled = failure.kind() != DriverFailure.Kind.UNCERTAIN;
        Duration pause = failure.pause();
        Instant next = runtime.now().plus(pause);
        failed.put(claim.key(), new ResizePass.Attempt(size, settled, next));
        events.warning(
                claim,
                "VolumeResizeFailed",
                "resize volume \"" + volume.name() + "\" by resizer \"" + driver.name() + "\" failed: "
                        + failure.text());
        if (settled) {
            claims.report(claim, ClaimStatus.expansionFailed(claim, failure, runtime.now()));
        }
        return Outcome.again(pause);
    }

    private void enlarge(PersistentVolume volume, Quantity size) {
        if (VolumeMatch.capacity(volume).compareTo(size) < 0) {
            var capacity = new TreeMap<>(volume.spec().capacity());
            capacity.put("storage", size);
            api.update(PersistentVolume.KIND, volume.withSpec(volume.spec().withCapacity(capacity)));
        }
    }
}
