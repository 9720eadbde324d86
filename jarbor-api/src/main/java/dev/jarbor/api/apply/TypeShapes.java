package dev.jarbor.api.apply;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.MapType;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.schema.ZeroValue;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The shapes of the types of {@link Schemas}, each made once, when it is first asked for. */
public final class TypeShapes {
    private final Schemas schemas;
    private final ConcurrentHashMap<String, Shape> made = new ConcurrentHashMap<>();

    public TypeShapes(Schemas schemas) {
        this.schemas = schemas;
    }

    public Optional<Shape> forKind(GroupVersionKind kind) {
        return schemas.forKind(kind).map(this::of);
    }

    /** The shape of objects of {@code type}. */
    public Shape of(TypeSchema type) {
        Shape known = made.get(type.id());
        if (known != null) {
            return known;
        }
        Shape fresh = object(type, type.mapType() == MapType.ATOMIC);
        Shape earlier = made.putIfAbsent(type.id(), fresh);
        return earlier == null ? fresh : earlier;
    }

    private Shape object(TypeSchema type, boolean atomic) {
        Map<String, Shape.Field> fields = new HashMap<>();
        type.fields().forEach((name, field) -> {
            boolean there = field.zero() == ZeroValue.WRITTEN;
            fields.put(name, new Shape.Field(of(field), there, zero(field.type())));
        });
        return Shape.Fields.of(fields, null, atomic);
    }

    private Shape of(FieldSchema field) {
        return switch (field.type()) {
            case FieldType.ListOf(FieldType item) -> list(field, item);
            case FieldType.MapOf(FieldType value) ->
                Shape.Fields.of(Map.of(), of(value), field.mapType() == MapType.ATOMIC);
            case FieldType.Ref(String id)
            when field.mapType() == MapType.ATOMIC ->
                new Shape.Later(
                        () -> schemas.type(id).map(type -> object(type, true)).orElse(Shape.Deduced.DEDUCED));
            case FieldType type -> of(type);
        };
    }

    private Shape list(FieldSchema field, FieldType item) {
        return switch (field.listType()) {
            case UNDECLARED, ATOMIC -> Shape.atomicList(of(item));
            case SET -> new Shape.Items(Shape.Listing.SET, Map.of(), of(item));
            case MAP -> {
                var keys = new TreeMap<String, Value>();
                field.listMapKeys().forEach(key -> keys.put(key, keyDefault(item, key)));
                yield new Shape.Items(Shape.Listing.MAP, keys, of(item));
            }
        };
    }

    private Value keyDefault(FieldType item, String key) {
        if (!(item instanceof FieldType.Ref(String id))) {
            return NullValue.NULL;
        }
        // The published schema gives the name of a LocalObjectReference the empty string for a default.
        if (id.endsWith(".LocalObjectReference")) {
            return Value.of("");
        }
        return schemas.type(id)
                .flatMap(type -> type.field(key))
                .flatMap(FieldSchema::defaultValue)
                .orElse(NullValue.NULL);
    }

    private Shape of(FieldType type) {
        return switch (type) {
            case FieldType.Ref(String id) ->
                new Shape.Later(() -> schemas.type(id).map(this::of).orElse(Shape.Deduced.DEDUCED));
            case FieldType.ListOf(FieldType item) -> Shape.atomicList(of(item));
            case FieldType.MapOf(FieldType value) -> Shape.map(of(value));
            case Scalar scalar -> of(scalar);
        };
    }

    private static Shape of(Scalar scalar) {
        return switch (scalar) {
            case STRING, BYTES, DURATION -> Shape.Leaf.TEXT;
            case INT32, INT64, NUMBER -> Shape.Leaf.NUMBER;
            case BOOLEAN -> Shape.Leaf.TRUTH;
            case QUANTITY, INT_OR_STRING, TIME, MICRO_TIME -> Shape.Leaf.ANY;
            case ANY, RAW_EXTENSION, FIELDS_V1, JSON, SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_STRINGS ->
                Shape.Deduced.DEDUCED;
        };
    }

    private static Value zero(FieldType type) {
        return switch (type) {
            case FieldType.Ref ignored -> ObjectValue.EMPTY;
            case FieldType.ListOf ignored -> NullValue.NULL;
            case FieldType.MapOf ignored -> NullValue.NULL;
            case Scalar scalar ->
                switch (scalar) {
                    case STRING, DURATION -> Value.of("");
                    case INT32, INT64, NUMBER, INT_OR_STRING -> Value.of(0L);
                    case BOOLEAN -> BooleanValue.FALSE;
                    case QUANTITY -> Value.of("0");
                    default -> NullValue.NULL;
                };
        };
    }
}
