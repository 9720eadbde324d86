package dev.jarbor.server;

import dev.jarbor.api.Fields;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.kinds.SigningRequests;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The two ways of answering a CertificateSigningRequest: deciding on it, and signing it. */
final class SigningRequestScopes {
    private static final SigningRequests RULES = new SigningRequests();

    private SigningRequestScopes() {}

    /** @param subresource {@code approval} or {@code status} */
    static Optional<UpdateScope> of(String subresource, Runtime runtime) {
        return switch (subresource) {
            case "approval" -> Optional.of(new Scope(runtime, true));
            case "status" -> Optional.of(new Scope(runtime, false));
            default -> Optional.empty();
        };
    }

    private record Scope(Runtime runtime, boolean approval) implements UpdateScope {
        @Override
        public ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after) {
            ObjectValue merged = after.with("spec", before.object("spec"));
            List<ObjectValue> conditions =
                    after.object("status").list("conditions").objects();
            if (conditions.isEmpty()) {
                return merged;
            }
            var timed = new ArrayList<Value>();
            conditions.forEach(condition -> timed.add(timed(condition, before)));
            return merged.update("status", status -> status.with("conditions", ListValue.of(timed)));
        }

        /** A condition that says nothing of its times is of now; one that has not changed keeps when it began. */
        private ObjectValue timed(ObjectValue condition, ObjectValue before) {
            Value now = Fields.ofInstant(runtime.now());
            ObjectValue timed = condition;
            if (timed.string("lastUpdateTime").isEmpty()) {
                timed = timed.with("lastUpdateTime", now);
            }
            if (!timed.string("lastTransitionTime").isEmpty()) {
                return timed;
            }
            Value since = before.object("status").list("conditions").objects().stream()
                    .filter(old -> old.string("type").equals(condition.string("type"))
                            && old.string("status").equals(condition.string("status"))
                            && !old.string("lastTransitionTime").isEmpty())
                    .map(old -> old.valueOrNull("lastTransitionTime"))
                    .findFirst()
                    .orElse(now);
            return timed.with("lastTransitionTime", since);
        }

        @Override
        public List<FieldError> validate(
                ServedResource resource, ObjectValue before, ObjectValue after, Consumer<String> warnings) {
            var errors = new ArrayList<>(MetadataRules.check(resource, after));
            errors.addAll(approval ? RULES.validateApproval(before, after) : RULES.validateStatusUpdate(before, after));
            return errors;
        }
    }
}
