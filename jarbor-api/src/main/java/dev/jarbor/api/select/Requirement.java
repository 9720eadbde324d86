package dev.jarbor.api.select;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a label selector asks of one label.
 *
 * @param key the label's key
 * @param operator how the label relates to the values
 * @param values none for existence, one for equality and order, one or more for sets
 */
public record Requirement(String key, Operator operator, List<String> values) {
    public Requirement {
        values = List.copyOf(values);
    }

    /** A requirement whose parts are checked as the reference checks them. */
    public static Requirement checked(String key, Operator operator, List<String> values) {
        var errors = new ArrayList<FieldError>();
        checkKey(key, FieldPath.of("key"), errors);
        FieldPath path = FieldPath.of("values");
        checkCount(operator, values, path, errors);
        for (int i = 0; i < values.size(); i++) {
            List<String> problems = Labels.value(values.get(i));
            if (!problems.isEmpty()) {
                errors.add(FieldError.invalid(path.index(i).key(key), values.get(i), String.join("; ", problems)));
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidSelectorException(FieldError.aggregate(errors));
        }
        return new Requirement(key, operator, values);
    }

    /** Whether {@code labels} are as required; a label that is not there satisfies only the negations. */
    public boolean matches(Map<String, String> labels) {
        boolean present = labels.containsKey(key);
        String actual = labels.getOrDefault(key, "");
        return switch (operator) {
            case IN, EQUALS, DOUBLE_EQUALS -> present && values.contains(actual);
            case NOT_IN, NOT_EQUALS -> !present || !values.contains(actual);
            case EXISTS -> present;
            case DOES_NOT_EXIST -> !present;
            case GREATER_THAN -> present && order(actual) > 0;
            case LESS_THAN -> present && order(actual) < 0;
        };
    }

    /** The form in which the parser reads it back; values sorted. */
    @Override
    public String toString() {
        String sorted = String.join(",", values.stream().sorted().toList());
        return switch (operator) {
            case EXISTS -> key;
            case DOES_NOT_EXIST -> "!" + key;
            case EQUALS, DOUBLE_EQUALS, NOT_EQUALS -> key + operator.text() + sorted;
            case GREATER_THAN -> key + ">" + sorted;
            case LESS_THAN -> key + "<" + sorted;
            case IN, NOT_IN -> key + " " + operator.text() + " (" + sorted + ")";
        };
    }

    static void checkKey(String key, FieldPath path, List<FieldError> errors) {
        List<String> problems = Labels.key(key);
        if (!problems.isEmpty()) {
            errors.add(FieldError.invalid(path, key, String.join("; ", problems)));
        }
    }

    private static void checkCount(Operator operator, List<String> values, FieldPath path, List<FieldError> errors) {
        String fault = switch (operator) {
            case IN, NOT_IN -> values.isEmpty() ? "for 'in', 'notin' operators, values set can't be empty" : "";
            case EQUALS, DOUBLE_EQUALS, NOT_EQUALS ->
                values.size() == 1 ? "" : "exact-match compatibility requires one single value";
            case EXISTS, DOES_NOT_EXIST ->
                values.isEmpty() ? "" : "values set must be empty for exists and does not exist";
            case GREATER_THAN, LESS_THAN ->
                values.size() == 1 ? "" : "for 'Gt', 'Lt' operators, exactly one value is required";
        };
        if (!fault.isEmpty()) {
            errors.add(FieldError.invalid(path, ListValue.ofStrings(values), fault));
        }
        if (operator == Operator.GREATER_THAN || operator == Operator.LESS_THAN) {
            for (int i = 0; i < values.size(); i++) {
                if (whole(values.get(i)).isEmpty()) {
                    errors.add(FieldError.invalid(
                            path.index(i), values.get(i), "for 'Gt', 'Lt' operators, the value must be an integer"));
                }
            }
        }
    }

    /** How {@code actual} compares to the one value, as integers; 0 where either is none. */
    private int order(String actual) {
        OptionalLong left = whole(actual);
        OptionalLong right = values.size() == 1 ? whole(values.getFirst()) : OptionalLong.empty();
        return left.isPresent() && right.isPresent() ? Long.compare(left.getAsLong(), right.getAsLong()) : 0;
    }

    private static OptionalLong whole(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException none) {
            return OptionalLong.empty();
        }
    }
}
