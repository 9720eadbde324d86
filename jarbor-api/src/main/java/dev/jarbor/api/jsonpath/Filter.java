package dev.jarbor.api.jsonpath;

import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.List;

/**
 * What the items of a list are chosen by: {@code ?(@.type=="Ready")}, or the presence of a field, {@code ?(@.name)}.
 *
 * @param comparison "" where presence is all that is asked
 */
record Filter(Operand left, String comparison, Operand right) {
    /** A side of a comparison: a path from the item, or a value as it is. */
    sealed interface Operand {
        record At(JsonPath path) implements Operand {}

        record Literal(Value value) implements Operand {}

        default List<Value> values(Value item) {
            return switch (this) {
                case At(JsonPath path) -> path.find(item);
                case Literal(Value value) -> List.of(value);
            };
        }
    }

    boolean matches(Value item) {
        List<Value> lefts = left.values(item);
        if (comparison.isEmpty()) {
            return !lefts.isEmpty();
        }
        List<Value> rights = right.values(item);
        return lefts.size() == 1 && rights.size() == 1 && compare(lefts.getFirst(), rights.getFirst());
    }

    private boolean compare(Value one, Value other) {
        if (comparison.equals("==")) {
            return same(one, other);
        }
        if (comparison.equals("!=")) {
            return !same(one, other);
        }
        int order;
        if (isNumber(one) && isNumber(other)) {
            order = Double.compare(number(one), number(other));
        } else if (one instanceof StringValue(String text) && other instanceof StringValue(String otherText)) {
            order = text.compareTo(otherText);
        } else {
            return false;
        }
        return switch (comparison) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static boolean same(Value one, Value other) {
        return (isNumber(one) && isNumber(other)) ? number(one) == number(other) : one.equals(other);
    }

    private static boolean isNumber(Value value) {
        return value instanceof IntegerValue || value instanceof DecimalValue;
    }

    private static double number(Value value) {
        return value instanceof IntegerValue(long whole)
                ? whole
                : value instanceof DecimalValue(double real) ? real : 0;
    }
}
