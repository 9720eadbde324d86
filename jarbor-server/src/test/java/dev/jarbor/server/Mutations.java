package dev.jarbor.server;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Random changes of objects that keep to their schema; most of them break some rule of the kind. */
record Mutations(Schemas schemas, Random random) {
    private static final int DEEPEST = 4;
    private static final List<String> TEXTS = List.of(
            "a",
            "b",
            "web",
            "a.b.org",
            "a.org/b",
            "10.0.0.1",
            "10.0.0.0/8",
            "/data",
            "v1",
            "True",
            "Pod",
            "25%",
            "1Gi",
            "*",
            "2026-01-02T03:04:05Z",
            "Always",
            "Never",
            "TCP",
            "http",
            "IfNotPresent",
            "a=b",
            "Exists",
            "Delete",
            "",
            "A");

    /** {@code object} with a random field somewhere set to something random of its type, or taken out. */
    ObjectValue of(TypeSchema type, ObjectValue object) {
        var fields = type.fields().values().stream()
                .filter(field ->
                        !List.of("apiVersion", "kind", "metadata", "status").contains(field.name()))
                .toList();
        return fields.isEmpty() || random.nextInt(10) == 0 ? labelled(object) : inside(fields, object, 0);
    }

    private ObjectValue labelled(ObjectValue object) {
        String map = random.nextBoolean() ? "labels" : "annotations";
        return object.update(
                "metadata",
                metadata -> metadata.update(map, inner -> inner.with("example.org/" + pick(List.of("x", "z")), "v")));
    }

    private ObjectValue inside(List<FieldSchema> fields, ObjectValue object, int depth) {
        FieldSchema field = pick(fields);
        Value now = object.valueOrNull(field.name());
        if (object.has(field.name()) && random.nextInt(8) == 0) {
            return object.without(field.name());
        }
        return changed(field.type(), now, depth)
                .map(value -> object.with(field.name(), value))
                .orElse(object);
    }

    private Optional<Value> changed(FieldType type, Value now, int depth) {
        return switch (type) {
            case FieldType.Ref(String id)
            when now instanceof ObjectValue object && schemas.type(id).isPresent() ->
                deeper(schemas.type(id).get(), object, depth);
            case FieldType.ListOf(FieldType item)
            when now instanceof ListValue list && !list.isEmpty() -> {
                int at = random.nextInt(list.size() + 1);
                var items = new ArrayList<>(list.items());
                Optional<Value> next =
                        at < list.size() ? changed(item, list.get(at), depth + 1) : made(item, depth + 1);
                next.ifPresent(value -> {
                    if (at < list.size()) {
                        items.set(at, value);
                    } else {
                        items.add(value);
                    }
                });
                yield Optional.of(ListValue.of(items));
            }
            default -> made(type, depth);
        };
    }

    private Optional<Value> deeper(TypeSchema type, ObjectValue object, int depth) {
        var fields = List.copyOf(type.fields().values());
        return Optional.of(fields.isEmpty() ? object : inside(fields, object, depth + 1));
    }

    private Optional<Value> made(FieldType type, int depth) {
        if (depth > DEEPEST) {
            return Optional.empty();
        }
        return switch (type) {
            case FieldType.Ref(String id) -> schemas.type(id).map(schema -> (Value) object(schema, depth + 1));
            case FieldType.ListOf(FieldType item) ->
                random.nextInt(6) == 0
                        ? Optional.of(ListValue.EMPTY)
                        : made(item, depth + 1).map(ListValue::of);
            case FieldType.MapOf(FieldType item) ->
                random.nextInt(6) == 0
                        ? Optional.of(ObjectValue.EMPTY)
                        : made(item, depth + 1).map(value -> (Value) ObjectValue.of(pick(TEXTS), value));
            case Scalar scalar -> scalar(scalar);
        };
    }

    /** What is required, and now and then more. */
    private ObjectValue object(TypeSchema type, int depth) {
        var object = ObjectValue.builder();
        for (FieldSchema field : type.fields().values()) {
            if (field.required() || random.nextInt(4) == 0) {
                made(field.type(), depth).ifPresent(value -> object.put(field.name(), value));
            }
        }
        return object.build();
    }

    private Optional<Value> scalar(Scalar scalar) {
        return switch (scalar) {
            case STRING -> Optional.of(Value.of(pick(TEXTS)));
            case INT32, INT64 -> Optional.of(Value.of(pick(List.of(0L, 1L, 2L, 10L, 80L, 600L, -1L))));
            case NUMBER -> Optional.of(Value.of(0.5));
            case BOOLEAN -> Optional.of(Value.of(random.nextBoolean()));
            case BYTES -> Optional.of(Value.of(pick(List.of("YQ==", "", "e30="))));
            case QUANTITY -> Optional.of(Value.of(pick(List.of("0", "1", "1Gi", "1000m", "0.5", "1e3", "1024Ki"))));
            case INT_OR_STRING ->
                Optional.of(random.nextBoolean() ? Value.of(pick(List.of(0L, 1L, 80L))) : Value.of(pick(TEXTS)));
            case TIME -> Optional.of(Value.of("2026-01-02T03:04:05Z"));
            case MICRO_TIME -> Optional.of(Value.of("2026-01-02T03:04:05.000006Z"));
            case DURATION -> Optional.of(Value.of("5s"));
            case RAW_EXTENSION, JSON, ANY -> Optional.of(ObjectValue.EMPTY.with("a", "b"));
            case FIELDS_V1, SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_STRINGS -> Optional.empty();
        };
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
