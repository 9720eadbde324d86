package dev.jarbor.cel.rules;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.type.DeclaredType;
import dev.jarbor.cel.type.SchemaTypes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One place of a schema with the rules there and below. Places without rules anywhere below them are left out.
 *
 * @param schema the place's schema: its type, and how its items are told apart
 * @param type how rules see values here
 */
record RuleNode(
        ObjectValue schema,
        DeclaredType type,
        List<Rule> rules,
        @Nullable RuleNode items,
        Map<String, RuleNode> properties,
        @Nullable RuleNode additional,
        List<RuleNode> allOf) {

    private static final String RULES = "x-kubernetes-validations";

    /** The rules of {@code schema}; empty where it has none. */
    static Optional<RuleNode> of(ObjectValue schema, boolean root) {
        if (!hasRules(schema)) {
            return Optional.empty();
        }
        return SchemaTypes.of(schema, root).flatMap(type -> of(schema, schema, type));
    }

    /** Whether there is a rule anywhere in {@code schema}. */
    static boolean hasRules(ObjectValue schema) {
        return !schema.list(RULES).isEmpty()
                || hasRules(schema, "items")
                || hasRules(schema, "additionalProperties")
                || anyHasRules(schema.object("properties"))
                || schema.list("allOf").objects().stream().anyMatch(RuleNode::hasRules);
    }

    private static boolean hasRules(ObjectValue schema, String part) {
        return schema.valueOrNull(part) instanceof ObjectValue below && hasRules(below);
    }

    private static boolean anyHasRules(ObjectValue properties) {
        return properties.names().stream().anyMatch(name -> hasRules(properties, name));
    }

    /** @param rules where the rules are written: the schema itself, or one of its {@code allOf} */
    private static Optional<RuleNode> of(ObjectValue rules, ObjectValue schema, DeclaredType type) {
        if (!hasRules(rules)) {
            return Optional.empty();
        }
        var compiled = new ArrayList<Rule>();
        for (ObjectValue rule : rules.list(RULES).objects()) {
            compiled.add(Rule.compile(rule, type, schema));
        }
        RuleNode items = part(rules, schema, "items", type.element()).orElse(null);
        RuleNode additional =
                part(rules, schema, "additionalProperties", type.element()).orElse(null);
        var properties = new TreeMap<String, RuleNode>();
        ObjectValue written = rules.object("properties");
        ObjectValue actual = schema.object("properties");
        for (String name : written.names()) {
            Optional<DeclaredType> field =
                    Optional.ofNullable(type.fields().get(name)).or(() -> SchemaTypes.ofPart(actual.object(name)));
            part(written, actual, name, field).ifPresent(node -> properties.put(name, node));
        }
        var allOf = new ArrayList<RuleNode>();
        for (ObjectValue one :
                rules.valueOrNull("allOf") instanceof ListValue list ? list.objects() : List.<ObjectValue>of()) {
            of(one, schema, type).ifPresent(allOf::add);
        }
        return Optional.of(new RuleNode(
                schema,
                type,
                List.copyOf(compiled),
                items,
                Collections.unmodifiableMap(properties),
                additional,
                List.copyOf(allOf)));
    }

    private static Optional<RuleNode> part(
            ObjectValue rules, ObjectValue schema, String name, Optional<DeclaredType> type) {
        if (type.isPresent()
                && rules.valueOrNull(name) instanceof ObjectValue written
                && schema.valueOrNull(name) instanceof ObjectValue actual) {
            return of(written, actual, type.get());
        }
        return Optional.empty();
    }
}
