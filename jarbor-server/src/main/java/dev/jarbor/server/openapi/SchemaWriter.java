package dev.jarbor.server.openapi;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ListType;
import dev.jarbor.api.schema.MapType;
import dev.jarbor.api.schema.PatchStrategy;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes types as OpenAPI schemas, each with all the types that it refers to. */
final class SchemaWriter {
    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String RAW = "io.k8s.apimachinery.pkg.runtime.RawExtension";
    private static final String EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

    private final Schemas schemas;
    private final Dialect dialect;
    private final TreeMap<String, ObjectValue> custom = new TreeMap<>();
    private final TreeMap<String, Value> written = new TreeMap<>();
    private final ArrayDeque<String> open = new ArrayDeque<>();
    private final SortedSet<String> known = new TreeSet<>();

    SchemaWriter(Schemas schemas, Dialect dialect) {
        this.schemas = schemas;
        this.dialect = dialect;
    }

    /** Adds the types of a custom resource: of its objects, and of lists of them. */
    void add(ServedResource resource) {
        CustomSchemas.types(resource, dialect).forEach(custom::put);
    }

    /** A reference to a type, which will be among {@link #all}. */
    ObjectValue reference(String id) {
        if (known.add(id)) {
            open.add(id);
        }
        return ObjectValue.EMPTY.with("$ref", dialect.reference(id));
    }

    /** The type of objects of {@code kind}. */
    Optional<String> id(GroupVersionKind kind) {
        return schemas.forKind(kind).map(TypeSchema::id);
    }

    boolean knows(String id) {
        return custom.containsKey(id) || schemas.type(id).isPresent();
    }

    /** Every type that was referred to, directly or by another one. */
    Map<String, Value> all() {
        while (!open.isEmpty()) {
            String id = open.remove();
            ObjectValue own = custom.get(id);
            if (own != null) {
                referred(own);
                written.put(id, own);
            } else {
                written.put(id, schemas.type(id).map(this::type).orElseGet(() -> scalarType(id)));
            }
        }
        return written;
    }

    /** Notes what a schema that was written elsewhere refers to. */
    private void referred(Value value) {
        switch (value) {
            case ObjectValue object -> {
                String reference = object.string("$ref");
                if (reference.startsWith(dialect.reference(""))) {
                    reference(reference.substring(dialect.reference("").length()));
                }
                object.forEach((name, below) -> referred(below));
            }
            case ListValue list -> list.forEach(this::referred);
            default -> {
                // scalars refer to nothing
            }
        }
    }

    private ObjectValue type(TypeSchema type) {
        var properties = new TreeMap<String, Value>();
        for (FieldSchema field : type.fields().values()) {
            properties.put(field.name(), field(field, type.description(field.name())));
        }
        var value = ObjectValue.builder().put("type", "object");
        described(value, type.description());
        if (!properties.isEmpty()) {
            value.put("properties", ObjectValue.of(properties));
        }
        if (!type.required().isEmpty()) {
            value.put("required", ListValue.ofStrings(type.required()));
        }
        mapType(value, type.mapType());
        type.kind()
                .ifPresent(kind -> value.put("x-kubernetes-group-version-kind", ListValue.of(Operations.kind(kind))));
        return value.build();
    }

    private ObjectValue field(FieldSchema field, String description) {
        ObjectValue plain = value(field.type());
        boolean referring = plain.has("$ref");
        ObjectValue.Builder value = ObjectValue.builder();
        if (referring && dialect == Dialect.V3) {
            // version 3 ignores what stands beside a reference
            value.put("allOf", ListValue.of(plain));
        } else {
            plain.forEach(value::put);
        }
        described(value, description);
        field.defaultValue().ifPresent(given -> value.put("default", given));
        if (field.listType() != ListType.UNDECLARED) {
            value.put("x-kubernetes-list-type", word(field.listType()));
        }
        if (!field.listMapKeys().isEmpty()) {
            value.put("x-kubernetes-list-map-keys", ListValue.ofStrings(field.listMapKeys()));
        }
        if (!field.patchStrategies().isEmpty()) {
            List<String> strategies = field.patchStrategies().stream()
                    .map(SchemaWriter::strategy)
                    .sorted()
                    .toList();
            value.put("x-kubernetes-patch-strategy", String.join(",", strategies));
        }
        if (!field.patchMergeKey().isEmpty()) {
            value.put("x-kubernetes-patch-merge-key", field.patchMergeKey());
        }
        mapType(value, field.mapType());
        return value.build();
    }

    private static String strategy(PatchStrategy strategy) {
        return strategy == PatchStrategy.RETAIN_KEYS ? "retainKeys" : word(strategy);
    }

    private static void mapType(ObjectValue.Builder value, MapType type) {
        if (type != MapType.UNDECLARED) {
            value.put("x-kubernetes-map-type", word(type));
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void described(ObjectValue.Builder value, String description) {
        if (!description.isEmpty()) {
            value.put("description", description);
        }
    }

    private ObjectValue value(FieldType type) {
        return switch (type) {
            case FieldType.Ref(String id) -> reference(id);
            case FieldType.ListOf(FieldType item) ->
                ObjectValue.EMPTY.with("type", "array").with("items", value(item));
            case FieldType.MapOf(FieldType item) ->
                ObjectValue.EMPTY.with("type", "object").with("additionalProperties", value(item));
            case Scalar scalar -> scalar(scalar);
        };
    }

    private ObjectValue scalar(Scalar scalar) {
        return switch (scalar) {
            case STRING -> plain("string", "");
            case INT32 -> plain("integer", "int32");
            case INT64 -> plain("integer", "int64");
            case NUMBER -> plain("number", "double");
            case BOOLEAN -> plain("boolean", "");
            case BYTES -> plain("string", "byte");
            case QUANTITY -> reference(QUANTITY);
            case INT_OR_STRING -> reference(INT_OR_STRING);
            case TIME -> reference(META + "Time");
            case MICRO_TIME -> reference(META + "MicroTime");
            case DURATION -> reference(META + "Duration");
            case FIELDS_V1 -> reference(META + "FieldsV1");
            case RAW_EXTENSION -> reference(RAW);
            case JSON -> reference(EXTENSIONS + "JSON");
            case SCHEMA_OR_BOOLEAN -> reference(EXTENSIONS + "JSONSchemaPropsOrBool");
            case SCHEMA_OR_LIST -> reference(EXTENSIONS + "JSONSchemaPropsOrArray");
            case SCHEMA_OR_STRINGS -> reference(EXTENSIONS + "JSONSchemaPropsOrStringArray");
            case ANY -> ObjectValue.EMPTY;
        };
    }

    /** The few types that are a scalar with a name. */
    private ObjectValue scalarType(String id) {
        ObjectValue type = switch (id) {
            case META + "Time", META + "MicroTime" -> plain("string", "date-time");
            case META + "Duration" -> plain("string", "");
            case META + "FieldsV1", RAW -> plain("object", "");
            case QUANTITY -> either("string", "number", "");
            case INT_OR_STRING -> either("integer", "string", "int-or-string");
            default -> ObjectValue.EMPTY;
        };
        return type.with("description", ScalarDescriptions.of(id));
    }

    private ObjectValue either(String first, String second, String format) {
        if (dialect == Dialect.V2) {
            // version 2 has no alternatives
            return plain("string", format);
        }
        ObjectValue value = ObjectValue.EMPTY.with("oneOf", ListValue.of(plain(first, ""), plain(second, "")));
        return format.isEmpty() ? value : value.with("format", format);
    }

    private static ObjectValue plain(String type, String format) {
        ObjectValue value = ObjectValue.EMPTY.with("type", type);
        return format.isEmpty() ? value : value.with("format", format);
    }
}
