package dev.jarbor.cel.rules;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.program.Program;
import dev.jarbor.cel.program.Variables;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.CostExceeded;
import dev.jarbor.cel.value.Maybe;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One validation of one object: walks it beside the rules and pays for them from one budget. */
final class RuleRun {
    private static final int LONGEST_MESSAGE = 5 * 1024;
    private static final String OUT_OF_BUDGET =
            "validation failed due to running out of cost budget, no further validation rules will be run";

    private final Consumer<String> warnings;
    private final List<FieldError> errors = new ArrayList<>();
    private long budget = ValidationRules.BUDGET;

    /** @param warnings is told of what was wrong before and did not change */
    RuleRun(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /** No rule is evaluated after this one. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("", null, false, false);
        }
    }

    /** @param correlation by which what did not change is forgiven */
    List<FieldError> run(
            RuleNode rules, FieldPath path, Value value, Optional<? extends Value> before, Correlation correlation) {
        try {
            visit(rules, path, value, before.orElse(null), correlation);
        } catch (Stopped e) {
            // What went wrong is in the errors already.
        }
        return List.copyOf(errors);
    }

    private void visit(RuleNode node, FieldPath path, Value value, @Nullable Value before, Correlation correlation) {
        if (value instanceof NullValue) {
            return;
        }
        Value known = before instanceof NullValue ? null : before;
        for (Rule rule : node.rules()) {
            apply(rule, node, path, value, known, correlation);
        }
        for (RuleNode one : node.allOf()) {
            visit(one, path, value, known, correlation.withoutOwn());
        }
        switch (value) {
            case ListValue list -> visitItems(node, path, list, known, correlation);
            case ObjectValue object -> visitFields(node, path, object, known, correlation);
            default -> {}
        }
    }

    private void visitItems(
            RuleNode node, FieldPath path, ListValue list, @Nullable Value before, Correlation correlation) {
        if (node.items() == null) {
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            Value was = before instanceof ListValue old
                    ? Correlation.sameItem(old, list.get(i), node.schema()).orElse(null)
                    : null;
            visit(node.items(), path.index(i), list.get(i), was, correlation.item(i, node.schema()));
        }
    }

    private void visitFields(
            RuleNode node, FieldPath path, ObjectValue object, @Nullable Value before, Correlation correlation) {
        boolean isAtomic = node.schema().string("x-kubernetes-map-type").equals("atomic");
        for (int i = 0; i < object.size(); i++) {
            String name = object.name(i);
            Value was = !isAtomic && before instanceof ObjectValue old
                    ? old.get(name).orElse(null)
                    : null;
            Correlation inside = correlation.field(name, node.schema());
            if (node.additional() != null) {
                visit(node.additional(), path.key(name), object.value(i), was, inside);
            }
            RuleNode property = node.properties().get(name);
            if (property != null) {
                visit(property, path.child(name), object.value(i), was, inside);
            }
        }
    }

    private void apply(
            Rule rule, RuleNode node, FieldPath path, Value value, @Nullable Value before, Correlation correlation) {
        String shown = node.schema().string("type");
        if (!rule.fault().isEmpty()) {
            errors.add(FieldError.invalid(path, shown, "rule compile error: " + rule.fault()));
            return;
        }
        boolean optionalOldSelf = rule.source().bool("optionalOldSelf");
        if (rule.program() == null || (rule.usesOldSelf() && before == null && !optionalOldSelf)) {
            return;
        }
        if (budget <= 0) {
            errors.add(FieldError.invalid(path, shown, OUT_OF_BUDGET));
            throw new Stopped();
        }
        Variables variables = variables(node, value, before, optionalOldSelf);
        if (!holds(rule, rule.program(), variables, path, shown)) {
            FieldPath about = rule.fieldPath().isEmpty() ? path : path.child(rule.fieldPath());
            report(rule, correlation, error(rule, about, shown, detail(rule, variables, about, shown, correlation)));
        }
    }

    private static Variables variables(RuleNode node, Value value, @Nullable Value before, boolean optionalOldSelf) {
        var values = new TreeMap<String, Object>();
        values.put(Rule.SELF, Values.of(value, node.type()));
        if (before != null) {
            Object was = Values.of(before, node.type());
            values.put(Rule.OLD_SELF, optionalOldSelf ? Maybe.of(was) : was);
        } else if (optionalOldSelf) {
            values.put(Rule.OLD_SELF, Maybe.NONE);
        }
        return Variables.of(values);
    }

    /** Whether a rule holds; a rule that cannot be evaluated is an error of its own and counts as kept. */
    private boolean holds(Rule rule, Program program, Variables variables, FieldPath path, String shown) {
        var meter = new Meter(Program.CALL_LIMIT);
        try {
            boolean holds = program.evaluate(variables, meter).equals(true);
            pay(meter, path, shown);
            return holds;
        } catch (CostExceeded e) {
            pay(meter, path, shown);
            errors.add(FieldError.invalid(
                    path,
                    shown,
                    "'" + e.getMessage() + "': no further validation rules will be run due to call cost exceeds limit"
                            + " for rule: " + rule.title()));
            throw new Stopped();
        } catch (CelException e) {
            pay(meter, path, shown);
            String message = String.valueOf(e.getMessage());
            errors.add(FieldError.invalid(
                    path,
                    shown,
                    message.startsWith("no such overload")
                            ? "'" + message + "': call arguments did not match a supported operator, function or macro"
                                    + " signature for rule: " + rule.title()
                            : message + " evaluating rule: " + rule.title()));
            return true;
        }
    }

    private void pay(Meter meter, FieldPath path, String shown) {
        if (meter.cost() > budget) {
            errors.add(FieldError.invalid(path, shown, OUT_OF_BUDGET));
            throw new Stopped();
        }
        budget -= meter.cost();
    }

    private void report(Rule rule, Correlation correlation, FieldError error) {
        if (!rule.usesOldSelf() && correlation.isUnchanged()) {
            warnings.accept(error.toString());
        } else {
            errors.add(error);
        }
    }

    private static FieldError error(Rule rule, FieldPath path, String shown, String detail) {
        return switch (rule.source().string("reason")) {
            case "FieldValueForbidden" -> FieldError.forbidden(path, detail);
            case "FieldValueRequired" -> FieldError.required(path, detail);
            case "FieldValueDuplicate" -> FieldError.duplicate(path, shown);
            default -> FieldError.invalid(path, shown, detail);
        };
    }

    private String detail(Rule rule, Variables variables, FieldPath path, String shown, Correlation correlation) {
        if (rule.message() == null) {
            return rule.refusal();
        }
        var meter = new Meter(Program.CALL_LIMIT);
        String text = "";
        try {
            text = String.valueOf(rule.message().evaluate(variables, meter)).strip();
        } catch (CostExceeded e) {
            report(
                    rule,
                    correlation,
                    FieldError.invalid(
                            path,
                            shown,
                            "no further validation rules will be run due to call cost exceeds limit for"
                                    + " messageExpression: "
                                    + GoText.quote(rule.source().string("messageExpression"))));
            throw new Stopped();
        } catch (CelException e) {
            // The rule's own words stand in.
        }
        if (meter.cost() > budget) {
            report(
                    rule,
                    correlation,
                    FieldError.invalid(
                            path,
                            shown,
                            "messageExpression evaluation failed due to running out of cost budget, no further"
                                    + " validation rules will be run"));
            throw new Stopped();
        }
        budget -= meter.cost();
        boolean usable = !text.isEmpty()
                && text.indexOf('\n') < 0
                && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_MESSAGE;
        return usable ? text : rule.refusal();
    }
}
