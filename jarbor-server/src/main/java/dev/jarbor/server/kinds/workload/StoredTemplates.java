package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.DisabledFields;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodDefaults;
import dev.jarbor.server.kinds.pod.PodTemplates;
import dev.jarbor.server.kinds.pod.PodWarnings;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/** The rules of PodTemplates, which keep a template and do nothing with it. */
public final class StoredTemplates implements Strategy {
    private static final FieldPath TEMPLATE = FieldPath.of("template");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return PodDefaults.template(object);
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return DisabledFields.ofTemplate(object);
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return DisabledFields.ofTemplate(after);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object, Leniency.TEMPLATE);
    }

    private static List<FieldError> check(ObjectValue object, Leniency leniency) {
        var checks = new Checks();
        PodTemplates.check(object.object("template"), leniency, TEMPLATE, checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        return check(after, Leniency.after(before.object("template"), false));
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        return PodWarnings.ofTemplate(object.object("template"), TEMPLATE);
    }

    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return Same.at(before, after, "template") ? List.of() : warnings(after);
    }
}
