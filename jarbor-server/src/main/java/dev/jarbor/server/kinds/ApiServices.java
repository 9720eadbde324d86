package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.Base64;
import java.util.List;

/**
 * APIServices: who answers for a version of a group. One that names no Service is this server's own, and available.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/api-service-v1/">APIService</a>
 */
final class ApiServices implements Strategy {
    private static final int MOST_GROUP_PRIORITY = 20_000;
    private static final int MOST_VERSION_PRIORITY = 1000;

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.inside(
                object, "spec", spec -> Edits.inside(spec, "service", service -> Edits.absent(service, "port", 443)));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        if (object.object("spec").has("service")) {
            return object;
        }
        ObjectValue condition = ObjectValue.EMPTY
                .with("type", "Available")
                .with("status", "True")
                .with("reason", "Local")
                .with("message", "Local APIServices are always available")
                .with("lastTransitionTime", object.object("metadata").valueOrNull("creationTimestamp"));
        return object.with("status", ObjectValue.EMPTY.with("conditions", ListValue.of(condition)));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        FieldPath path = FieldPath.of("spec");
        String group = spec.string("group");
        String version = spec.string("version");
        String name = object.object("metadata").string("name");
        String required = version + "." + group;
        if (!name.equals(required)) {
            checks.add(FieldError.invalid(
                    FieldPath.of("metadata", "name"),
                    name,
                    "must be `spec.version+\".\"+spec.group`: \"" + required + "\""));
        }
        if (group.isEmpty() && !version.equals("v1")) {
            checks.add(FieldError.required(
                    path.child("group"), "only v1 may have an empty group and it better be legacy kube"));
        }
        if (!group.isEmpty()) {
            checks.dnsSubdomain(group, path.child("group"));
        }
        Names.dns1035Label(version)
                .forEach(problem -> checks.add(FieldError.invalid(path.child("version"), version, problem)));
        inRange(spec, "groupPriorityMinimum", MOST_GROUP_PRIORITY, path, checks);
        inRange(spec, "versionPriority", MOST_VERSION_PRIORITY, path, checks);
        trust(spec, path, checks);
        return checks.errors();
    }

    private static void inRange(ObjectValue spec, String field, int most, FieldPath path, Checks checks) {
        long value = spec.integer(field);
        if (value <= 0 || value > most) {
            checks.add(FieldError.invalid(path.child(field), value, "must be positive and less than " + most));
        }
    }

    private static void trust(ObjectValue spec, FieldPath path, Checks checks) {
        String bundle = spec.string("caBundle");
        boolean unverified = spec.bool("insecureSkipTLSVerify");
        if (!spec.has("service")) {
            if (!bundle.isEmpty()) {
                checks.add(FieldError.invalid(
                        path.child("caBundle"),
                        Base64.getMimeDecoder().decode(bundle).length + " bytes",
                        "local APIServices may not have a caBundle"));
            }
            if (unverified) {
                checks.add(FieldError.invalid(
                        path.child("insecureSkipTLSVerify"),
                        spec.valueOrNull("insecureSkipTLSVerify"),
                        "local APIServices may not have insecureSkipTLSVerify"));
            }
            return;
        }
        FieldPath service = path.child("service");
        checks.required(spec.object("service"), "namespace", service);
        checks.required(spec.object("service"), "name", service);
        if (unverified && !bundle.isEmpty()) {
            checks.add(FieldError.invalid(
                    path.child("insecureSkipTLSVerify"),
                    spec.valueOrNull("insecureSkipTLSVerify"),
                    "may not be true if caBundle is present"));
        }
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        List<ObjectValue> conditions = after.object("status").list("conditions").objects();
        for (int i = 0; i < conditions.size(); i++) {
            checks.oneOfIfSet(
                    conditions.get(i),
                    "status",
                    FieldPath.of("status", "conditions").index(i),
                    "True",
                    "False",
                    "Unknown");
        }
        return checks.errors();
    }
}
