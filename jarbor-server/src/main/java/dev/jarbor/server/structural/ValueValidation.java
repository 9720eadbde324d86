package dev.jarbor.server.structural;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks values against a schema, in the words that the reference's OpenAPI validation has for each fault.
 *
 * <p>An update is ratcheted (KEP-4008): what is wrong with a value that has not changed is nobody's fault today. Items of
 * lists are only recognised by the keys of a {@code map} list.
 */
public final class ValueValidation {
    /** More faults than this are of no use to anybody. */
    private static final int MOST_ERRORS = 1000;

    private ValueValidation() {}

    /** What is wrong with {@code value}; {@code root} is where it stands. */
    public static List<FieldError> check(StructuralSchema schema, Value value, FieldPath root) {
        return located(faults(schema, value, null), root);
    }

    /** What is wrong with {@code after} that was not wrong with {@code before} already. */
    public static List<FieldError> checkUpdate(StructuralSchema schema, Value before, Value after, FieldPath root) {
        return located(faults(schema, after, before), root);
    }

    private static List<Fault> faults(StructuralSchema schema, Value value, @Nullable Value before) {
        var faults = new ArrayList<Fault>();
        check(schema, value, before, "", faults);
        return faults;
    }

    private static List<FieldError> located(List<Fault> faults, FieldPath root) {
        return faults.stream().map(fault -> fault.error(root)).toList();
    }

    private static void check(
            StructuralSchema schema, Value value, @Nullable Value before, String path, List<Fault> faults) {
        if (faults.size() > MOST_ERRORS || value.equals(before)) {
            return;
        }
        if (!hasType(schema, value, path, faults)) {
            return;
        }
        Alternatives.check(schema, path, faults, branch -> {
            var inner = new ArrayList<Fault>();
            check(branch, value, before, path, inner);
            return inner;
        });
        switch (value) {
            case StringValue(String text) -> Scalars.string(schema, text, path, faults);
            case ObjectValue object -> object(schema, object, before, path, faults);
            case ListValue list -> list(schema, list, before, path, faults);
            default -> Scalars.number(schema, value, path, faults);
        }
        Scalars.enumeration(schema, value, path, faults);
    }

    private static boolean hasType(StructuralSchema schema, Value value, String path, List<Fault> faults) {
        String wanted = schema.intOrString() ? "integer,string" : schema.type();
        if (wanted.isEmpty()) {
            return true;
        }
        if (value instanceof NullValue) {
            if (!schema.nullable()) {
                faults.add(Fault.type(path, wanted, "null"));
                return false;
            }
            return true;
        }
        String found = value.typeName();
        boolean fits = wanted.equals(found)
                || (wanted.equals("number") && found.equals("integer"))
                || (wanted.contains("integer") && Scalars.isWhole(value))
                || (schema.intOrString() && value instanceof StringValue);
        if (!fits) {
            faults.add(Fault.type(path, wanted, found));
        }
        return fits;
    }

    private static void object(
            StructuralSchema schema, ObjectValue object, @Nullable Value before, String path, List<Fault> faults) {
        ObjectValue raw = schema.raw();
        if (raw.has("minProperties") && object.size() < raw.integer("minProperties")) {
            faults.add(Fault.invalid(
                    path,
                    Value.of(object.size()),
                    Fault.in(path) + " should have at least " + raw.integer("minProperties") + " properties"));
            return;
        }
        if (raw.has("maxProperties") && object.size() > raw.integer("maxProperties")) {
            faults.add(Fault.tooMany(path, object.size(), raw.integer("maxProperties")));
            return;
        }
        ObjectValue old = before instanceof ObjectValue was ? was : null;
        for (int i = 0; i < object.size(); i++) {
            String name = object.name(i);
            if (!schema.properties().containsKey(name)) {
                if (schema.forbidsAdditional()) {
                    faults.add(Fault.invalid(
                            path, Value.of(name), path + "." + name + " in body is a forbidden property"));
                } else if (schema.additional().isPresent()) {
                    Value value = object.value(i);
                    check(schema.additional().get(), value, correlated(old, name), path + "." + name, faults);
                }
            }
        }
        for (Map.Entry<String, StructuralSchema> entry : schema.properties().entrySet()) {
            String name = entry.getKey();
            if (object.has(name)) {
                String below = path.isEmpty() ? name : path + "." + name;
                check(entry.getValue(), object.valueOrNull(name), correlated(old, name), below, faults);
            }
        }
        for (String name : schema.required()) {
            if (!object.has(name)) {
                faults.add(Fault.required(path + "." + name));
            }
        }
    }

    private static @Nullable Value correlated(@Nullable ObjectValue old, String name) {
        return old == null || !old.has(name) ? null : old.valueOrNull(name);
    }

    private static void list(
            StructuralSchema schema, ListValue list, @Nullable Value before, String path, List<Fault> faults) {
        ObjectValue raw = schema.raw();
        if (schema.items().isPresent()) {
            StructuralSchema items = schema.items().get();
            ListValue earlier =
                    schema.listType().equals("map") && before instanceof ListValue was ? was : ListValue.EMPTY;
            for (int i = 0; i < list.size(); i++) {
                Value old = sameKey(schema, earlier, list.get(i));
                check(items, list.get(i), old, path + "[" + i + "]", faults);
            }
        }
        if (raw.has("minItems") && list.size() < raw.integer("minItems")) {
            faults.add(Fault.invalid(
                    path,
                    Value.of(list.size()),
                    Fault.in(path) + " should have at least " + raw.integer("minItems") + " items"));
        }
        if (raw.has("maxItems") && list.size() > raw.integer("maxItems")) {
            faults.add(Fault.tooMany(path, list.size(), raw.integer("maxItems")));
        }
    }

    private static @Nullable Value sameKey(StructuralSchema schema, ListValue before, Value item) {
        if (before.isEmpty()) {
            return null;
        }
        List<Value> key = ListKeys.of(schema, item);
        for (Value old : before) {
            if (ListKeys.of(schema, old).equals(key)) {
                return old;
            }
        }
        return null;
    }

    /** Whether {@code value} is a number at all. */
    static boolean isNumber(Value value) {
        return value instanceof IntegerValue || value.typeName().equals("number");
    }
}
