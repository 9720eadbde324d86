package dev.jarbor.server.registry;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.StructuralCheck;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/**
 * How an object must be made to be of a kind: checked once, on its way in. Fields that the kind does not have are taken
 * out and told.
 */
public interface Shape {
    /**
     * @param object the object as its kind has it
     * @param findings what strict validation of fields holds against it, such as {@code unknown field "spec.foo"}
     */
    record Checked(ObjectValue object, List<String> findings) {
        public Checked {
            findings = List.copyOf(findings);
        }
    }

    /**
     * @throws ApiException where a value has a type that no object of the kind can have
     */
    default Checked check(ObjectValue object) {
        return check(object, ObjectValue.EMPTY);
    }

    /**
     * The same for an object that is to take the place of {@code known}, which came from here: what is the very same value in
     * both needs no second look.
     *
     * @throws ApiException where a value has a type that no object of the kind can have
     */
    Checked check(ObjectValue object, ObjectValue known);

    /** The shape of a built-in kind: that of its Go type. */
    static Shape of(Schemas schemas, GroupVersionKind kind) {
        return (object, known) -> {
            TypeSchema type = schemas.forKind(kind)
                    .orElseThrow(() -> ApiException.badRequest(
                            "no kind \"" + kind.kind() + "\" is registered for version \"" + kind.apiVersion() + "\""));
            StructuralCheck.Result result = StructuralCheck.check(schemas, type, object, known);
            if (!result.wrongTypes().isEmpty()) {
                throw ApiException.badRequest(
                        undecodable(kind) + result.wrongTypes().getFirst());
            }
            return new Checked(result.object(), result.unknownFields());
        };
    }

    /** What the reference says before the reason why a body cannot be read as {@code kind}. */
    static String undecodable(GroupVersionKind kind) {
        return kind.kind() + " in version \"" + kind.version() + "\" cannot be handled as a " + kind.kind() + ": ";
    }
}
