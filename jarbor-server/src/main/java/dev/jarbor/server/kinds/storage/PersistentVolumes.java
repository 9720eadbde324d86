package dev.jarbor.server.kinds.storage;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.Affinity;
import dev.jarbor.server.kinds.pod.VolumeWarnings;
import dev.jarbor.server.kinds.rules.Amounts;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Diffs;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.NodeLabels;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The rules of PersistentVolumes.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/">Persistent Volumes</a>
 */
public final class PersistentVolumes implements Strategy {
    static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String INLINE = "may not be specified in the context of inline volumes";

    /** What a spec says beside where the volume is. */
    private static final Set<String> NOT_SOURCES = Set.of(
            "accessModes",
            "capacity",
            "claimRef",
            "mountOptions",
            "nodeAffinity",
            "persistentVolumeReclaimPolicy",
            "storageClassName",
            "volumeAttributesClassName",
            "volumeMode");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        ObjectValue filled = Edits.always(object, "spec", spec -> {
            ObjectValue some = Edits.text(spec, "persistentVolumeReclaimPolicy", "Retain");
            some = Edits.text(some, "volumeMode", "Filesystem");
            some = Edits.inside(some, "hostPath", path -> Edits.absent(path, "type", Value.of("")));
            return VolumeBackends.withDefaults(some);
        });
        return Edits.always(filled, "status", status -> Edits.text(status, "phase", "Pending"));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return object.with("status", ObjectValue.EMPTY.with("phase", "Pending"));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        check(object.object("spec"), checks);
        return checks.errors();
    }

    private static void check(ObjectValue spec, Checks checks) {
        accessModes(spec, SPEC, checks);
        capacity(spec.object("capacity"), checks);
        checks.oneOfIfSet(spec, "persistentVolumeReclaimPolicy", SPEC, "Delete", "Recycle", "Retain");
        if (spec.has("nodeAffinity")) {
            affinity(spec.object("nodeAffinity"), SPEC.child("nodeAffinity"), checks);
        }
        VolumeBackends.check(spec, SPEC, checks);
        boolean recycled = spec.string("persistentVolumeReclaimPolicy").equals("Recycle");
        if (recycled && spec.object("hostPath").string("path").matches("/+(\\./*)*")) {
            checks.forbidden(
                    SPEC.child("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'");
        }
        String storageClass = spec.string("storageClassName");
        if (!storageClass.isEmpty()) {
            checks.dnsSubdomain(storageClass, SPEC.child("storageClassName"));
        }
        checks.oneOfIfSet(spec, "volumeMode", SPEC, "Block", "Filesystem");
        attributes(spec, checks);
    }

    private static void attributes(ObjectValue spec, Checks checks) {
        if (!spec.has("volumeAttributesClassName")) {
            return;
        }
        FieldPath at = SPEC.child("volumeAttributesClassName");
        String name = spec.string("volumeAttributesClassName");
        if (name.isEmpty()) {
            checks.required(at, "an empty string is disallowed");
        } else {
            checks.dnsSubdomain(name, at);
        }
        if (!spec.has("csi")) {
            checks.required(SPEC.child("csi"), "has to be specified when using volumeAttributesClassName");
        }
    }

    private static void accessModes(ObjectValue spec, FieldPath at, Checks checks) {
        List<String> modes = spec.list("accessModes").strings();
        FieldPath here = at.child("accessModes");
        if (modes.isEmpty()) {
            checks.required(here);
        }
        for (String mode : modes) {
            if (!ACCESS_MODES.contains(mode)) {
                checks.notSupported(here, mode, ACCESS_MODES);
            }
        }
        boolean single = modes.contains("ReadWriteOncePod");
        if (single
                && modes.stream().anyMatch(mode -> ACCESS_MODES.contains(mode) && !mode.equals("ReadWriteOncePod"))) {
            checks.forbidden(here, "may not use ReadWriteOncePod with other access modes");
        }
    }

    private static void capacity(ObjectValue capacity, Checks checks) {
        FieldPath at = SPEC.child("capacity");
        if (capacity.isEmpty()) {
            checks.required(at);
        }
        if (!capacity.has("storage") || capacity.size() > 1) {
            checks.add(FieldError.notSupported(at, capacity, List.of("storage")));
        }
        for (int i = 0; i < capacity.size(); i++) {
            FieldPath here = at.key(capacity.name(i));
            Quantity amount = Quantity.read(capacity.value(i));
            if (amount.signum() < 0) {
                checks.invalid(here, amount.toString(), "must be a valid resource quantity");
            }
            if (amount.signum() <= 0) {
                checks.invalid(here, amount.toString(), Checks.NOT_POSITIVE);
            }
        }
    }

    private static void affinity(ObjectValue affinity, FieldPath at, Checks checks) {
        if (affinity.has("required")) {
            Affinity.nodeSelector(affinity.object("required"), false, at.child("required"), checks);
        } else {
            checks.required(at.child("required"), "must specify required node constraints");
        }
    }

    /** A volume that an attachment describes itself: of a driver, and bound to nothing. */
    static void inline(ObjectValue spec, FieldPath at, Checks checks) {
        for (String field : List.of("claimRef", "capacity")) {
            if (spec.has(field) && !spec.object(field).isEmpty()) {
                checks.forbidden(at.child(field), INLINE);
            }
        }
        if (!spec.has("csi")) {
            checks.required(at.child("csi"), "has to be specified in the context of inline volumes");
        }
        accessModes(spec, at, checks);
        String policy = spec.string("persistentVolumeReclaimPolicy");
        if (!policy.isEmpty() && !policy.equals("Retain")) {
            checks.forbidden(
                    at.child("persistentVolumeReclaimPolicy"), "may only be Retain in the context of inline volumes");
        }
        if (spec.has("nodeAffinity")) {
            checks.forbidden(at.child("nodeAffinity"), INLINE);
        }
        VolumeBackends.check(spec, at, checks);
        if (!spec.string("storageClassName").isEmpty()) {
            checks.forbidden(at.child("storageClassName"), INLINE);
        }
        if (spec.has("volumeMode") && !spec.string("volumeMode").equals("Filesystem")) {
            checks.forbidden(
                    at.child("volumeMode"),
                    "may not specify volumeMode other than Filesystem in the context of inline volumes");
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        ObjectValue had = source(old);
        ObjectValue has = source(spec);
        boolean secretAdded = had.has("csi") && !had.object("csi").has("controllerExpandSecretRef");
        if (secretAdded) {
            has = Edits.inside(has, "csi", csi -> csi.without("controllerExpandSecretRef"));
        }
        if (!Same.of(had, has)) {
            checks.forbidden(
                    SPEC.child("persistentvolumesource"),
                    "spec.persistentvolumesource is immutable after creation\n" + Diffs.of(had, has));
        }
        checks.immutable(old, spec, "volumeMode", FieldPath.NONE);
        if (old.has("nodeAffinity") && !Same.at(old, spec, "nodeAffinity")) {
            checks.invalid(FieldPath.of("nodeAffinity"), spec.valueOrNull("nodeAffinity"), Checks.IMMUTABLE);
        }
        if (old.has("volumeAttributesClassName") && !spec.has("volumeAttributesClassName")) {
            checks.forbidden(SPEC.child("volumeAttributesClassName"), "update from non-nil value to nil is forbidden");
        }
        return checks.errors();
    }

    private static ObjectValue source(ObjectValue spec) {
        ObjectValue source = spec;
        for (String field : NOT_SOURCES) {
            source = source.without(field);
        }
        return source;
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<String>();
        ObjectValue spec = object.object("spec");
        if (object.object("metadata").object("annotations").has(Claims.CLASS_ANNOTATION)) {
            warnings.add("metadata.annotations[" + Claims.CLASS_ANNOTATION
                    + "]: deprecated since v1.8; use \"storageClassName\" attribute instead");
        }
        if (spec.string("persistentVolumeReclaimPolicy").equals("Recycle")) {
            warnings.add("spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the"
                    + " recommended approach is to use dynamic provisioning.");
        }
        List<ObjectValue> terms = spec.object("nodeAffinity")
                .object("required")
                .list("nodeSelectorTerms")
                .objects();
        for (int i = 0; i < terms.size(); i++) {
            FieldPath at = SPEC.child("nodeAffinity", "required", "nodeSelectorTerms");
            NodeLabels.warnOfTerm(terms.get(i), false, at.index(i), warnings);
        }
        VolumeWarnings.source(spec, SPEC, warnings);
        Quantity size = Quantity.read(spec.object("capacity").valueOrNull("storage"));
        if (Amounts.isFractional(size)) {
            warnings.add(
                    "spec.capacity[storage]: fractional byte value \"" + size + "\" is invalid, must be an integer");
        }
        return warnings;
    }
}
