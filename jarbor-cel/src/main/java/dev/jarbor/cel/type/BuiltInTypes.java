package dev.jarbor.cel.type;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeMap;

/** The types of Kubernetes' own objects, as expressions see them. What contains itself is of any type inside. */
public final class BuiltInTypes {
    private static final String METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private final Schemas schemas;
    private final Deque<String> above = new ArrayDeque<>();

    private BuiltInTypes(Schemas schemas) {
        this.schemas = schemas;
    }

    /** The objects of {@code kind}; empty where nobody knows it. */
    public static Optional<DeclaredType> of(Schemas schemas, GroupVersionKind kind) {
        return schemas.forKind(kind).map(type -> new BuiltInTypes(schemas).object(type));
    }

    /** The objects of a custom resource: what its schema says, with the metadata that all objects have. */
    public static DeclaredType withMetadata(Schemas schemas, DeclaredType custom) {
        var fields = new TreeMap<>(custom.fields());
        fields.put("apiVersion", DeclaredType.STRING);
        fields.put("kind", DeclaredType.STRING);
        schemas.type(METADATA).ifPresent(type -> fields.put("metadata", new BuiltInTypes(schemas).object(type)));
        return DeclaredType.object(custom.name(), fields, custom.smallest());
    }

    private DeclaredType object(TypeSchema type) {
        above.push(type.id());
        var fields = new TreeMap<String, DeclaredType>();
        for (FieldSchema field : type.fields().values()) {
            fields.put(field.name(), declared(field.type()));
        }
        above.pop();
        return DeclaredType.object("object", fields, 2);
    }

    private DeclaredType declared(FieldType type) {
        return switch (type) {
            case FieldType.ListOf(FieldType item) -> DeclaredType.list(declared(item));
            case FieldType.MapOf(FieldType value) -> DeclaredType.map(declared(value));
            case FieldType.Ref(String id) ->
                above.contains(id)
                        ? DeclaredType.DYN
                        : schemas.type(id).map(this::object).orElse(DeclaredType.DYN);
            case Scalar scalar -> scalar(scalar);
        };
    }

    private static DeclaredType scalar(Scalar scalar) {
        return switch (scalar) {
            case STRING, DURATION -> DeclaredType.STRING;
            case INT32, INT64 -> DeclaredType.INT;
            case NUMBER -> DeclaredType.DOUBLE;
            case BOOLEAN -> DeclaredType.BOOL;
            case BYTES -> DeclaredType.simple(DeclaredType.Kind.BYTES, "bytes", 2, DeclaredType.LARGEST_REQUEST);
            case TIME, MICRO_TIME -> DeclaredType.TIMESTAMP;
            case QUANTITY,
                    INT_OR_STRING,
                    ANY,
                    RAW_EXTENSION,
                    FIELDS_V1,
                    JSON,
                    SCHEMA_OR_BOOLEAN,
                    SCHEMA_OR_LIST,
                    SCHEMA_OR_STRINGS -> DeclaredType.DYN;
        };
    }
}
