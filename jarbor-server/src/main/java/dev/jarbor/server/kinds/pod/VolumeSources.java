package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;
import java.util.Locale;

/** The sources of volumes that pods use nowadays. */
public final class VolumeSources {
    private static final List<String> HOST_PATH_TYPES = List.of(
            "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");
    private static final int LONGEST_DRIVER = 63;

    /** What a template of a claim must not say about the claim to come, in the order of Go's struct. */
    private static final List<String> NOT_IN_TEMPLATES = List.of(
            "name",
            "generateName",
            "namespace",
            "selfLink",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "ownerReferences",
            "finalizers",
            "managedFields");

    private VolumeSources() {}

    static boolean required(ObjectValue source, String field, FieldPath at, Checks checks) {
        if (source.string(field).isEmpty()) {
            checks.required(at.child(field));
            return false;
        }
        return true;
    }

    public static void hostPath(ObjectValue source, FieldPath at, Checks checks) {
        if (!required(source, "path", at, checks)) {
            return;
        }
        Paths.noBacksteps(source.string("path"), at.child("path"), checks);
        if (!HOST_PATH_TYPES.contains(source.string("type"))) {
            checks.notSupported(at.child("type"), source.string("type"), HOST_PATH_TYPES);
        }
    }

    static void gitRepo(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "repository", at, checks);
        Paths.descending(source.string("directory"), at.child("directory"), checks);
    }

    static void secret(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "secretName", at, checks);
        Paths.mode(source, "defaultMode", at, checks);
        items(source, at, checks);
    }

    static void configMap(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "name", at, checks);
        Paths.mode(source, "defaultMode", at, checks);
        items(source, at, checks);
    }

    private static void items(ObjectValue source, FieldPath at, Checks checks) {
        List<ObjectValue> items = source.list("items").objects();
        for (int i = 0; i < items.size(); i++) {
            item(items.get(i), at.child("items").index(i), checks);
        }
    }

    /** A key that becomes a file. */
    static void item(ObjectValue item, FieldPath at, Checks checks) {
        required(item, "key", at, checks);
        required(item, "path", at, checks);
        Paths.file(item.string("path"), at.child("path"), checks);
        Paths.mode(item, "mode", at, checks);
    }

    public static void nfs(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "server", at, checks);
        required(source, "path", at, checks);
        if (!source.string("path").startsWith("/")) {
            checks.invalid(at.child("path"), source.string("path"), "must be an absolute path");
        }
    }

    static void claim(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "claimName", at, checks);
    }

    static void csi(ObjectValue source, FieldPath at, Checks checks) {
        driver(source.string("driver"), at.child("driver"), checks);
        if (source.has("nodePublishSecretRef")) {
            ObjectValue reference = source.object("nodePublishSecretRef");
            if (required(reference, "name", at.child("nodePublishSecretRef"), checks)) {
                checks.dnsSubdomain(reference.string("name"), at.child("name"));
            }
        }
    }

    /** The name of a driver for storage: a domain of any case, and not long. */
    public static void driver(String name, FieldPath at, Checks checks) {
        if (name.isEmpty()) {
            checks.required(at);
            return;
        }
        if (name.length() > LONGEST_DRIVER) {
            checks.add(FieldError.tooLong(at, LONGEST_DRIVER));
        }
        checks.problems(at, name, Names.dnsSubdomain(name.toLowerCase(Locale.ROOT)));
    }

    static void ephemeral(ObjectValue source, FieldPath at, Checks checks) {
        FieldPath here = at.child("volumeClaimTemplate");
        if (!source.has("volumeClaimTemplate")) {
            checks.required(here);
            return;
        }
        ObjectValue template = source.object("volumeClaimTemplate");
        ObjectValue metadata = template.object("metadata");
        checks.annotations(
                metadata.object("annotations"), here.child("metadata").child("annotations"));
        checks.labels(metadata.object("labels"), here.child("metadata").child("labels"));
        for (String field : NOT_IN_TEMPLATES) {
            if (metadata.has(field)) {
                checks.forbidden(here.child("metadata").child(field.equals("uid") ? "uID" : field), "cannot be set");
            }
        }
        ClaimSpecs.check(template.object("spec"), here.child("spec"), checks);
    }

    static void image(ObjectValue source, Leniency leniency, FieldPath at, Checks checks) {
        if (leniency.pod()) {
            required(source, "reference", at, checks);
        }
        checks.oneOf(source, "pullPolicy", at, "Always", "IfNotPresent", "Never");
    }
}
