package dev.jarbor.server.kinds;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Conditions;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * StorageVersionMigrations: the wish that all objects of a resource are written anew, in the version of today.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/manage-kubernetes-objects/storage-version-migration/">Migrate Kubernetes
 *     Objects Using Storage Version Migration</a>
 */
final class StorageMigrations implements Strategy {
    private static final FieldPath RESOURCE = FieldPath.of("spec", "resource");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath CONDITIONS = STATUS.child("conditions");

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue resource = object.object("spec").object("resource");
        checks.required(resource, "resource", RESOURCE, "resource is required");
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue old = before.object("spec").object("resource");
        ObjectValue resource = after.object("spec").object("resource");
        for (String field : List.of("group", "resource")) {
            String text = resource.string(field);
            if (!old.string(field).equals(text)) {
                checks.invalid(FieldPath.of(field), text, Checks.IMMUTABLE);
            }
        }
        var errors = new ArrayList<>(validate(after));
        errors.addAll(checks.errors());
        return errors;
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue old = before.object("status");
        ObjectValue status = after.object("status");
        String version = status.string("resourceVersion");
        FieldPath at = STATUS.child("resourceVersion");
        if (!version.isEmpty()) {
            number(version, at, checks);
        }
        Conditions.check(status.list("conditions"), CONDITIONS, checks);
        if (!old.string("resourceVersion").isEmpty()
                && !old.string("resourceVersion").equals(version)) {
            checks.invalid(at, version, "cannot be updated");
        }
        boolean done = holds(status, "Succeeded");
        boolean failed = holds(status, "Failed");
        boolean running = holds(status, "Running");
        refuse(done && failed, "Both success and failed conditions cannot be true at the same time", status, checks);
        refuse(done && running, "Running condition cannot be true when success condition is true", status, checks);
        refuse(failed && running, "Running condition cannot be true when failed condition is true", status, checks);
        refuse(
                holds(old, "Succeeded") && !done,
                "Success condition cannot be set to false once it is true",
                status,
                checks);
        refuse(
                holds(old, "Failed") && !failed,
                "Failed condition cannot be set to false once it is true",
                status,
                checks);
        return checks.errors();
    }

    private static void number(String version, FieldPath at, Checks checks) {
        try {
            long number = Long.parseLong(version);
            if (number < 0) {
                checks.invalid(at, number, Checks.NEGATIVE);
            }
        } catch (NumberFormatException none) {
            String quoted = GoText.quote(version);
            checks.invalid(
                    at,
                    version,
                    "failed to parse resource version " + quoted + ": strconv.ParseInt: parsing " + quoted
                            + ": invalid syntax");
        }
    }

    private static boolean holds(ObjectValue status, String type) {
        return status.list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals(type))
                .findFirst()
                .filter(condition -> condition.string("status").equals("True"))
                .isPresent();
    }

    private static void refuse(boolean wrong, String why, ObjectValue status, Checks checks) {
        if (wrong) {
            checks.invalid(CONDITIONS, status.list("conditions"), why);
        }
    }
}
