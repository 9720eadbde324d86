package dev.jarbor.controllers.volumeattach;

import dev.jarbor.api.core.v1.AttachedVolume;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.CsiVolumes;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Decides about the volumes of one node: attach what its pods use and no other node has for itself; detach what no pod of it
 * uses once the node has unmounted it. An unhealthy node that still has it in use is waited for {@link #PATIENCE}; one that is
 * said to be out of service is not waited for at all.
 *
 * @param node empty where it is gone: then nobody says any more that it has unmounted anything
 * @param wanted the volumes that pods of the node use, by {@link CsiVolumes#uniqueName}
 * @param present the attachments of volumes to the node, by the same
 * @param elsewhere the volumes that are attached to other nodes, by the same, with the pods that use them there
 * @see <a href="https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown">
 *     Non-graceful node shutdown</a>
 */
record AttachPass(
        Optional<Node> node,
        SortedMap<String, Use> wanted,
        SortedMap<String, Attachment> present,
        Map<String, List<Pod>> elsewhere,
        AttachMemory memory,
        Instant now) {
    /** How long an unhealthy node that has a volume in use is waited for before it is taken from it. */
    static final Duration PATIENCE = Duration.ofMinutes(6);

    /** How long a driver may take to attach before that is told. */
    static final Duration ATTACH_TIME = Duration.ofMinutes(2);

    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    /** A volume and the pods of the node that use it, at least one. */
    record Use(PersistentVolume volume, List<Pod> pods) {}

    /** An event for a pod. */
    record Told(Pod pod, boolean warning, String reason, String message) {}

    /**
     * In the order in which to carry it out: a node hears that a volume is going before it goes.
     *
     * @param report what the node's status is to name, in the order of the names
     * @param forced why volumes are detached that are still mounted: {@code timeout} or {@code out-of-service}
     * @param told once all else is done
     * @param memory what to remember then
     * @param again when to look again though nothing changes; zero for never
     */
    record Plan(
            List<AttachedVolume> report,
            List<VolumeAttachment> detach,
            List<String> forced,
            List<PersistentVolume> attach,
            List<Told> told,
            AttachMemory memory,
            Duration again) {}

    Plan plan() {
        return new Draft().plan();
    }

    /** The plan in the making. */
    private final class Draft {
        private final List<AttachedVolume> report = new ArrayList<>();
        private final List<VolumeAttachment> detach = new ArrayList<>();
        private final List<String> forced = new ArrayList<>();
        private final List<PersistentVolume> attach = new ArrayList<>();
        private final List<Told> told = new ArrayList<>();
        private final TreeMap<String, Instant> unwanted = new TreeMap<>();
        private final TreeMap<String, String> refused = new TreeMap<>();
        private final TreeSet<String> welcomed = new TreeSet<>();
        private Duration again = Duration.ZERO;

        Plan plan() {
            present.forEach((name, attachment) -> {
                Use use = wanted.get(name);
                if (use == null) {
                    leave(name, attachment);
                } else {
                    keep(name, attachment, use);
                }
            });
            wanted.forEach((name, use) -> {
                if (!present.containsKey(name)) {
                    take(name, use);
                }
            });
            report.sort(Comparator.comparing(AttachedVolume::name));
            return new Plan(report, detach, forced, attach, told, new AttachMemory(unwanted, refused, welcomed), again);
        }

        private void take(String name, Use use) {
            List<Pod> others = elsewhere.get(name);
            if (others != null && CsiVolumes.isExclusive(use.volume())) {
                refuse(name, use, pod -> taken(use.volume(), pod, others));
            } else {
                attach.add(use.volume());
                look(ATTACH_TIME);
            }
        }

        private void keep(String name, Attachment attachment, Use use) {
            String failure = attachment.object().status().attachError().message();
            if (attachment.isAttached()) {
                mountable(attachment.volume());
                welcome(name, use);
            } else if (!failure.isEmpty() && !attachment.isGoing()) {
                refuse(name, use, pod -> failed(use.volume(), failure));
            } else if (!attachment.isGoing()) {
                await(name, attachment, use);
            }
        }

        private void await(String name, Attachment attachment, Use use) {
            Instant end = attachment
                    .object()
                    .metadata()
                    .creationTimestamp()
                    .orElse(now)
                    .plus(ATTACH_TIME);
            if (now.isBefore(end)) {
                look(Duration.between(now, end));
                return;
            }
            String driver = use.volume().spec().csi().driver();
            String late = "timed out waiting for external-attacher of " + driver + " CSI driver to attach volume "
                    + use.volume().spec().csi().volumeHandle();
            refuse(name, use, pod -> failed(use.volume(), late));
        }

        private void leave(String name, Attachment attachment) {
            if (attachment.isGoing()) {
                return;
            }
            Instant since = Optional.ofNullable(memory.unwanted().get(name)).orElse(now);
            unwanted.put(name, since);
            if (!isMounted(attachment.volume()) || isOutOfService()) {
                detach.add(attachment.object());
                if (isMounted(attachment.volume())) {
                    forced.add("out-of-service");
                }
                return;
            }
            Instant end = since.plus(PATIENCE);
            if (!isHealthy() && !now.isBefore(end)) {
                detach.add(attachment.object());
                forced.add("timeout");
                return;
            }
            if (now.isBefore(end)) {
                look(Duration.between(now, end));
            }
            if (attachment.isAttached()) {
                mountable(attachment.volume());
            }
        }

        private void mountable(PersistentVolume volume) {
            report.add(
                    AttachedVolume.EMPTY.withName(CsiVolumes.uniqueName(volume)).withDevicePath(""));
        }

        private void welcome(String name, Use use) {
            boolean known = node.stream()
                    .flatMap(one -> one.status().volumesAttached().stream())
                    .anyMatch(one -> one.name().equals(CsiVolumes.uniqueName(use.volume())));
            welcomed.add(name);
            if (!known && !memory.welcomed().contains(name)) {
                String message = "AttachVolume.Attach succeeded for volume \""
                        + use.volume().name() + "\" ";
                use.pods().forEach(pod -> told.add(new Told(pod, false, "SuccessfulAttachVolume", message)));
            }
        }

        /** Said once, until it is another reason. */
        private void refuse(String name, Use use, Function<Pod, String> why) {
            String first = why.apply(use.pods().getFirst());
            refused.put(name, first);
            if (!first.equals(memory.refused().get(name))) {
                use.pods().forEach(pod -> told.add(new Told(pod, true, "FailedAttachVolume", why.apply(pod))));
            }
        }

        private void look(Duration after) {
            again = again.isZero() || after.compareTo(again) < 0 ? after : again;
        }
    }

    private boolean isMounted(PersistentVolume volume) {
        return node.map(one -> one.status().volumesInUse().contains(CsiVolumes.uniqueName(volume)))
                .orElse(true);
    }

    private boolean isOutOfService() {
        return node.stream()
                .flatMap(one -> one.spec().taints().stream())
                .anyMatch(taint -> taint.key().equals(OUT_OF_SERVICE));
    }

    private boolean isHealthy() {
        return node.stream()
                .flatMap(one -> one.status().conditions().stream())
                .anyMatch(condition ->
                        condition.type().equals("Ready") && condition.status().equals("True"));
    }

    private static String failed(PersistentVolume volume, String why) {
        return "AttachVolume.Attach failed for volume \"" + volume.name() + "\" : " + why;
    }

    /** Users of a namespace are not told the names of pods in others. */
    private static String taken(PersistentVolume volume, Pod pod, List<Pod> others) {
        String start = "Multi-Attach error for volume \"" + volume.name() + "\" Volume is already ";
        if (others.isEmpty()) {
            return start + "exclusively attached to one node and can't be attached to another";
        }
        List<String> near = others.stream()
                .filter(other -> other.namespace().equals(pod.namespace()))
                .map(Pod::name)
                .toList();
        int far = others.size() - near.size();
        String away = far + " pod(s) in different namespaces";
        if (near.isEmpty()) {
            return start + "used by " + away;
        }
        return start + "used by pod(s) " + String.join(", ", near) + (far > 0 ? " and " + away : "");
    }
}
