package dev.jarbor.cel.type;

import dev.jarbor.api.schema.ListType;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Types from the structural schema of a custom resource ({@code openAPIV3Schema}). What has no type there (preserved
 * unknown fields, arrays without items) is invisible to expressions.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules">Validation
 *     rules</a>
 */
public final class SchemaTypes {
    private static final DeclaredType.Kind STRING = DeclaredType.Kind.STRING;
    private static final long OPEN_TEXT = DeclaredType.LARGEST_REQUEST - 2;

    private SchemaTypes() {}

    /**
     * The type of values of {@code schema}; empty where expressions cannot see them.
     *
     * @param root whether these are whole objects, which have apiVersion, kind and a name whatever the schema says
     */
    public static Optional<DeclaredType> of(ObjectValue schema, boolean root) {
        if (schema.bool("x-kubernetes-int-or-string")) {
            return Optional.of(DeclaredType.simple(
                    DeclaredType.Kind.DYN, "dyn", 1, maxLength(schema).orElse(OPEN_TEXT)));
        }
        return switch (schema.string("type")) {
            case "array" -> list(schema);
            case "object" -> object(root ? withObjectMeta(schema) : schema);
            case "string" -> Optional.of(text(schema));
            case "boolean" -> Optional.of(DeclaredType.BOOL);
            case "number" -> Optional.of(DeclaredType.DOUBLE);
            case "integer" -> Optional.of(DeclaredType.INT);
            default -> Optional.empty();
        };
    }

    /** The type of a part of an object. */
    public static Optional<DeclaredType> ofPart(ObjectValue schema) {
        return of(schema, schema.bool("x-kubernetes-embedded-resource"));
    }

    private static Optional<DeclaredType> list(ObjectValue schema) {
        if (!schema.has("items")) {
            return Optional.empty();
        }
        return ofPart(schema.object("items")).map(item -> {
            long most = schema.has("maxItems")
                    ? Math.max(0, schema.integer("maxItems"))
                    : OPEN_TEXT / (item.smallest() + 1);
            ListType listType = switch (schema.string("x-kubernetes-list-type")) {
                case "set" -> ListType.SET;
                case "map" -> ListType.MAP;
                case "atomic" -> ListType.ATOMIC;
                default -> ListType.UNDECLARED;
            };
            return DeclaredType.list(
                    item,
                    most,
                    listType,
                    schema.list("x-kubernetes-list-map-keys").strings());
        });
    }

    private static Optional<DeclaredType> object(ObjectValue schema) {
        if (schema.valueOrNull("additionalProperties") instanceof ObjectValue additional) {
            return ofPart(additional).map(value -> {
                long most = schema.has("maxProperties")
                        ? Math.max(0, schema.integer("maxProperties"))
                        : OPEN_TEXT / (value.smallest() + 6);
                return DeclaredType.map(value, most);
            });
        }
        List<String> required = schema.list("required").strings();
        var fields = new TreeMap<String, DeclaredType>();
        long smallest = 2;
        ObjectValue properties = schema.object("properties");
        for (String name : properties.names()) {
            ObjectValue property = properties.object(name);
            Optional<DeclaredType> type = ofPart(property);
            if (type.isPresent()) {
                fields.put(name, type.get());
                if (required.contains(name) && !property.has("default")) {
                    smallest += name.length() + type.get().smallest() + 4;
                }
            }
        }
        return Optional.of(DeclaredType.object("object", fields, smallest));
    }

    private static DeclaredType text(ObjectValue schema) {
        return switch (schema.string("format")) {
            case "byte" ->
                DeclaredType.simple(
                        DeclaredType.Kind.BYTES,
                        "bytes",
                        2,
                        schema.has("maxLength") ? Math.max(0, schema.integer("maxLength")) : OPEN_TEXT);
            case "duration" -> DeclaredType.simple(DeclaredType.Kind.DURATION, "duration", 3, 32);
            case "date" -> DeclaredType.simple(DeclaredType.Kind.TIMESTAMP, "timestamp", 12, 12);
            case "date-time" -> DeclaredType.TIMESTAMP;
            default ->
                DeclaredType.simple(STRING, "string", 2, maxLength(schema).orElseGet(() -> longest(schema)));
        };
    }

    /** Characters, of which each may take four bytes. */
    private static Optional<Long> maxLength(ObjectValue schema) {
        return schema.has("maxLength")
                ? Optional.of(Math.multiplyExact(Math.min(Math.max(0, schema.integer("maxLength")), 1L << 40), 4))
                : Optional.empty();
    }

    private static long longest(ObjectValue schema) {
        if (schema.list("enum").isEmpty()) {
            return OPEN_TEXT;
        }
        return schema.list("enum").stream()
                .mapToLong(value -> value instanceof StringValue(String text) ? text.length() : 0)
                .max()
                .orElse(0);
    }

    /** The schema of a whole object: apiVersion, kind, metadata.name and metadata.generateName can be asked for. */
    private static ObjectValue withObjectMeta(ObjectValue schema) {
        ObjectValue text = ObjectValue.of("type", dev.jarbor.api.value.Value.of("string"));
        ObjectValue metadata = ObjectValue.of(Map.of(
                "type",
                dev.jarbor.api.value.Value.of("object"),
                "properties",
                ObjectValue.of(Map.of("name", text, "generateName", text))));
        return schema.update(
                "properties",
                properties ->
                        properties.with("apiVersion", text).with("kind", text).with("metadata", metadata));
    }
}
