package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import dev.jarbor.server.kinds.rules.ResourceNames;
import java.util.List;

/**
 * What a claim for storage asks for: on its own, in a StatefulSet's templates, and in a pod's ephemeral volume.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/">Persistent Volumes</a>
 */
public final class ClaimSpecs {
    private static final List<String> MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    private static final String DEFAULT_GROUP = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";

    private ClaimSpecs() {}

    public static void check(ObjectValue spec, FieldPath at, Checks checks) {
        List<String> modes = spec.list("accessModes").strings();
        if (modes.isEmpty()) {
            checks.required(at.child("accessModes"), "at least 1 access mode is required");
        }
        LabelSelectors.check(spec.object("selector"), at.child("selector"), checks);
        for (String mode : modes) {
            if (!MODES.contains(mode)) {
                checks.notSupported(at.child("accessModes"), mode, MODES);
            }
        }
        boolean single = modes.contains("ReadWriteOncePod");
        boolean others = modes.stream().anyMatch(mode -> MODES.contains(mode) && !mode.equals("ReadWriteOncePod"));
        if (single && others) {
            checks.forbidden(at.child("accessModes"), "may not use ReadWriteOncePod with other access modes");
        }
        storage(
                spec.object("resources").object("requests"),
                at.child("resources").key("storage"),
                checks);
        String storageClass = spec.string("storageClassName");
        if (!storageClass.isEmpty()) {
            checks.dnsSubdomain(storageClass, at.child("storageClassName"));
        }
        if (spec.has("volumeMode")
                && !spec.string("volumeMode").equals("Block")
                && !spec.string("volumeMode").equals("Filesystem")) {
            checks.notSupported(at.child("volumeMode"), spec.string("volumeMode"), List.of("Block", "Filesystem"));
        }
        sources(spec, at, checks);
        String attributes = spec.string("volumeAttributesClassName");
        if (!attributes.isEmpty()) {
            checks.dnsSubdomain(attributes, at.child("volumeAttributesClassName"));
        }
    }

    private static void storage(ObjectValue requests, FieldPath at, Checks checks) {
        if (!requests.has("storage")) {
            checks.required(at);
            return;
        }
        Value amount = requests.valueOrNull("storage");
        Quantity storage = Quantity.read(amount);
        if (storage.signum() <= 0) {
            checks.invalid(at, storage.toString(), Checks.NOT_POSITIVE);
        } else {
            ResourceNames.amount("storage", amount, at, checks);
        }
    }

    private static void sources(ObjectValue spec, FieldPath at, Checks checks) {
        for (String field : List.of("dataSource", "dataSourceRef")) {
            if (spec.has(field)) {
                source(spec.object(field), at.child(field), checks);
            }
        }
        ObjectValue one = spec.object("dataSource");
        ObjectValue other = spec.object("dataSourceRef");
        if (!spec.has("dataSource")) {
            return;
        }
        // The refused value is, by an accident of the reference, a path, which prints as an empty struct.
        if (!other.string("namespace").isEmpty()) {
            checks.invalid(at, ObjectValue.EMPTY, "may not be specified when dataSourceRef.namespace is specified");
        } else if (spec.has("dataSourceRef")
                && !(one.valueOrNull("apiGroup").equals(other.valueOrNull("apiGroup"))
                        && one.string("kind").equals(other.string("kind"))
                        && one.string("name").equals(other.string("name")))) {
            checks.invalid(at, ObjectValue.EMPTY, "must match dataSourceRef");
        }
    }

    private static void source(ObjectValue source, FieldPath at, Checks checks) {
        VolumeSources.required(source, "name", at, checks);
        VolumeSources.required(source, "kind", at, checks);
        String group = source.string("apiGroup");
        if (group.isEmpty() && !source.string("kind").equals("PersistentVolumeClaim")) {
            checks.invalid(at, source.string("kind"), DEFAULT_GROUP);
        }
        if (!group.isEmpty()) {
            checks.dnsSubdomain(group, at.child("apiGroup"));
        }
        String namespace = source.string("namespace");
        if (!namespace.isEmpty()) {
            checks.dnsLabel(namespace, at.child("namespace"));
        }
    }
}
