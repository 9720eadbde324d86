package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.List;
import java.util.Set;

/**
 * Namespaces: a deleted one stays, Terminating, until its content is gone and the finalizer of its spec with it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/">Namespaces</a>
 */
final class Namespaces implements Strategy {
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";
    private static final FieldPath FINALIZERS = FieldPath.of("spec", "finalizers");
    private static final Set<String> STANDARD = Set.of("kubernetes", "orphan", "foregroundDeletion");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        ObjectValue filled = always(object, "status", status -> text(status, "phase", "Active"));
        ObjectValue metadata = object.object("metadata");
        String name = metadata.string("name");
        return name.isEmpty() || metadata.object("labels").string(NAME_LABEL).equals(name)
                ? filled
                : filled.update("metadata", named -> named.update("labels", labels -> labels.with(NAME_LABEL, name)));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return object.with("status", ObjectValue.EMPTY.with("phase", "Active"))
                .update(
                        "spec",
                        spec -> spec.list("finalizers").strings().contains("kubernetes")
                                ? spec
                                : spec.with(
                                        "finalizers", spec.list("finalizers").with(Value.of("kubernetes"))));
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        // Finalizers of the spec change through the finalize subresource alone.
        return Edits.keep(before, after, "spec");
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        for (String name : object.object("spec").list("finalizers").strings()) {
            finalizer(name, FINALIZERS, checks);
        }
        return checks.errors();
    }

    private static void finalizer(String name, FieldPath at, Checks checks) {
        checks.qualifiedName(name, at);
        if (name.indexOf('/') < 0 && !STANDARD.contains(name)) {
            checks.invalid(at, name, "name is neither a standard finalizer name nor is it fully qualified");
        }
    }

    @Override
    public ObjectValue beforePartUpdate(String subresource, ObjectValue before, ObjectValue after) {
        return Edits.keep(before, after, "status");
    }

    @Override
    public List<FieldError> validatePartUpdate(String subresource, ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        List<String> names = after.object("spec").list("finalizers").strings();
        for (int i = 0; i < names.size(); i++) {
            finalizer(names.get(i), FINALIZERS.index(i), checks);
        }
        return checks.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        String phase = after.object("status").string("phase");
        boolean deleted = after.object("metadata").has("deletionTimestamp");
        String only = deleted ? "Terminating" : "Active";
        var checks = new Checks();
        if (!phase.equals(only)) {
            checks.invalid(
                    FieldPath.of("status", "Phase"),
                    phase,
                    "may only be '" + only + "' if `deletionTimestamp` is " + (deleted ? "not empty" : "empty"));
        }
        return checks.errors();
    }

    @Override
    public ObjectValue onDeletionMark(ObjectValue object) {
        return object.update("status", status -> status.with("phase", "Terminating"));
    }

    @Override
    public boolean holdsDeletion(ObjectValue object) {
        return !object.object("spec").list("finalizers").isEmpty();
    }
}
