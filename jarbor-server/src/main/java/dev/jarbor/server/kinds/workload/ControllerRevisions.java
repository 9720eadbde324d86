package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/** The rules of ControllerRevisions: what a controller once applied stays as it was. */
public final class ControllerRevisions implements Strategy {
    private static final FieldPath DATA = FieldPath.of("data");

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        checks.notNegative(object, "revision", FieldPath.NONE);
        switch (object.valueOrNull("data")) {
            case NullValue ignored -> checks.required(DATA, "data is mandatory");
            case ObjectValue ignored -> {}
            default -> checks.required(DATA, "data must be a valid JSON object");
        }
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        checks.notNegative(after, "revision", FieldPath.NONE);
        checks.immutable(before, after, "data", FieldPath.NONE);
        return checks.errors();
    }
}
