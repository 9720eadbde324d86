package dev.jarbor.server;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;

/** The subresources that are a part of their object: what each of them reaches. */
final class BuiltInScopes {
    private static final Set<String> DECISIONS = Set.of("Approved", "Denied");

    private BuiltInScopes() {}

    static Optional<UpdateScope> of(String plural, String subresource) {
        return switch (plural + "/" + subresource) {
            case "certificatesigningrequests/approval" -> Optional.of(part(BuiltInScopes::approval));
            case "certificatesigningrequests/status" -> Optional.of(part(BuiltInScopes::certificate));
            case "namespaces/finalize", "pods/ephemeralcontainers", "pods/resize" ->
                Optional.of(ofStrategy(subresource));
            default -> subresource.equals("status") ? Optional.of(UpdateScope.STATUS) : Optional.empty();
        };
    }

    /** A part that is taken over from what is asked, everything else staying as it was. */
    private static UpdateScope part(BinaryOperator<ObjectValue> taken) {
        return new UpdateScope() {
            @Override
            public ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after) {
                return taken.apply(before, after);
            }

            @Override
            public List<FieldError> validate(ServedResource resource, ObjectValue before, ObjectValue after) {
                return MetadataRules.check(resource, after);
            }
        };
    }

    /** Like {@link #part}, where the kind itself knows what the subresource reaches and what must hold afterwards. */
    private static UpdateScope ofStrategy(String subresource) {
        return new UpdateScope() {
            @Override
            public ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after) {
                return resource.strategy().beforePartUpdate(subresource, before, after);
            }

            @Override
            public List<FieldError> validate(ServedResource resource, ObjectValue before, ObjectValue after) {
                var errors = new ArrayList<>(MetadataRules.check(resource, after));
                errors.addAll(resource.strategy().validatePartUpdate(subresource, before, after));
                return errors;
            }
        };
    }

    private static ObjectValue approval(ObjectValue before, ObjectValue after) {
        return before.update(
                "status",
                status -> status.with("conditions", after.object("status").list("conditions")));
    }

    /** Whoever issues certificates does not decide on them. */
    private static ObjectValue certificate(ObjectValue before, ObjectValue after) {
        var conditions = new ArrayList<Value>();
        before.object("status").list("conditions").objects().stream()
                .filter(condition -> DECISIONS.contains(condition.string("type")))
                .forEach(conditions::add);
        after.object("status").list("conditions").objects().stream()
                .filter(condition -> !DECISIONS.contains(condition.string("type")))
                .forEach(conditions::add);
        ObjectValue status = after.object("status");
        return before.with(
                "status",
                conditions.isEmpty()
                        ? status.without("conditions")
                        : status.with("conditions", ListValue.of(conditions)));
    }
}
