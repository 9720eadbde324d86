package dev.jarbor.cel.rules;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.type.DeclaredType;
import dev.jarbor.cel.type.SchemaTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the rules of a schema when it is written: their form, their expressions, where they compare with what
 * was, and what they may cost. The costs of a rule are multiplied by how often its place can occur in one object.
 */
final class RuleCheck {
    /** What one rule may cost for one object. */
    private static final long RULE_LIMIT = 10_000_000;

    /** What all rules of a schema may cost for one object. */
    private static final long SCHEMA_LIMIT = 100_000_000;

    private static final int MOST_EXPENSIVE = 4;
    private static final String RULES = "x-kubernetes-validations";
    private static final List<String> REASONS =
            List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");
    private static final String REMEDY = " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength"
            + " where arrays, maps, and strings are declared)";

    private final ObjectValue schema;
    private final FieldPath path;
    private final boolean known;
    private final List<FieldError> forms = new ArrayList<>();
    private final List<FieldError> errors = new ArrayList<>();
    private final List<Cost> costs = new ArrayList<>();
    private long total;

    private record Cost(FieldPath path, long cost) {}

    /**
     * A place in the schema.
     *
     * @param occurs how often it can be in one object; empty where nothing bounds it
     * @param uncorrelated the place above whose parts cannot be told apart, where there is one
     */
    private record Place(
            FieldPath path, OptionalLong occurs, @Nullable FieldPath uncorrelated) {
        Place part(FieldPath inner) {
            return new Place(inner, occurs, uncorrelated);
        }

        Place repeated(FieldPath inner, OptionalLong times, boolean correlated) {
            OptionalLong product = occurs.isPresent() && times.isPresent()
                    ? OptionalLong.of(multiply(occurs.getAsLong(), times.getAsLong()))
                    : OptionalLong.empty();
            return new Place(inner, product, correlated || uncorrelated != null ? uncorrelated : path);
        }
    }

    /** @param known whether the schema was accepted before as it is: then no single rule is too expensive */
    RuleCheck(ObjectValue schema, FieldPath path, boolean known) {
        this.schema = schema;
        this.path = path;
        this.known = known;
    }

    List<FieldError> run() {
        checkForms(schema, path);
        if (!forms.isEmpty()) {
            return forms;
        }
        var root = new Place(path, OptionalLong.of(1), null);
        SchemaTypes.of(schema, true).ifPresent(type -> visit(schema, schema, type, root));
        if (total > SCHEMA_LIMIT) {
            costs.stream()
                    .sorted(Comparator.comparingLong(Cost::cost).reversed())
                    .limit(MOST_EXPENSIVE)
                    .forEach(cost -> errors.add(FieldError.forbidden(
                            cost.path,
                            "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3"
                                    + " schema")));
            errors.add(FieldError.forbidden(
                    path,
                    exceeds(
                            "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema",
                            total,
                            SCHEMA_LIMIT)));
        }
        return errors;
    }

    private static long multiply(long one, long other) {
        return other != 0 && one > Long.MAX_VALUE / other ? Long.MAX_VALUE : one * other;
    }

    private static String exceeds(String what, long cost, long limit) {
        double factor = (double) cost / limit;
        String times =
                factor > 100 ? "more than 100x" : String.format(Locale.ROOT, factor < 1.5 ? "%fx" : "%.1fx", factor);
        return what + " exceeds budget by factor of " + times + REMEDY;
    }

    private void checkForms(ObjectValue here, FieldPath at) {
        List<ObjectValue> rules = here.list(RULES).objects();
        for (int i = 0; i < rules.size(); i++) {
            checkForm(rules.get(i), here, at.child(RULES).index(i));
        }
        ObjectValue properties = here.object("properties");
        for (String name : properties.names()) {
            checkForms(properties.object(name), at.child("properties").key(name));
        }
        if (here.valueOrNull("items") instanceof ObjectValue items) {
            checkForms(items, at.child("items"));
        }
        if (here.valueOrNull("additionalProperties") instanceof ObjectValue additional) {
            checkForms(additional, at.child("additionalProperties"));
        }
        if (here.valueOrNull("allOf") instanceof ListValue allOf) {
            for (int i = 0; i < allOf.size(); i++) {
                if (allOf.get(i) instanceof ObjectValue one) {
                    checkForms(one, at.child("allOf").index(i));
                }
            }
        }
    }

    private void checkForm(ObjectValue rule, ObjectValue here, FieldPath at) {
        String text = rule.string("rule").strip();
        String message = rule.string("message");
        if (text.isEmpty()) {
            forms.add(FieldError.required(at.child("rule"), "rule is not specified"));
        } else if (!message.isEmpty() && message.isBlank()) {
            forms.add(FieldError.invalid(at.child("message"), message, "message must be non-empty if specified"));
        } else if (hasLineBreak(message.strip())) {
            forms.add(FieldError.invalid(at.child("message"), message, "message must not contain line breaks"));
        } else if (hasLineBreak(text) && message.isBlank()) {
            forms.add(
                    FieldError.required(at.child("message"), "message must be specified if rule contains line breaks"));
        }
        String expression = rule.string("messageExpression");
        if (!expression.isEmpty() && expression.isBlank()) {
            forms.add(FieldError.required(
                    at.child("messageExpression"), "messageExpression must be non-empty if specified"));
        }
        String reason = rule.string("reason");
        if (rule.has("reason") && !REASONS.contains(reason)) {
            forms.add(FieldError.notSupported(at.child("reason"), reason, REASONS));
        }
        checkPath(rule.string("fieldPath"), here, at.child("fieldPath"));
    }

    private static boolean hasLineBreak(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }

    private void checkPath(String fieldPath, ObjectValue here, FieldPath at) {
        if (fieldPath.isEmpty()) {
            return;
        }
        if (fieldPath.isBlank()) {
            forms.add(FieldError.invalid(at, fieldPath, "fieldPath must be non-empty if specified"));
        }
        if (hasLineBreak(fieldPath)) {
            forms.add(FieldError.invalid(at, fieldPath, "fieldPath must not contain line breaks"));
        }
        if (RulePath.normalized(fieldPath, here).isEmpty()) {
            forms.add(FieldError.invalid(at, fieldPath, "fieldPath must be a valid path"));
        }
    }

    private void visit(ObjectValue written, ObjectValue here, DeclaredType type, Place place) {
        if (!RuleNode.hasRules(written)) {
            return;
        }
        ObjectValue properties = written.object("properties");
        boolean granular = !here.string("x-kubernetes-map-type").equals("atomic");
        for (String name : properties.names()) {
            ObjectValue actual = here.object("properties").object(name);
            FieldPath inner = place.path.child("properties").key(name);
            Place below = granular ? place.part(inner) : place.repeated(inner, OptionalLong.of(1), false);
            Optional.ofNullable(type.fields().get(name))
                    .or(() -> SchemaTypes.ofPart(actual))
                    .ifPresent(field -> visit(properties.object(name), actual, field, below));
        }
        repeated(
                written,
                here,
                "items",
                "maxItems",
                type,
                place,
                here.string("x-kubernetes-list-type").equals("map"));
        repeated(written, here, "additionalProperties", "maxProperties", type, place, granular);
        List<ObjectValue> allOf = written.list("allOf").objects();
        for (int i = 0; i < allOf.size(); i++) {
            visit(allOf.get(i), here, type, place.part(place.path.child("allOf").index(i)));
        }
        List<ObjectValue> rules = written.list(RULES).objects();
        for (int i = 0; i < rules.size(); i++) {
            check(
                    Rule.compile(rules.get(i), type, here),
                    type,
                    place,
                    place.path.child(RULES).index(i));
        }
    }

    private void repeated(
            ObjectValue written,
            ObjectValue here,
            String part,
            String bound,
            DeclaredType type,
            Place place,
            boolean correlated) {
        if (written.valueOrNull(part) instanceof ObjectValue rules
                && here.valueOrNull(part) instanceof ObjectValue actual
                && type.element().isPresent()) {
            OptionalLong most =
                    here.has(bound) ? OptionalLong.of(Math.max(0, here.integer(bound))) : OptionalLong.empty();
            visit(rules, actual, type.element().get(), place.repeated(place.path.child(part), most, correlated));
        }
    }

    private void check(Rule rule, DeclaredType type, Place place, FieldPath at) {
        long occurs = place.occurs.orElse(DeclaredType.LARGEST_REQUEST / (type.smallest() + 1));
        String text = rule.source().string("rule");
        FieldPath ruleAt = at.child("rule");
        price(ruleAt, "estimated rule cost", multiply(rule.estimate(), occurs));
        if (!rule.fault().isEmpty()) {
            errors.add(invalid(ruleAt, rule.source(), rule.fault()));
        }
        FieldPath messageAt = at.child("messageExpression");
        if (!rule.messageFault().isEmpty()) {
            errors.add(invalid(messageAt, rule.source(), rule.messageFault()));
        }
        // The reference counts the making of a message once, however often its place can occur.
        rule.messageEstimate().ifPresent(cost -> price(messageAt, "estimated messageExpression cost", cost));
        if (rule.usesOldSelf()) {
            if (place.uncorrelated != null) {
                errors.add(FieldError.invalid(
                        ruleAt,
                        text,
                        "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                                + place.uncorrelated));
            }
        } else if (rule.program() != null && rule.source().has("optionalOldSelf")) {
            Value given = rule.source().valueOrNull("optionalOldSelf");
            errors.add(FieldError.invalid(
                    at.child("optionalOldSelf"), given, "may not be set if oldSelf is not used in rule"));
        }
    }

    /** The reference prints the rule as it holds it: all of its fields, in its order, under the names they have within. */
    private static FieldError invalid(FieldPath at, ObjectValue rule, String why) {
        String shown =
                "{\"Rule\":%s,\"Message\":%s,\"MessageExpression\":%s,\"Reason\":%s,\"FieldPath\":%s,\"OptionalOldSelf\":%s}"
                        .formatted(
                                text(rule, "rule"),
                                text(rule, "message"),
                                text(rule, "messageExpression"),
                                Json.text(rule.valueOrNull("reason")),
                                text(rule, "fieldPath"),
                                Json.text(rule.valueOrNull("optionalOldSelf")));
        return new FieldError(FieldError.Type.INVALID, at.toString(), shown, why);
    }

    private static String text(ObjectValue rule, String field) {
        return Json.text(Value.of(rule.string(field)));
    }

    private void price(FieldPath at, String what, long cost) {
        if (cost > RULE_LIMIT && !known) {
            errors.add(FieldError.forbidden(at, exceeds(what, cost, RULE_LIMIT)));
        }
        total = cost > Long.MAX_VALUE - total ? Long.MAX_VALUE : total + cost;
        if (cost >= SCHEMA_LIMIT / 100) {
            costs.add(new Cost(at, cost));
        }
    }
}
