package dev.jarbor.server.registry;

import dev.jarbor.api.Fields;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks that an object has the shape of its type, once, on its way in: fields that the type does not have are taken out
 * and reported, nulls are taken out, a value of another type refuses the whole object, and quantities and times get
 * their canonical form, as decoding into the reference's Go types does.
 */
@SuppressWarnings(
        "ReferenceEquality") // what is the very same object needs no rewriting: comparing contents would cost more
public final class Structure {
    private static final int MOST_REPORTED = 100;

    private final Map<String, TypeSchema> types = new HashMap<>();
    private final Schemas schemas;

    public Structure(Schemas schemas) {
        this.schemas = schemas;
        for (String id : schemas.typeIds()) {
            schemas.type(id).ifPresent(type -> types.put(id, type));
        }
    }

    /**
     * @param object the object as its type has it
     * @param unknown the paths of fields that were taken out, such as {@code spec.containers[0].imgae}
     */
    public record Checked(ObjectValue object, List<String> unknown) {}

    /** Checks {@code object} as an object of {@code kind}. */
    public Checked check(GroupVersionKind kind, ObjectValue object) {
        TypeSchema type = schemas.forKind(kind)
                .orElseThrow(() -> ApiException.badRequest(
                        "no kind \"" + kind.kind() + "\" is registered for version \"" + kind.apiVersion() + "\""));
        var pass = new Pass(kind);
        return new Checked(pass.object(type, object, Path.ROOT), List.copyOf(pass.unknown));
    }

    /** A way to a field that costs nothing until somebody prints it. */
    private sealed interface Path {
        Path ROOT = new Root();

        record Root() implements Path {}

        record Field(Path parent, String name) implements Path {}

        record Item(Path parent, int index) implements Path {}

        default String text(boolean indexes) {
            return switch (this) {
                case Root ignored -> "";
                case Field(Root ignored, String name) -> name;
                case Field(Path parent, String name) -> parent.text(indexes) + "." + name;
                case Item(Path parent, int index) -> parent.text(indexes) + (indexes ? "[" + index + "]" : "");
            };
        }
    }

    /** One object on its way through. */
    private final class Pass {
        private final GroupVersionKind kind;
        private final List<String> unknown = new ArrayList<>();

        Pass(GroupVersionKind kind) {
            this.kind = kind;
        }

        ObjectValue object(TypeSchema type, ObjectValue object, Path path) {
            ObjectValue checked = object;
            for (int i = 0; i < object.size(); i++) {
                String name = object.name(i);
                Value value = object.value(i);
                FieldSchema field = type.fields().get(name);
                if (field == null) {
                    if (unknown.size() < MOST_REPORTED) {
                        unknown.add(new Path.Field(path, name).text(true));
                    }
                    checked = checked.without(name);
                } else if (value instanceof NullValue) {
                    checked = checked.without(name);
                } else {
                    Value next = value(field.type(), value, new Path.Field(path, name), type);
                    checked = next == value ? checked : checked.with(name, next);
                }
            }
            return checked;
        }

        private Value value(FieldType type, Value value, Path path, TypeSchema owner) {
            return switch (type) {
                case FieldType.Ref(String id) -> {
                    TypeSchema inner = types.get(id);
                    if (inner == null) {
                        throw new IllegalStateException("the schema has no type " + id);
                    }
                    if (!(value instanceof ObjectValue object)) {
                        throw mistyped(value, path, owner, inner.simpleName());
                    }
                    yield object(inner, object, path);
                }
                case FieldType.ListOf(FieldType item) -> {
                    if (!(value instanceof ListValue list)) {
                        throw mistyped(value, path, owner, "[]" + goName(item));
                    }
                    yield list(item, list, path, owner);
                }
                case FieldType.MapOf(FieldType of) -> {
                    if (!(value instanceof ObjectValue object)) {
                        throw mistyped(value, path, owner, "map[string]" + goName(of));
                    }
                    yield map(of, object, path, owner);
                }
                case Scalar scalar -> scalar(scalar, value, path, owner);
            };
        }

        private Value list(FieldType item, ListValue list, Path path, TypeSchema owner) {
            var checked = new ArrayList<Value>(list.size());
            boolean same = true;
            for (int i = 0; i < list.size(); i++) {
                Value before = list.get(i);
                // A null in a list is the zero value of its type in Go.
                Value after =
                        before instanceof NullValue ? zero(item) : value(item, before, new Path.Item(path, i), owner);
                same &= after == before;
                checked.add(after);
            }
            return same ? list : ListValue.of(checked);
        }

        private Value map(FieldType of, ObjectValue map, Path path, TypeSchema owner) {
            ObjectValue checked = map;
            for (int i = 0; i < map.size(); i++) {
                Value before = map.value(i);
                Value after = before instanceof NullValue
                        ? zero(of)
                        : value(of, before, new Path.Field(path, map.name(i)), owner);
                checked = after == before ? checked : checked.with(map.name(i), after);
            }
            return checked;
        }

        private Value scalar(Scalar scalar, Value value, Path path, TypeSchema owner) {
            return switch (scalar) {
                case STRING -> {
                    if (!(value instanceof StringValue)) {
                        throw mistyped(value, path, owner, "string");
                    }
                    yield value;
                }
                case BOOLEAN -> {
                    if (!(value instanceof BooleanValue)) {
                        throw mistyped(value, path, owner, "bool");
                    }
                    yield value;
                }
                case INT32 -> {
                    if (!(value instanceof IntegerValue(long number)) || number != (int) number) {
                        throw mistyped(value, path, owner, "int32");
                    }
                    yield value;
                }
                case INT64 -> {
                    if (!(value instanceof IntegerValue)) {
                        throw mistyped(value, path, owner, "int64");
                    }
                    yield value;
                }
                case NUMBER -> {
                    if (!(value instanceof IntegerValue) && !(value instanceof DecimalValue)) {
                        throw mistyped(value, path, owner, "float64");
                    }
                    yield value;
                }
                case BYTES -> bytes(value, path, owner);
                case QUANTITY -> quantity(value, path, owner);
                case INT_OR_STRING -> {
                    boolean number = value instanceof IntegerValue(long found) && found == (int) found;
                    if (!number && !(value instanceof StringValue)) {
                        throw mistyped(value, path, owner, "intstr.IntOrString");
                    }
                    yield value;
                }
                case TIME, MICRO_TIME -> time(value, path, owner, scalar);
                case DURATION -> {
                    if (!(value instanceof StringValue)) {
                        throw mistyped(value, path, owner, "string");
                    }
                    yield value;
                }
                case RAW_EXTENSION, FIELDS_V1 -> {
                    if (!(value instanceof ObjectValue)) {
                        throw mistyped(value, path, owner, goName(scalar));
                    }
                    yield value;
                }
                case ANY, JSON, SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_STRINGS -> value;
            };
        }

        private Value bytes(Value value, Path path, TypeSchema owner) {
            if (!(value instanceof StringValue(String text))) {
                throw mistyped(value, path, owner, "[]uint8");
            }
            try {
                byte[] decoded = Base64.getDecoder().decode(text.replaceAll("[\r\n]", ""));
                return text.indexOf('\n') < 0 ? value : Fields.ofBytes(decoded);
            } catch (IllegalArgumentException malformed) {
                throw refused("illegal base64 data at input byte " + badBase64(text));
            }
        }

        private Value quantity(Value value, Path path, TypeSchema owner) {
            String text = value.toString();
            if (!(value instanceof StringValue || value instanceof IntegerValue || value instanceof DecimalValue)) {
                throw mistyped(value, path, owner, "resource.Quantity");
            }
            Quantity quantity = Quantity.tryParse(text)
                    .orElseThrow(() -> refused("quantities must match the regular expression"
                            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"));
            return quantity.toString().equals(text) && value instanceof StringValue ? value : quantity.value();
        }

        private Value time(Value value, Path path, TypeSchema owner, Scalar scalar) {
            if (!(value instanceof StringValue(String text))) {
                throw mistyped(value, path, owner, "string");
            }
            try {
                var instant = OffsetDateTime.parse(text).toInstant();
                Value canonical = scalar == Scalar.TIME ? Fields.ofInstant(instant) : Fields.ofMicroInstant(instant);
                return canonical.equals(value) ? value : canonical;
            } catch (DateTimeException malformed) {
                throw refused("parsing time \"" + text + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + text
                        + "\" as \"2006\"");
            }
        }

        private ApiException mistyped(Value value, Path path, TypeSchema owner, String type) {
            String found = value instanceof IntegerValue || value instanceof DecimalValue
                    ? "number" + (type.startsWith("int") || type.startsWith("float") ? " " + value : "")
                    : value instanceof BooleanValue ? "bool" : value.typeName();
            return refused("json: cannot unmarshal " + found + " into Go struct field " + owner.simpleName() + "."
                    + path.text(false) + " of type " + type);
        }

        private ApiException refused(String why) {
            return ApiException.badRequest(kind.kind() + " in version \"" + kind.version()
                    + "\" cannot be handled as a " + kind.kind() + ": " + why);
        }
    }

    private static int badBase64(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean known = Character.isLetterOrDigit(c) && c < 128;
            if (!known && "+/=\r\n".indexOf(c) < 0) {
                return i;
            }
        }
        return text.length() - text.length() % 4;
    }

    private static Value zero(FieldType type) {
        return switch (type) {
            case FieldType.Ref ignored -> ObjectValue.EMPTY;
            case FieldType.ListOf ignored -> ListValue.EMPTY;
            case FieldType.MapOf ignored -> ObjectValue.EMPTY;
            case Scalar scalar ->
                switch (scalar) {
                    case INT32, INT64, NUMBER, INT_OR_STRING -> Value.of(0L);
                    case BOOLEAN -> BooleanValue.FALSE;
                    case QUANTITY -> Value.of("0");
                    case ANY, JSON -> NullValue.NULL;
                    default -> Value.of("");
                };
        };
    }

    private static String goName(FieldType type) {
        return switch (type) {
            case FieldType.Ref(String id) -> id.substring(id.lastIndexOf('.') + 1);
            case FieldType.ListOf(FieldType item) -> "[]" + goName(item);
            case FieldType.MapOf(FieldType of) -> "map[string]" + goName(of);
            case Scalar scalar ->
                switch (scalar) {
                    case STRING, DURATION, TIME, MICRO_TIME -> "string";
                    case BOOLEAN -> "bool";
                    case INT32 -> "int32";
                    case INT64 -> "int64";
                    case NUMBER -> "float64";
                    case BYTES -> "uint8";
                    case QUANTITY -> "resource.Quantity";
                    case INT_OR_STRING -> "intstr.IntOrString";
                    case RAW_EXTENSION -> "runtime.RawExtension";
                    case FIELDS_V1 -> "v1.FieldsV1";
                    case ANY, JSON, SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_STRINGS -> "interface {}";
                };
        };
    }
}
