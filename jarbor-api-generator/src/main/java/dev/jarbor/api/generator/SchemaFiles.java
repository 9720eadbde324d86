package dev.jarbor.api.generator;

import dev.jarbor.api.generator.SchemaType.Inlined;
import dev.jarbor.api.generator.SchemaType.SchemaField;
import dev.jarbor.api.generator.SchemaType.Shape;
import java.util.List;

/**
 * Prints the schema files that {@code dev.jarbor.api.schema} loads. One line a thing, columns between tabs, trailing
 * empty columns left away:
 *
 * <pre>
 * types.tsv          &#64;id        apiVersion  kind   map-type
 *                    name       type        flags  number  list-type  map-keys  strategies  merge-key  map-type  default
 *                    +name      type        number           (a message whose fields are the type's own in JSON)
 *                    =          discriminator  field=Value,…  (a union)
 * descriptions.tsv   &#64;id        text
 *                    name       text
 * </pre>
 *
 * <p>Types are {@code []} for lists, {@code {}} for maps, {@code #id} for references and else a scalar's name; flags are
 * {@code r} for required, {@code w} for lists that are wrapped in a message in protobuf, {@code a} for fields that are always
 * written and {@code z} for those that are left out when they are zero.
 */
final class SchemaFiles {
    private SchemaFiles() {}

    static String types(List<SchemaType> types) {
        var text = new StringBuilder();
        for (SchemaType type : types) {
            line(
                    text,
                    "@" + type.id(),
                    type.kind().map(SchemaType.TypeKind::apiVersion).orElse(""),
                    type.kind().map(SchemaType.TypeKind::name).orElse(""),
                    type.mapType());
            type.fields().forEach(field -> field(text, field));
            if (!type.union().isEmpty()) {
                line(text, "=", type.union());
            }
            for (Inlined inlined : type.inlined()) {
                line(text, "+" + inlined.name(), "#" + inlined.type(), Integer.toString(inlined.number()));
            }
        }
        return text.toString();
    }

    private static void field(StringBuilder text, SchemaField field) {
        Facts.FieldFacts facts = field.facts();
        line(
                text,
                field.name(),
                typeText(field.shape()),
                (field.required() ? "r" : "") + (field.wrapped() ? "w" : "") + zero(field),
                field.number() == 0 ? "" : Integer.toString(field.number()),
                facts.listType(),
                facts.listMapKeys(),
                facts.patchStrategy(),
                facts.patchMergeKey(),
                facts.mapType(),
                facts.defaultValue());
    }

    private static String zero(SchemaField field) {
        return switch (field.zero()) {
            case KEPT -> "";
            case OMITTED -> "z";
            case WRITTEN -> "a";
        };
    }

    private static String typeText(Shape shape) {
        return switch (shape) {
            case Shape.ScalarShape(String name) -> name;
            case Shape.ListShape(Shape item) -> "[]" + typeText(item);
            case Shape.MapShape(Shape value) -> "{}" + typeText(value);
            case Shape.RefShape(String type) -> "#" + type;
        };
    }

    static String descriptions(List<SchemaType> types) {
        var text = new StringBuilder();
        for (SchemaType type : types) {
            line(text, "@" + type.id(), escape(type.description()));
            for (SchemaField field : type.fields()) {
                if (!field.description().isEmpty()) {
                    line(text, field.name(), escape(field.description()));
                }
            }
        }
        return text.toString();
    }

    static String resources(List<Facts.Resource> resources) {
        var text = new StringBuilder();
        resources.forEach(resource -> line(text, resource.line()));
        return text.toString();
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "").replace("\t", "\\t");
    }

    private static void line(StringBuilder text, String... columns) {
        String line = String.join("\t", columns);
        text.append(line.stripTrailing()).append('\n');
    }
}
