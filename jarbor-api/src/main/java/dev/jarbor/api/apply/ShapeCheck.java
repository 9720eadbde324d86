package dev.jarbor.api.apply;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with an applied configuration, in the words of the reference (structured-merge-diff, typed). */
public final class ShapeCheck {
    private static final int MOST = 100;

    private final List<String> faults = new ArrayList<>();

    private ShapeCheck() {}

    /** What is wrong with {@code applied}; "" where nothing is. */
    public static String faults(ObjectValue applied, Shape shape) {
        var check = new ShapeCheck();
        check.visit(Path.ROOT, applied, shape);
        return switch (check.faults.size()) {
            case 0 -> "";
            case 1 -> check.faults.getFirst();
            default ->
                check.faults.stream().map(fault -> "\n  " + fault).collect(Collectors.joining("", "errors:", ""));
        };
    }

    private void fault(Path path, String why) {
        if (faults.size() < MOST) {
            String where = path.toString();
            faults.add(where.isEmpty() ? why : where + ": " + why);
        }
    }

    private void visit(Path path, Value value, Shape shape) {
        if (value instanceof NullValue) {
            return;
        }
        switch (shape.as(value)) {
            case Shape.Fields object -> {
                if (value instanceof ObjectValue said) {
                    fields(path, said, object);
                } else {
                    fault(path, "expected map, got &" + plain(value));
                }
            }
            case Shape.Items list -> {
                if (value instanceof ListValue items) {
                    items(path, items, list);
                } else {
                    fault(path, "expected list, got &" + plain(value));
                }
            }
            case Shape.Leaf leaf -> leaf(path, value, leaf);
            case Shape.Deduced ignored -> {}
            case Shape.Later ignored -> throw new IllegalStateException("a shape that was not resolved");
        }
    }

    private void fields(Path path, ObjectValue object, Shape.Fields shape) {
        for (int i = 0; i < object.size(); i++) {
            String name = object.name(i);
            @Nullable Shape inner = shape.field(name);
            if (inner == null) {
                fault(path.field(name), "field not declared in schema");
                return;
            }
            visit(path.field(name), object.value(i), inner);
        }
    }

    private void items(Path path, ListValue list, Shape.Items shape) {
        var seen = new HashSet<String>();
        for (int i = 0; i < list.size(); i++) {
            Value item = list.get(i);
            if (shape.listing() == Shape.Listing.ATOMIC) {
                visit(path.child(Elements.index(i)), item, shape.item());
                continue;
            }
            switch (ListKeys.of(shape, item)) {
                case ListKeys.Found.Fault(String why) -> {
                    fault(path, "element " + i + ": " + why);
                    return;
                }
                case ListKeys.Found.Element(String element) -> {
                    if (!seen.add(element)) {
                        fault(path, "duplicate entries for key " + Elements.shown(element));
                    }
                    visit(path.child(element), item, shape.item());
                }
            }
        }
    }

    private void leaf(Path path, Value value, Shape.Leaf leaf) {
        boolean number = value instanceof IntegerValue || value instanceof DecimalValue;
        boolean scalar = number || value instanceof StringValue || value instanceof BooleanValue;
        switch (leaf) {
            case TEXT -> {
                if (!(value instanceof StringValue)) {
                    fault(path, "expected string, got &value.valueUnstructured{Value:" + goSyntax(value) + "}");
                }
            }
            case NUMBER -> {
                if (!number) {
                    fault(path, "expected numeric (int or float), got " + goType(value));
                }
            }
            case TRUTH -> {
                if (!(value instanceof BooleanValue)) {
                    fault(path, "expected boolean, got &" + plain(value));
                }
            }
            case ANY -> {
                if (!scalar) {
                    fault(path, "expected any scalar, got &" + plain(value));
                }
            }
        }
    }

    /** As Go's {@code %v} prints the struct that holds it. */
    private static String plain(Value value) {
        return "{" + goPlain(value) + "}";
    }

    private static String goPlain(Value value) {
        return switch (value) {
            case ObjectValue object ->
                object.names().stream()
                        .map(name -> name + ":" + goPlain(object.valueOrNull(name)))
                        .collect(Collectors.joining(" ", "map[", "]"));
            case ListValue list -> list.stream().map(ShapeCheck::goPlain).collect(Collectors.joining(" ", "[", "]"));
            case NullValue ignored -> "<nil>";
            default -> value.toString();
        };
    }

    /** As Go's {@code %#v} prints it. */
    private static String goSyntax(Value value) {
        return switch (value) {
            case ObjectValue object ->
                object.names().stream()
                        .map(name -> GoText.quote(name) + ":" + goSyntax(object.valueOrNull(name)))
                        .collect(Collectors.joining(", ", "map[string]interface {}{", "}"));
            case ListValue list ->
                list.stream().map(ShapeCheck::goSyntax).collect(Collectors.joining(", ", "[]interface {}{", "}"));
            case NullValue ignored -> "interface {}(nil)";
            case StringValue(String text) -> GoText.quote(text);
            default -> Json.text(value);
        };
    }

    private static String goType(Value value) {
        return switch (value) {
            case ObjectValue ignored -> "map[string]interface {}";
            case ListValue ignored -> "[]interface {}";
            case StringValue ignored -> "string";
            case IntegerValue ignored -> "int64";
            case DecimalValue ignored -> "float64";
            case BooleanValue ignored -> "bool";
            case NullValue ignored -> "<nil>";
        };
    }
}
