package dev.jarbor.node.volume;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.AttachedVolume;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.CsiVolumes;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.CSIDriver;
import dev.jarbor.client.Api;
import dev.jarbor.node.env.PodReferences;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The volumes of a node's pods that a loop of the cluster has to attach before they can be mounted. The node and that loop
 * speak through the Node's status: what a pod needs is in {@code volumesInUse} before it is mounted and until it is unmounted,
 * and is mounted only while it is in {@code volumesAttached}.
 *
 * <p>Safe for calls from any thread. Bounded by the pods of the node.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/#NodeStatus">NodeStatus</a>
 */
public final class AttachableVolumes {
    private final Api api;
    private final PodReferences references;
    private final String node;
    private final Map<String, Set<String>> byPod = new ConcurrentHashMap<>();
    /** Pods that the node had when this began, and has not looked at yet. */
    private final Set<String> unseen = ConcurrentHashMap.newKeySet();

    private volatile boolean begun;

    public AttachableVolumes(Api api, PodReferences references, String node) {
        this.api = api;
        this.references = references;
        this.node = node;
    }

    /** Takes note of the pods that the node has already: until each was looked at, what was said before stands. */
    public void begin(Collection<Pod> pods) {
        pods.stream()
                .filter(pod -> !PodClaims.keys(pod).isEmpty()
                        || !CsiMigration.ownVolumes(pod).isEmpty())
                .forEach(pod -> unseen.add(pod.metadata().uid()));
        begun = true;
    }

    /** Notes what the pod needs: the unique names of volumes, by the names that the pod gives them. */
    private SortedMap<String, String> use(Pod pod) {
        var needed = new TreeMap<String, String>();
        for (Volume volume : pod.spec().volumes()) {
            PodClaims.of(pod, volume)
                    .flatMap(claim -> volumeOf(pod, claim))
                    .or(() -> CsiMigration.translated(volume, pod.namespace()))
                    .filter(this::isAttachable)
                    .ifPresent(bound -> needed.put(volume.name(), CsiVolumes.uniqueName(bound)));
        }
        if (!needed.isEmpty()) {
            byPod.put(pod.metadata().uid(), Set.copyOf(needed.values()));
        }
        return needed;
    }

    private Optional<PersistentVolume> volumeOf(Pod pod, String claim) {
        return references
                .claim(pod.namespace(), claim)
                .filter(VolumeMatch::isFullyBound)
                .map(PersistentVolumeClaim::spec)
                .flatMap(spec -> references.volume(spec.volumeName()))
                .map(CsiMigration::translated);
    }

    private boolean isAttachable(PersistentVolume volume) {
        return CsiVolumes.isAttachable(volume, driver -> api.find(CSIDriver.KIND, ObjectKey.cluster(driver)));
    }

    /** @throws VolumeFailure that is a wait, while a volume of the pod is not attached, or not yet said to be in use */
    public void require(Pod pod) {
        SortedMap<String, String> needed = use(pod);
        unseen.remove(pod.metadata().uid());
        if (needed.isEmpty()) {
            return;
        }
        Node present = api.get(Node.KIND, ObjectKey.cluster(node));
        List<String> attached = present.status().volumesAttached().stream()
                .map(AttachedVolume::name)
                .toList();
        List<String> inUse = present.status().volumesInUse();
        needed.forEach((volume, name) -> {
            if (!attached.contains(name) || !inUse.contains(name)) {
                throw VolumeFailure.waiting(volume, "volume " + name + " is not attached yet");
            }
        });
    }

    /** Nothing of the pod is mounted any more. */
    public void release(String podUid) {
        byPod.remove(podUid);
        unseen.remove(podUid);
    }

    /**
     * What the node's status is to say, in the order of the names.
     *
     * @param before what it says now: stays until {@link #begin}, and until all that was there then has been looked at
     */
    public List<String> inUse(List<String> before) {
        boolean asBefore = !begun || !unseen.isEmpty();
        if (byPod.isEmpty()) {
            return asBefore && !before.isEmpty() ? List.copyOf(new TreeSet<>(before)) : List.of();
        }
        var names = new TreeSet<String>();
        byPod.values().forEach(names::addAll);
        if (asBefore) {
            names.addAll(before);
        }
        return List.copyOf(names);
    }
}
