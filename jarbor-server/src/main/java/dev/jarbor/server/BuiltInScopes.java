package dev.jarbor.server;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The subresources that are a part of their object: what each of them reaches. */
final class BuiltInScopes {
    private BuiltInScopes() {}

    static Optional<UpdateScope> of(String plural, String subresource) {
        return switch (plural + "/" + subresource) {
            case "namespaces/finalize", "pods/ephemeralcontainers", "pods/resize" ->
                Optional.of(ofStrategy(subresource));
            default -> subresource.equals("status") ? Optional.of(UpdateScope.STATUS) : Optional.empty();
        };
    }

    /** The kind itself knows what the subresource reaches and what must hold afterwards. */
    private static UpdateScope ofStrategy(String subresource) {
        return new UpdateScope() {
            @Override
            public ObjectValue merge(ServedResource resource, ObjectValue before, ObjectValue after) {
                return resource.strategy().beforePartUpdate(subresource, before, after);
            }

            @Override
            public List<FieldError> validate(
                    ServedResource resource, ObjectValue before, ObjectValue after, Consumer<String> warnings) {
                var errors = new ArrayList<>(MetadataRules.check(resource, after));
                errors.addAll(resource.strategy().validatePartUpdate(subresource, before, after));
                return errors;
            }
        };
    }
}
