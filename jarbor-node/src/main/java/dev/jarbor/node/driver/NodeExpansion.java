package dev.jarbor.node.driver;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.runtime.Runtime;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What nodes do for volumes that have been expanded: while a pod runs with one, its file system is made as large as the volume,
 * and the claim shows it. On simulated nodes there is no file system, so that only the second is left to do.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#resizing-a-volume-containing-a-file-system">
 *     Resizing a volume containing a file system</a>
 */
public final class NodeExpansion implements AutoCloseable {
    private static final String BY_CLAIM = "claims in use";

    private final Api api;
    private final EventRecorder events;
    private final Predicate<String> served;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<PersistentVolume> volumes;
    private final Informer<Pod> pods;
    private final Controller queue;

    /**
     * @param events of the component {@code kubelet}
     * @param served the names of the nodes
     */
    public NodeExpansion(
            Api api, Informers informers, Runtime runtime, EventRecorder events, Predicate<String> served) {
        this.api = api;
        this.events = events;
        this.served = served;
        this.claims = informers.of(PersistentVolumeClaim.KIND);
        this.volumes = informers.of(PersistentVolume.KIND);
        this.pods = informers.of(Pod.KIND).index(BY_CLAIM, NodeExpansion::claimIndex);
        this.queue = new Controller("expansion on nodes", informers, runtime, 1, this::reconcile);
        claims.onChange(change -> queue.enqueue(change.object().key()));
        pods.onChange(change -> {
            if (runs(change.object())) {
                PodClaims.keys(change.object()).forEach(queue::enqueue);
            }
        });
    }

    public void start() {
        queue.start();
    }

    @Override
    public void close() {
        queue.close();
    }

    /** Of pods that have a node, as the loop that has volumes attached has it. */
    private static List<String> claimIndex(Pod pod) {
        return pod.spec().nodeName().isEmpty()
                ? List.of()
                : PodClaims.keys(pod).stream().map(ObjectKey::toString).toList();
    }

    private boolean runs(Pod pod) {
        return pod.status().phase().equals("Running") && served.test(pod.spec().nodeName());
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<PersistentVolumeClaim> claim = claims.get(key).filter(NodeExpansion::isDue);
        Optional<PersistentVolume> volume =
                claim.flatMap(one -> volumes.get(ObjectKey.cluster(one.spec().volumeName())));
        Optional<Pod> pod =
                pods.by(BY_CLAIM, key.toString()).stream().filter(this::runs).findFirst();
        if (claim.isPresent() && volume.isPresent() && pod.isPresent()) {
            PersistentVolumeClaim begun = report(claim.get(), ClaimStatus.growingOnNode(claim.get()));
            report(begun, ClaimStatus.expanded(begun, VolumeMatch.capacity(volume.get())));
            String message = "MountVolume.NodeExpandVolume succeeded for volume \""
                    + volume.get().name() + "\" " + pod.get().spec().nodeName();
            events.normal(pod.get(), "FileSystemResizeSuccessful", message);
            events.normal(begun, "FileSystemResizeSuccessful", message);
        }
        return Outcome.DONE;
    }

    private static boolean isDue(PersistentVolumeClaim claim) {
        String state = ClaimStatus.resize(claim);
        return state.equals(ClaimStatus.NODE_PENDING) || state.equals(ClaimStatus.NODE_IN_PROGRESS);
    }

    private PersistentVolumeClaim report(PersistentVolumeClaim claim, PersistentVolumeClaimStatus status) {
        return status.equals(claim.status())
                ? claim
                : api.updateStatus(PersistentVolumeClaim.KIND, claim.withStatus(status));
    }
}
