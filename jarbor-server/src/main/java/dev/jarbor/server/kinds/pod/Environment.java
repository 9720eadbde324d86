package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A container's environment variables and where their values come from.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/inject-data-application/">Inject Data Into Applications</a>
 */
final class Environment {
    private static final Set<String> FIELDS = Set.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private Environment() {}

    static void check(ObjectValue container, FieldPath at, Checks checks) {
        List<ObjectValue> variables = container.list("env").objects();
        for (int i = 0; i < variables.size(); i++) {
            ObjectValue variable = variables.get(i);
            FieldPath here = at.child("env").index(i);
            String name = variable.string("name");
            if (name.isEmpty()) {
                checks.required(here.child("name"));
            } else {
                checks.problems(here.child("name"), name, Names.relaxedEnvVarName(name));
            }
            if (variable.has("valueFrom")) {
                source(variable, here.child("valueFrom"), checks);
            }
        }
        List<ObjectValue> bundles = container.list("envFrom").objects();
        for (int i = 0; i < bundles.size(); i++) {
            bundle(bundles.get(i), at.child("envFrom"), i, checks);
        }
    }

    private static void source(ObjectValue variable, FieldPath at, Checks checks) {
        ObjectValue source = variable.object("valueFrom");
        int sources = 0;
        if (source.has("fieldRef")) {
            sources++;
            DownwardApi.field(source.object("fieldRef"), FIELDS, at.child("fieldRef"), checks);
        }
        if (source.has("resourceFieldRef")) {
            sources++;
            DownwardApi.resource(source.object("resourceFieldRef"), false, at.child("resourceFieldRef"), checks);
        }
        for (String reference : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.has(reference)) {
                sources++;
                key(source.object(reference), at.child(reference), checks);
            }
        }
        if (source.has("fileKeyRef")) {
            sources++;
            file(source.object("fileKeyRef"), at.child("fileKeyRef"), checks);
        }
        if (sources == 0) {
            checks.invalid(
                    at,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or"
                            + " `fileKeyRef`");
        } else if (!variable.string("value").isEmpty()) {
            checks.invalid(at, "", "may not be specified when `value` is not empty");
        } else if (sources > 1) {
            checks.invalid(at, "", "may not have more than one field specified at a time");
        }
    }

    private static void key(ObjectValue reference, FieldPath at, Checks checks) {
        String name = reference.string("name");
        checks.dnsSubdomain(name, at.child("name"));
        String key = reference.string("key");
        if (key.isEmpty()) {
            checks.required(at.child("key"));
        } else {
            checks.problems(at.child("key"), key, Names.configMapKey(key));
        }
    }

    private static void file(ObjectValue reference, FieldPath at, Checks checks) {
        String key = reference.string("key");
        if (key.isEmpty()) {
            checks.required(at.child("key"));
        } else {
            checks.problems(at.child("key"), key, Names.relaxedEnvVarName(key));
        }
        String volume = reference.string("volumeName");
        if (volume.isEmpty()) {
            checks.required(at.child("volumeName"));
        } else {
            checks.dnsLabel(volume, at.child("volumeName"));
        }
        String path = reference.string("path");
        if (path.isEmpty()) {
            checks.required(at.child("path"));
        } else {
            Paths.noBacksteps(path, at.child("path"), checks);
        }
    }

    private static void bundle(ObjectValue bundle, FieldPath list, int index, Checks checks) {
        FieldPath at = list.index(index);
        String prefix = bundle.string("prefix");
        if (!prefix.isEmpty()) {
            checks.problems(at.child("prefix"), prefix, Names.relaxedEnvVarName(prefix));
        }
        int sources = 0;
        for (String reference : List.of("configMapRef", "secretRef")) {
            if (bundle.has(reference)) {
                sources++;
                FieldPath here = at.child(reference).child("name");
                String name = bundle.object(reference).string("name");
                if (name.isEmpty()) {
                    checks.required(here);
                } else {
                    checks.problems(here, name, Names.dnsSubdomain(Names.maskTrailingDash(name)));
                }
            }
        }
        if (sources == 0) {
            checks.invalid(list, "", "must specify one of: `configMapRef` or `secretRef`");
        } else if (sources > 1) {
            checks.invalid(list, "", "may not have more than one field specified at a time");
        }
    }

    /** Variables read from a file need a volume that the pod's own containers write. */
    static void fileVolumes(ObjectValue spec, FieldPath at, Checks checks) {
        if (!Containers.any(spec, Environment::readsFile)) {
            return;
        }
        Map<String, ObjectValue> volumes = new HashMap<>();
        spec.list("volumes").objects().forEach(volume -> volumes.put(volume.string("name"), volume));
        Containers.each(spec, at, (container, here) -> {
            List<ObjectValue> variables = container.list("env").objects();
            for (int i = 0; i < variables.size(); i++) {
                ObjectValue source = variables.get(i).object("valueFrom");
                if (source.has("fileKeyRef")) {
                    fileVolume(
                            volumes,
                            source.object("fileKeyRef").string("volumeName"),
                            here.child("env").index(i).child("valueFrom", "fileKeyRef", "volumeName"),
                            checks);
                }
            }
        });
    }

    private static boolean readsFile(ObjectValue container) {
        return container.list("env").objects().stream()
                .anyMatch(variable -> variable.object("valueFrom").has("fileKeyRef"));
    }

    private static void fileVolume(Map<String, ObjectValue> volumes, String name, FieldPath at, Checks checks) {
        ObjectValue volume = volumes.get(name);
        if (volume == null) {
            checks.add(FieldError.notFound(at, Value.of(name)));
        } else if (!volume.has("emptyDir")) {
            checks.invalid(at, name, "referenced volume must be of type emptyDir");
        }
    }
}
