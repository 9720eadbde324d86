package dev.jarbor.embed;

import dev.jarbor.api.value.ObjectValue;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What holds of all claims of volumes and all volumes: each that is bound is so to one other, which is bound to it, and stays
 * as long as that is there.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding">Binding</a>
 */
final class Bindings {
    static final String CLAIMS = "persistentvolumeclaims";
    static final String VOLUMES = "persistentvolumes";

    private static final String ATTACHMENTS = "volumeattachments.storage.k8s.io";

    private Bindings() {}

    static void look(Moment before, Moment now, Findings findings) {
        lookAtAttachments(before, now, findings);
        if (before.same(now, CLAIMS, VOLUMES)) {
            return;
        }
        var bound = new HashMap<String, String>();
        for (ObjectValue claim : now.all(CLAIMS)) {
            String name = Moment.name(claim);
            String volume = claim.object("spec").string("volumeName");
            boolean its = now.find(VOLUMES, "", volume)
                    .filter(one -> claimant(one).equals(Moment.uid(claim)))
                    .isPresent();
            if (phase(claim).equals("Bound")) {
                findings.require(its, name + " is bound to " + volume + ", which is not bound to it");
                String other = bound.putIfAbsent(volume, name);
                findings.require(other == null, volume + " is bound by " + name + " and " + other);
            }
            findings.require(!phase(claim).equals("Lost"), name + " has lost " + volume);
        }
    }

    /** What may be at one node only is. */
    private static void lookAtAttachments(Moment before, Moment now, Findings findings) {
        if (before.same(now, ATTACHMENTS)) {
            return;
        }
        var attached = new HashMap<String, String>();
        for (ObjectValue attachment : now.in("", ATTACHMENTS)) {
            if (attachment.object("status").bool("attached")) {
                ObjectValue spec = attachment.object("spec");
                String volume = spec.object("source").string("persistentVolumeName");
                String other = attached.putIfAbsent(volume, spec.string("nodeName"));
                findings.require(
                        other == null, volume + " is attached to " + spec.string("nodeName") + " and " + other);
            }
        }
    }

    private static String phase(ObjectValue object) {
        return object.object("status").string("phase");
    }

    /** The uid of the claim that the volume is bound to, or is kept for. */
    private static String claimant(ObjectValue volume) {
        return volume.object("spec").object("claimRef").string("uid");
    }

    /** A claim that goes is still there, or a volume whose claim is gone is. */
    static Optional<String> unsettled(Moment now) {
        Map<String, ObjectValue> claims = new HashMap<>();
        now.snapshot().all(CLAIMS).values().forEach(claim -> claims.put(Moment.uid(claim), claim));
        List<String> leaked = volumes(now).stream()
                .filter(volume -> volume.object("spec")
                        .string("persistentVolumeReclaimPolicy")
                        .equals("Delete"))
                .filter(volume -> !claims.containsKey(claimant(volume)))
                .map(Moment::name)
                .toList();
        List<String> leaving = claims.values().stream()
                .filter(Moment::leaving)
                .map(Moment::name)
                .toList();
        return leaked.isEmpty() && leaving.isEmpty()
                ? Optional.empty()
                : Optional.of("volumes are left: " + leaked + ", and claims that are to go: " + leaving);
    }

    static Collection<ObjectValue> volumes(Moment now) {
        return now.in("", VOLUMES);
    }
}
