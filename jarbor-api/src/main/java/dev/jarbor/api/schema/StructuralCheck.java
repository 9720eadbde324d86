package dev.jarbor.api.schema;

import dev.jarbor.api.schema.FieldType.ListOf;
import dev.jarbor.api.schema.FieldType.MapOf;
import dev.jarbor.api.schema.FieldType.Ref;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an object the way the reference's decoder reads JSON into a Go struct: unknown fields are dropped and reported,
 * an explicit null is an absent field (in a list or a map: the zero value), and so is a zero value that the struct does not
 * write again; a number or truth value that it always writes is there; quantities and times take their canonical form, and a value of the wrong type is reported in the decoder's
 * words. One pass; the very same object comes back where nothing had to change, and what is the very same value in an object
 * that was read before is not looked at again.
 *
 * <p>One difference: the decoder stops caring after its first type error in the order of the text, while all of them are
 * reported here, in the order of the field names.
 */
public final class StructuralCheck {
    /** As many unknown fields as the reference reports. */
    private static final int MOST_UNKNOWN_FIELDS = 100;

    private final Schemas schemas;
    private final Trail trail = new Trail();
    private final List<String> unknownFields = new ArrayList<>();
    private final List<String> wrongTypes = new ArrayList<>();

    /**
     * What came of it.
     *
     * @param object the object without unknown fields, nulls and values of wrong types
     * @param unknownFields such as {@code unknown field "spec.foo"}, at most 100
     * @param wrongTypes such as {@code json: cannot unmarshal string into Go struct field PodSpec.spec.hostPID of type
     *     bool}
     */
    public record Result(ObjectValue object, List<String> unknownFields, List<String> wrongTypes) {
        public Result {
            unknownFields = List.copyOf(unknownFields);
            wrongTypes = List.copyOf(wrongTypes);
        }
    }

    private StructuralCheck(Schemas schemas) {
        this.schemas = schemas;
    }

    /** @param schemas where the types that {@code type} refers to are found */
    public static Result check(Schemas schemas, TypeSchema type, ObjectValue object) {
        return check(schemas, type, object, ObjectValue.EMPTY);
    }

    /** @param known an object of the type that was read before */
    public static Result check(Schemas schemas, TypeSchema type, ObjectValue object, ObjectValue known) {
        var check = new StructuralCheck(schemas);
        ObjectValue read = check.object(type, object, known);
        return new Result(read, check.unknownFields, check.wrongTypes);
    }

    @SuppressWarnings("ReferenceEquality") // the very same value was read before
    private ObjectValue object(TypeSchema type, ObjectValue object, Value known) {
        ObjectValue before = objectOf(known);
        var read = new Rebuild(object);
        for (int i = 0; i < object.size(); i++) {
            String name = object.name(i);
            Value old = before.valueOrNull(name);
            if (object.value(i) == old) {
                read.put(i, old);
                continue;
            }
            Optional<FieldSchema> field = type.field(name);
            trail.enterField(name);
            if (field.isPresent()) {
                Value value = value(type, field.get().type(), object.value(i), old);
                read.put(i, field.get().leavesOut(value) ? NullValue.NULL : value);
            } else {
                reportUnknown();
                read.put(i, NullValue.NULL);
            }
            trail.leave();
        }
        ObjectValue whole = read.result();
        for (Map.Entry<String, Value> zero : type.zeros().entrySet()) {
            if (!whole.has(zero.getKey())) {
                whole = whole.with(zero.getKey(), zero.getValue());
            }
        }
        return whole;
    }

    private void reportUnknown() {
        if (unknownFields.size() < MOST_UNKNOWN_FIELDS) {
            unknownFields.add("unknown field \"" + trail.full() + "\"");
        }
    }

    /** What {@code value} reads as; null where it reads as absent. */
    @SuppressWarnings("ReferenceEquality") // the very same value was read before
    private Value value(TypeSchema owner, FieldType type, Value value, Value known) {
        if (value instanceof NullValue || value == known) {
            return value;
        }
        return switch (type) {
            case Ref(String id) ->
                value instanceof ObjectValue object ? referred(id, object, known) : wrong(owner, type, value);
            case ListOf(FieldType item) ->
                value instanceof ListValue list ? list(owner, item, list, known) : wrong(owner, type, value);
            case MapOf(FieldType item) ->
                value instanceof ObjectValue map ? map(owner, item, map, known) : wrong(owner, type, value);
            case Scalar scalar -> scalar(owner, scalar, value);
        };
    }

    private static ObjectValue objectOf(Value value) {
        return value instanceof ObjectValue object ? object : ObjectValue.EMPTY;
    }

    private ObjectValue referred(String id, ObjectValue object, Value known) {
        return schemas.type(id).map(type -> object(type, object, known)).orElse(object);
    }

    @SuppressWarnings("ReferenceEquality") // whether anything changed, not whether it is equal
    private Value list(TypeSchema owner, FieldType type, ListValue list, Value known) {
        ListValue old = known instanceof ListValue other ? other : ListValue.EMPTY;
        List<Value> changed = null;
        for (int i = 0; i < list.size(); i++) {
            trail.enterItem(i);
            Value before = list.get(i);
            Value read = value(owner, type, before, i < old.size() ? old.get(i) : NullValue.NULL);
            Value after = read instanceof NullValue ? zero(type) : read;
            trail.leave();
            if (after != before && changed == null) {
                changed = new ArrayList<>(list.items());
            }
            if (changed != null) {
                changed.set(i, after);
            }
        }
        return changed == null ? list : ListValue.of(changed);
    }

    private Value map(TypeSchema owner, FieldType type, ObjectValue map, Value known) {
        ObjectValue before = objectOf(known);
        var read = new Rebuild(map);
        for (int i = 0; i < map.size(); i++) {
            trail.enterKey(map.name(i));
            Value item = value(owner, type, map.value(i), before.valueOrNull(map.name(i)));
            read.put(i, item instanceof NullValue ? zero(type) : item);
            trail.leave();
        }
        return read.result();
    }

    /** What Go makes of a null where a value must stand; null where even that prints as null. */
    private static Value zero(FieldType type) {
        return switch (type) {
            case Ref ignored -> ObjectValue.EMPTY;
            case ListOf ignored -> NullValue.NULL;
            case MapOf ignored -> NullValue.NULL;
            case Scalar scalar ->
                switch (scalar) {
                    case STRING -> Value.of("");
                    case INT32, INT64, NUMBER, INT_OR_STRING -> Value.of(0);
                    case BOOLEAN -> BooleanValue.FALSE;
                    case QUANTITY -> Value.of("0");
                    default -> NullValue.NULL;
                };
        };
    }

    private Value scalar(TypeSchema owner, Scalar scalar, Value value) {
        return switch (scalar) {
            case STRING -> value instanceof StringValue ? value : wrong(owner, scalar, value);
            case BOOLEAN -> value instanceof BooleanValue ? value : wrong(owner, scalar, value);
            case NUMBER ->
                value instanceof IntegerValue || value instanceof DecimalValue ? value : wrong(owner, scalar, value);
            case INT64 -> value instanceof IntegerValue ? value : wrong(owner, scalar, value);
            case INT32 ->
                value instanceof IntegerValue(long number) && number == (int) number
                        ? value
                        : wrong(owner, scalar, value);
            case ANY, RAW_EXTENSION, FIELDS_V1, JSON -> value;
            case SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_STRINGS -> schema(owner, scalar, value);
            case BYTES, QUANTITY, INT_OR_STRING, TIME, MICRO_TIME, DURATION -> written(scalar, value);
        };
    }

    private Value written(Scalar scalar, Value value) {
        try {
            return WrittenScalars.read(scalar, value);
        } catch (MalformedScalarException malformed) {
            return refused(malformed.getMessage());
        }
    }

    /** The JSON schema of an additional property and its like: nested schemas of the enclosing type. */
    private Value schema(TypeSchema owner, Scalar scalar, Value value) {
        int known = unknownFields.size();
        Value read = switch (value) {
            case ObjectValue object -> object(owner, object, NullValue.NULL);
            case ListValue list
            when scalar == Scalar.SCHEMA_OR_LIST -> list(owner, new Ref(owner.id()), list, NullValue.NULL);
            case ListValue list
            when scalar == Scalar.SCHEMA_OR_STRINGS -> list(owner, Scalar.STRING, list, NullValue.NULL);
            case BooleanValue truth when scalar == Scalar.SCHEMA_OR_BOOLEAN -> truth;
            default ->
                scalar == Scalar.SCHEMA_OR_BOOLEAN ? refused("boolean or JSON schema expected") : ObjectValue.EMPTY;
        };
        // The reference reads these with a decoder of their own, which is never strict.
        unknownFields.subList(known, unknownFields.size()).clear();
        return read;
    }

    private Value refused(String complaint) {
        wrongTypes.add(complaint);
        return NullValue.NULL;
    }

    private Value wrong(TypeSchema owner, FieldType expected, Value value) {
        boolean wantsNumber = expected == Scalar.INT32 || expected == Scalar.INT64;
        String found = wantsNumber ? GoNames.jsonForNumber(value) : GoNames.json(value);
        return refused("json: cannot unmarshal " + found + " into Go struct field " + owner.simpleName() + "."
                + trail.fields() + " of type " + GoNames.type(expected));
    }
}
