package dev.jarbor.api.generator;

import java.util.List;
import java.util.Optional;

/**
 * One type of the API with all that is known of it.
 *
 * @param id its OpenAPI definition name, such as {@code io.k8s.api.core.v1.Pod}
 * @param kind present when its objects say what they are with apiVersion and kind
 * @param mapType how server-side apply merges it, "" where nothing is declared
 * @param union the discriminator and what it says for which field, "" where no union is declared
 * @param inlined protobuf messages whose fields are this type's own in JSON
 * @param inJson false for a protobuf message that is only ever inlined
 */
record SchemaType(
        String id,
        Optional<TypeKind> kind,
        String description,
        String mapType,
        String union,
        List<SchemaField> fields,
        List<Inlined> inlined,
        boolean inJson) {

    record TypeKind(String group, String version, String name) {
        String apiVersion() {
            return group.isEmpty() ? version : group + "/" + version;
        }
    }

    /** @param type the id of the inlined type */
    record Inlined(String name, int number, String type) {}

    /**
     * @param number the protobuf field number, 0 where unknown
     * @param wrapped whether its lists of strings are messages with a repeated field 1 in protobuf
     * @param zero what becomes of its zero value
     */
    record SchemaField(
            String name,
            Shape shape,
            boolean required,
            String description,
            int number,
            boolean wrapped,
            Zero zero,
            Facts.FieldFacts facts) {}

    /** What the reference does with a field's zero value; the names of {@code dev.jarbor.api.schema.ZeroValue}. */
    enum Zero {
        KEPT,
        OMITTED,
        WRITTEN
    }

    /** The shape of a field's value. */
    sealed interface Shape {
        /** @param name one of the constants of {@code dev.jarbor.api.schema.Scalar}, in lower case */
        record ScalarShape(String name) implements Shape {}

        record ListShape(Shape item) implements Shape {}

        record MapShape(Shape value) implements Shape {}

        record RefShape(String type) implements Shape {}
    }

    /** The name after the last dot of the id. */
    String simpleName() {
        return id.substring(id.lastIndexOf('.') + 1);
    }

    /** What stands before the simple name in the id. */
    String idPackage() {
        return id.substring(0, id.lastIndexOf('.'));
    }

    boolean isListKind() {
        return kind.isPresent()
                && simpleName().endsWith("List")
                && fields.stream().anyMatch(field -> field.name().equals("items"));
    }

    /** A whole object: kind and metadata of its own. */
    boolean isObject() {
        return kind.isPresent()
                && fields.stream()
                        .anyMatch(field -> field.name().equals("metadata")
                                && field.shape() instanceof Shape.RefShape(String type)
                                && type.endsWith(".meta.v1.ObjectMeta"));
    }
}
