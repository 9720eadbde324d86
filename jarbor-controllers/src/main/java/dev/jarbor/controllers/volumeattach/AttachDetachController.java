package dev.jarbor.controllers.volumeattach;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.AttachedVolume;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.CsiVolumes;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.storage.v1.CSIDriver;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.storage.v1.VolumeAttachmentSource;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Query;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The loop around {@link AttachPass}, one key a node: asks drivers by VolumeAttachments, and tells nodes in their status what
 * is attached. Attachments that were not made here are left alone.
 *
 * <p>Two things must never happen: that a volume is taken from a node that has it mounted, and that two nodes get a volume that
 * is for one. A node says that a volume is in use before it mounts it; before what it may mount changes, the node and its
 * attachments are read as they are now, and the change is written onto that very version of the node. An exclusive volume is
 * asked for only after the server, not the copy, has shown that no other node has it, and there is one worker.
 *
 * @see <a href="https://kubernetes-csi.github.io/docs/external-attacher.html">external-attacher</a>
 */
public final class AttachDetachController implements ControlLoop {
    private static final String NAME = "persistentvolume-attach-detach-controller";

    /** On nodes: their agent leaves attaching to this loop. */
    private static final String MANAGED = "volumes.kubernetes.io/controller-managed-attach-detach";

    /** How long to wait for the copy to show an attachment that the server knows of. */
    private static final Duration CATCH_UP = Duration.ofSeconds(1);

    private static final String BY_NODE = "node";
    private static final String BY_VOLUME = "volume";
    private static final String BY_DISK = "disk";
    private static final String BY_USE = "volumes in use";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<PersistentVolume> volumes;
    private final Informer<VolumeAttachment> attachments;
    private final Informer<CSIDriver> drivers;
    private final Map<ObjectKey, AttachMemory> memories = new ConcurrentHashMap<>();
    private final AttachMetrics metrics;
    private final Controller queue;

    /** @param events of the component {@code attachdetach-controller} */
    public AttachDetachController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    /** @param events of the component {@code attachdetach-controller} */
    public AttachDetachController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.pods = informers
                .of(Pod.KIND)
                .index(BY_NODE, pod -> List.of(pod.spec().nodeName()))
                .index(BY_USE, AttachDetachController::uses);
        this.nodes = informers.of(Node.KIND);
        this.claims = informers.of(PersistentVolumeClaim.KIND);
        this.volumes = informers.of(PersistentVolume.KIND).index(BY_DISK, AttachDetachController::disks);
        this.attachments = informers
                .of(VolumeAttachment.KIND)
                .index(BY_NODE, one -> List.of(one.spec().nodeName()))
                .index(BY_VOLUME, one -> List.of(volumeKey(one)));
        this.drivers = informers.of(CSIDriver.KIND);
        this.metrics = new AttachMetrics(runtime, registry, attachments::list, this::isMigrated);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        pods.onChange(this::podChanged);
        volumes.onChange(change -> usersChanged(claimOf(change.object())));
        nodes.onChange(this::nodeChanged);
        claims.onChange(change -> usersChanged(change.object().key()));
        attachments.onChange(this::attachmentChanged);
        drivers.onChange(change -> nodes.list().forEach(node -> queue.enqueue(node.key())));
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    /** The name of the volume; of one that a pod names itself, by what nodes know it. */
    private static String volumeKey(VolumeAttachment attachment) {
        VolumeAttachmentSource source = attachment.spec().source();
        return CsiVolumes.inline(source).map(CsiVolumes::uniqueName).orElseGet(source::persistentVolumeName);
    }

    /** The volume of the attachment, as its driver knows it; empty where there is none, or no driver. */
    private Optional<PersistentVolume> volumeOf(VolumeAttachment attachment) {
        VolumeAttachmentSource source = attachment.spec().source();
        return CsiVolumes.inline(source)
                .or(() -> volumes.get(ObjectKey.cluster(source.persistentVolumeName()))
                        .map(CsiMigration::translated))
                .filter(volume -> volume.spec().hasCsi());
    }

    private boolean isMigrated(VolumeAttachment attachment) {
        VolumeAttachmentSource source = attachment.spec().source();
        return source.hasInlineVolumeSpec()
                || volumes.get(ObjectKey.cluster(source.persistentVolumeName()))
                        .flatMap(CsiMigration::plugin)
                        .isPresent();
    }

    /** What a pod uses: claims, and disks that it names itself. */
    private static List<String> uses(Pod pod) {
        return pod.spec().nodeName().isEmpty()
                ? List.of()
                : Stream.concat(
                                PodClaims.keys(pod).stream().map(ObjectKey::toString),
                                CsiMigration.ownVolumes(pod).stream().map(CsiVolumes::uniqueName))
                        .distinct()
                        .toList();
    }

    private static ObjectKey claimOf(PersistentVolume volume) {
        return new ObjectKey(
                volume.spec().claimRef().namespace(), volume.spec().claimRef().name());
    }

    private static List<String> disks(PersistentVolume volume) {
        PersistentVolume translated = CsiMigration.translated(volume);
        return translated.spec().hasCsi() ? List.of(CsiVolumes.uniqueName(translated)) : List.of();
    }

    /** Those that name the disk, or have a claim for a volume that is on it. */
    private Stream<Pod> usersOf(String disk) {
        return Stream.concat(
                        pods.by(BY_USE, disk).stream(),
                        volumes.by(BY_DISK, disk).stream()
                                .flatMap(volume ->
                                        pods.by(BY_USE, claimOf(volume).toString()).stream()))
                .distinct();
    }

    private Stream<VolumeAttachment> attachmentsOf(String disk) {
        return Stream.concat(
                attachments.by(BY_VOLUME, disk).stream(),
                volumes.by(BY_DISK, disk).stream()
                        .flatMap(volume -> attachments.by(BY_VOLUME, volume.name()).stream()));
    }

    /** A pod of that name may have gone and come again elsewhere. */
    private void podChanged(Change<Pod> change) {
        if (change instanceof Change.Updated<Pod>(Pod before, Pod after)
                && !before.spec().nodeName().equals(after.spec().nodeName())) {
            userChanged(before);
        }
        userChanged(change.object());
    }

    private void userChanged(Pod pod) {
        if (!uses(pod).isEmpty()) {
            queue.enqueue(ObjectKey.cluster(pod.spec().nodeName()));
        }
    }

    private void usersChanged(ObjectKey claim) {
        pods.by(BY_USE, claim.toString()).forEach(this::userChanged);
    }

    private void nodeChanged(Change<Node> change) {
        Node node = change.object();
        boolean news = !(change instanceof Change.Updated<Node>(Node before, Node after))
                || isManaged(before) != isManaged(after);
        if (news || !attachments.by(BY_NODE, node.name()).isEmpty()) {
            queue.enqueue(node.key());
        }
    }

    private static boolean isManaged(Node node) {
        return "true".equals(node.metadata().annotations().get(MANAGED));
    }

    /** Once it is gone, the volume is free for those who wait for it elsewhere. */
    private void attachmentChanged(Change<VolumeAttachment> change) {
        VolumeAttachment attachment = change.object();
        metrics.changed(change);
        queue.enqueue(ObjectKey.cluster(attachment.spec().nodeName()));
        if (change instanceof Change.Deleted<VolumeAttachment>) {
            volumeOf(attachment)
                    .ifPresent(volume -> usersOf(CsiVolumes.uniqueName(volume)).forEach(this::userChanged));
        }
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Node> copy = nodes.get(key);
        AttachPass.Plan plan = pass(key, copy, present(key.name())).plan();
        boolean changes =
                copy.filter(node -> !plan.report().equals(reported(node))).isPresent();
        return changes || !plan.detach().isEmpty() ? onPresent(key) : carryOut(key, plan);
    }

    /**
     * Decides again, about the node and its attachments as they are now: what is in use there, and what is going, may be news to
     * the copies.
     */
    private Outcome onPresent(ObjectKey key) {
        Optional<Node> node = api.find(Node.KIND, key);
        var attached = new TreeMap<String, Attachment>();
        present(key.name())
                .forEach((name, copy) -> api.find(
                                VolumeAttachment.KIND, copy.object().key())
                        .ifPresent(now -> attached.put(name, new Attachment(copy.volume(), now))));
        AttachPass.Plan plan = pass(key, node, attached).plan();
        node.ifPresent(one -> report(one, plan.report()));
        return carryOut(key, plan);
    }

    private void report(Node node, List<AttachedVolume> attached) {
        if (!attached.equals(reported(node))) {
            api.updateStatus(
                    Node.KIND,
                    node.withStatus(
                            attached.isEmpty()
                                    ? node.status().withoutVolumesAttached()
                                    : node.status().withVolumesAttached(attached)));
        }
    }

    private static List<AttachedVolume> reported(Node node) {
        return node.status().volumesAttached();
    }

    private Outcome carryOut(ObjectKey key, AttachPass.Plan plan) {
        plan.detach().forEach(this::detach);
        plan.forced().forEach(metrics::forced);
        boolean waiting = attach(plan.attach(), key.name());
        plan.told().forEach(this::tell);
        if (plan.memory().isEmpty()) {
            memories.remove(key);
        } else {
            memories.put(key, plan.memory());
        }
        if (waiting) {
            return Outcome.again(CATCH_UP);
        }
        return plan.again().isPositive() ? Outcome.again(plan.again()) : Outcome.DONE;
    }

    private AttachPass pass(ObjectKey key, Optional<Node> node, SortedMap<String, Attachment> present) {
        SortedMap<String, AttachPass.Use> wanted =
                node.filter(AttachDetachController::isManaged).isPresent() ? wanted(key.name()) : new TreeMap<>();
        return new AttachPass(
                node,
                wanted,
                present,
                elsewhere(key.name(), wanted, present),
                memories.getOrDefault(key, AttachMemory.NONE),
                runtime.now());
    }

    private SortedMap<String, AttachPass.Use> wanted(String node) {
        var uses = new TreeMap<String, AttachPass.Use>();
        for (Pod pod : pods.by(BY_NODE, node)) {
            if (isOver(pod)) {
                continue;
            }
            volumesOf(pod)
                    .forEach(volume -> uses.computeIfAbsent(
                                    CsiVolumes.uniqueName(volume),
                                    name -> new AttachPass.Use(volume, new ArrayList<>()))
                            .pods()
                            .add(pod));
        }
        return uses;
    }

    private Stream<PersistentVolume> volumesOf(Pod pod) {
        return Stream.concat(
                        PodClaims.keys(pod).stream().flatMap(claim -> volumeOf(claim).stream()),
                        CsiMigration.ownVolumes(pod).stream())
                .filter(volume -> CsiVolumes.isAttachable(volume, name -> drivers.get(ObjectKey.cluster(name))));
    }

    /** A pod that goes has its volumes until its last container has stopped. */
    private static boolean isOver(Pod pod) {
        return PodState.isFinished(pod)
                || (PodState.isTerminating(pod)
                        && pod.status().containerStatuses().stream()
                                .allMatch(status -> status.state().hasTerminated()
                                        || status.state().hasWaiting()));
    }

    private Optional<PersistentVolume> volumeOf(ObjectKey claim) {
        return claims.get(claim)
                .filter(VolumeMatch::isFullyBound)
                .flatMap(bound -> volumes.get(ObjectKey.cluster(bound.spec().volumeName()))
                        .filter(volume -> VolumeMatch.isBoundTo(volume, bound)))
                .map(CsiMigration::translated);
    }

    private SortedMap<String, Attachment> present(String node) {
        var present = new TreeMap<String, Attachment>();
        for (VolumeAttachment attachment : attachments.by(BY_NODE, node)) {
            volumeOf(attachment)
                    .filter(volume -> attachment.name().equals(Attachment.name(volume, node)))
                    .ifPresent(
                            volume -> present.put(CsiVolumes.uniqueName(volume), new Attachment(volume, attachment)));
        }
        return present;
    }

    private Map<String, List<Pod>> elsewhere(
            String node, SortedMap<String, AttachPass.Use> wanted, SortedMap<String, Attachment> present) {
        var elsewhere = new TreeMap<String, List<Pod>>();
        wanted.forEach((name, use) -> {
            List<String> holders = attachmentsOf(name)
                    .map(one -> one.spec().nodeName())
                    .filter(holder -> !holder.equals(node))
                    .toList();
            if (!present.containsKey(name) && !holders.isEmpty()) {
                elsewhere.put(
                        name,
                        usersOf(name)
                                .filter(pod -> holders.contains(pod.spec().nodeName()) && !isOver(pod))
                                .toList());
            }
        });
        return elsewhere;
    }

    /** Answers whether the copy has not shown yet that another node has one of the volumes. */
    private boolean attach(List<PersistentVolume> wanted, String node) {
        boolean exclusive = wanted.stream().anyMatch(CsiVolumes::isExclusive);
        List<VolumeAttachment> all =
                exclusive ? api.list(VolumeAttachment.KIND, "", Query.NONE).items() : List.of();
        boolean waiting = false;
        for (PersistentVolume volume : wanted) {
            boolean taken = CsiVolumes.isExclusive(volume)
                    && all.stream().anyMatch(one -> !one.spec().nodeName().equals(node) && isOf(one, volume));
            if (taken) {
                waiting = true;
            } else {
                create(Attachment.of(volume, node));
            }
        }
        return waiting;
    }

    private boolean isOf(VolumeAttachment attachment, PersistentVolume volume) {
        return volumeOf(attachment)
                .filter(one -> CsiVolumes.uniqueName(one).equals(CsiVolumes.uniqueName(volume)))
                .isPresent();
    }

    private void create(VolumeAttachment attachment) {
        try {
            metrics.attaching(attachment);
            api.create(VolumeAttachment.KIND, attachment);
        } catch (ApiException refused) {
            if (!refused.isAlreadyExists()) {
                throw refused;
            }
        }
    }

    private void detach(VolumeAttachment attachment) {
        metrics.detaching(attachment);
        IfThere.write(() -> api.delete(
                VolumeAttachment.KIND,
                attachment.key(),
                DeleteOptions.NONE.ifUid(attachment.metadata().uid())));
    }

    private void tell(AttachPass.Told told) {
        if (told.warning()) {
            events.warning(told.pod(), told.reason(), told.message());
        } else {
            events.normal(told.pod(), told.reason(), told.message());
        }
    }
}
