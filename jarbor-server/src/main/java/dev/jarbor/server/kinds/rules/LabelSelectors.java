package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Optional;

/** Label selectors that stand in objects: {@code matchLabels} and {@code matchExpressions}. */
public final class LabelSelectors {
    private LabelSelectors() {}

    /** What is wrong with {@code selector}; nothing where it is absent. */
    public static void check(ObjectValue selector, FieldPath at, Checks checks) {
        check(selector, false, at, checks);
    }

    /** @param lenient whether values that are no label values are let pass, for objects that have such already */
    public static void check(ObjectValue selector, boolean lenient, FieldPath at, Checks checks) {
        if (selector.isEmpty()) {
            return;
        }
        checks.labels(selector.object("matchLabels"), at.child("matchLabels"));
        List<ObjectValue> expressions = selector.list("matchExpressions").objects();
        for (int i = 0; i < expressions.size(); i++) {
            expression(expressions.get(i), lenient, at.child("matchExpressions").index(i), checks);
        }
    }

    private static void expression(ObjectValue expression, boolean lenient, FieldPath at, Checks checks) {
        List<String> values = expression.list("values").strings();
        if (!operator(expression, at, checks)) {
            checks.invalid(at.child("operator"), expression.string("operator"), "not a valid selector operator");
        }
        checks.qualifiedName(expression.string("key"), at.child("key"));
        for (int i = 0; i < values.size() && !lenient; i++) {
            checks.problems(at.child("values").index(i), values.get(i), Labels.value(values.get(i)));
        }
    }

    /** Whether the operator is one of those that all selectors have; its values must go with it. */
    public static boolean operator(ObjectValue expression, FieldPath at, Checks checks) {
        String operator = expression.string("operator");
        boolean values = !expression.list("values").isEmpty();
        boolean compares = operator.equals("In") || operator.equals("NotIn");
        if (!compares && !operator.equals("Exists") && !operator.equals("DoesNotExist")) {
            return false;
        }
        if (compares && !values) {
            checks.required(at.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
        } else if (!compares && values) {
            checks.forbidden(at.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
        return true;
    }

    /** Whether {@code selector} has no fault. */
    public static boolean isValid(ObjectValue selector) {
        var checks = new Checks();
        check(selector, FieldPath.NONE, checks);
        return checks.isEmpty();
    }

    /** Whether it asks for nothing. */
    public static boolean isEmpty(ObjectValue selector) {
        return selector.object("matchLabels").isEmpty()
                && selector.list("matchExpressions").isEmpty();
    }

    /** The selector as something that matches; nothing where it is malformed. An absent one selects nothing. */
    public static Optional<Selector> parse(ObjectValue owner, String field) {
        if (!owner.has(field)) {
            return Optional.of(Selector.nothing());
        }
        try {
            return Optional.of(Selector.ofObject(owner.object(field)));
        } catch (InvalidSelectorException malformed) {
            return Optional.empty();
        }
    }
}
