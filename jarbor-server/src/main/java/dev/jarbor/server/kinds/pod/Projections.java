package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Volumes that are put together from several objects: no two of them may write the same file.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/projected-volumes/">Projected Volumes</a>
 */
final class Projections {
    private static final Set<String> FIELDS =
            Set.of("metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid");
    private static final List<String> KINDS = List.of("secret", "configMap", "downwardAPI", "serviceAccountToken");
    private static final long LEAST_SECONDS = 10 * 60;
    private static final long MOST_SECONDS = 1L << 32;
    private static final String SAME_PATH = "conflicting duplicate paths";

    private Projections() {}

    static void check(ObjectValue projected, Leniency leniency, FieldPath at, Checks checks) {
        Paths.mode(projected, "defaultMode", at, checks);
        List<ObjectValue> sources = projected.list("sources").objects();
        var paths = new HashSet<String>();
        for (int i = 0; i < sources.size(); i++) {
            ObjectValue source = sources.get(i);
            FieldPath here = at.child("sources").index(i);
            objects(source, "secret", paths, at, here, checks);
            objects(source, "configMap", paths, at, here, checks);
            for (ObjectValue file : source.object("downwardAPI").list("items").objects()) {
                file(file, here.child("downwardAPI"), checks);
                String path = file.string("path");
                if (!path.isEmpty() && !paths.add(path)) {
                    checks.invalid(at, path, SAME_PATH);
                }
            }
            if (source.has("serviceAccountToken")) {
                token(source.object("serviceAccountToken"), leniency, at, here.child("serviceAccountToken"), checks);
            }
            if (KINDS.stream().filter(source::has).count() > 1) {
                checks.forbidden(here, "may not specify more than 1 volume type per source");
            }
        }
    }

    private static void objects(
            ObjectValue source, String kind, Set<String> paths, FieldPath volume, FieldPath at, Checks checks) {
        if (!source.has(kind)) {
            return;
        }
        ObjectValue reference = source.object(kind);
        VolumeSources.required(reference, "name", at.child(kind), checks);
        List<ObjectValue> items = reference.list("items").objects();
        for (int i = 0; i < items.size(); i++) {
            VolumeSources.item(items.get(i), at.child(kind).child("items").index(i), checks);
            String path = items.get(i).string("path");
            if (!path.isEmpty() && !paths.add(path)) {
                checks.invalid(volume, reference.string("name"), SAME_PATH);
            }
        }
    }

    private static void token(ObjectValue token, Leniency leniency, FieldPath volume, FieldPath at, Checks checks) {
        long seconds = token.integer("expirationSeconds");
        if (seconds < LEAST_SECONDS) {
            checks.invalid(at.child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes");
        }
        if (seconds > MOST_SECONDS) {
            checks.invalid(
                    at.child("expirationSeconds"), seconds, "may not specify a duration larger than 2^32 seconds");
        }
        String path = token.string("path");
        if (path.isEmpty()) {
            checks.required(volume.child("path"));
        } else if (!leniency.tokenPaths()) {
            Paths.file(path, volume.child("path"), checks);
        }
    }

    /** A volume of fields of the pod. */
    static void downwardApi(ObjectValue source, FieldPath at, Checks checks) {
        Paths.mode(source, "defaultMode", at, checks);
        // The reference does not say which of the items it is.
        source.list("items").objects().forEach(file -> file(file, at, checks));
    }

    private static void file(ObjectValue file, FieldPath at, Checks checks) {
        VolumeSources.required(file, "path", at, checks);
        Paths.file(file.string("path"), at.child("path"), checks);
        if (file.has("fieldRef")) {
            DownwardApi.field(file.object("fieldRef"), FIELDS, at.child("fieldRef"), checks);
            if (file.has("resourceFieldRef")) {
                checks.invalid(at, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
        } else if (file.has("resourceFieldRef")) {
            DownwardApi.resource(file.object("resourceFieldRef"), true, at.child("resourceFieldRef"), checks);
        } else {
            checks.required(at, "one of fieldRef and resourceFieldRef is required");
        }
        Paths.mode(file, "mode", at, checks);
    }

    static boolean hasForeignTokenPath(ObjectValue spec) {
        for (ObjectValue volume : spec.list("volumes").objects()) {
            for (ObjectValue source : volume.object("projected").list("sources").objects()) {
                var checks = new Checks();
                if (source.has("serviceAccountToken")) {
                    Paths.file(source.object("serviceAccountToken").string("path"), FieldPath.NONE, checks);
                }
                if (!checks.isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }
}
