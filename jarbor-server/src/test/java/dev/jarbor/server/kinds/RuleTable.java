package dev.jarbor.server.kinds;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.features.FeatureGates;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.Strategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A table of rules as text: objects, what is changed in them, and what the server says to that.
 *
 * <pre>
 * resource pods            the kind whose rules are asked
 * object                   the object that all following cases start from, as indented YAML
 *   spec: …
 * create TITLE             a new object is checked
 * update TITLE             a change of an object that exists already
 * status TITLE             a change of its status
 * part SUBRESOURCE TITLE   a change through a subresource
 * defaults TITLE           what is filled in
 * warnings TITLE           what is only warned of
 *   was spec.a = 1         sets a field before the object is created (null takes it out)
 *   spec.a = 1             sets a field in the object, or in the changed one
 *   &gt; spec.a: Invalid …    one expected message, in this order; none: it is accepted
 *   = spec.a: 1            one expected field (only with defaults)
 * </pre>
 */
final class RuleTable {
    /** The time of which rules are told that ask for it. */
    static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    private static final Registry.Rules RULES = BuiltInKinds.rules(() -> NOW, FeatureGates.DEFAULT);

    /** One line of what the table asks and what the server says to it. */
    record Case(String title, List<String> expected, List<String> actual) {}

    private final List<Case> cases = new ArrayList<>();
    private Strategy strategy = Strategy.PLAIN;
    private ObjectValue base = ObjectValue.EMPTY;

    private RuleTable() {}

    /** Reads the table {@code name} beside this class. */
    static List<Case> read(String name) {
        try (InputStream in = Objects.requireNonNull(RuleTable.class.getResourceAsStream(name), name)) {
            var table = new RuleTable();
            table.read(new String(in.readAllBytes(), UTF_8).lines().toList());
            return List.copyOf(table.cases);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void read(List<String> lines) {
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at++);
            int end = at;
            while (end < lines.size()
                    && (lines.get(end).isBlank() || lines.get(end).startsWith(" "))) {
                end++;
            }
            List<String> body = lines.subList(at, end);
            at = end;
            if (!line.isBlank() && !line.startsWith("#")) {
                block(line, body);
            }
        }
    }

    private void block(String head, List<String> body) {
        int space = head.indexOf(' ');
        String word = space < 0 ? head : head.substring(0, space);
        String rest = space < 0 ? "" : head.substring(space + 1);
        switch (word) {
            case "resource" ->
                strategy = Objects.requireNonNull(RULES.strategies().get(rest), rest);
            case "object" -> base = (ObjectValue) Yaml.parse(String.join("\n", body) + "\n");
            default -> cases.add(one(word, rest, body));
        }
    }

    private Case one(String word, String title, List<String> body) {
        ObjectValue before = base;
        var after = new ArrayList<String>();
        var expected = new ArrayList<String>();
        for (String line : body) {
            String text = line.strip();
            if (text.startsWith("> ") || text.startsWith("= ")) {
                expected.add(text.substring(2));
            } else if (text.startsWith("was ")) {
                before = set(before, text.substring(4));
            } else if (!text.isEmpty()) {
                after.add(text);
            }
        }
        return new Case(word + " " + title, expected, ask(word, title, before, after, expected));
    }

    private List<String> ask(
            String word, String title, ObjectValue start, List<String> changes, List<String> expected) {
        ObjectValue before = start;
        if (word.equals("create") || word.equals("warnings") || word.equals("defaults")) {
            for (String change : changes) {
                before = set(before, change);
            }
        }
        ObjectValue created = strategy.withDefaults(strategy.beforeCreate(strategy.withDefaults(before)));
        if (before.has("status")) {
            created = strategy.withDefaults(created.with("status", before.valueOrNull("status")));
        }
        ObjectValue changed = created;
        for (String change : changes) {
            changed = set(changed, change);
        }
        ObjectValue after = strategy.withDefaults(changed);
        ObjectValue old = created;
        return switch (word) {
            case "create" -> texts(strategy.validate(created));
            case "warnings" -> strategy.warnings(created);
            case "defaults" -> expected.stream().map(line -> shown(old, line)).toList();
            case "update" -> texts(strategy.validateReplacement(created, strategy.beforeUpdate(created, after)));
            case "status" -> texts(strategy.validateStatusUpdate(created, strategy.beforeStatusUpdate(created, after)));
            case "part" -> {
                String subresource = title.substring(0, title.indexOf(' '));
                yield texts(strategy.validatePartUpdate(
                        subresource, created, strategy.beforePartUpdate(subresource, created, after)));
            }
            default -> throw new IllegalArgumentException("no such word in a table of rules: " + word);
        };
    }

    /** The field that {@code line} names, as it is. */
    private static String shown(ObjectValue object, String line) {
        String path = line.substring(0, line.indexOf(": "));
        Value value = object;
        for (String step : steps(path)) {
            value = step.startsWith("[")
                    ? item((ListValue) value, Integer.parseInt(step.substring(1)))
                    : ((ObjectValue) value).valueOrNull(step);
        }
        return path + ": " + Json.text(value);
    }

    private static Value item(ListValue list, int index) {
        return index < list.size() ? list.get(index) : NullValue.NULL;
    }

    /** Newlines would not fit on a line: what follows one, a diff, is left out. */
    private static List<String> texts(List<FieldError> errors) {
        return errors.stream()
                .map(error -> error.toString().lines().findFirst().orElse(""))
                .toList();
    }

    private static ObjectValue set(ObjectValue object, String assignment) {
        int equals = assignment.indexOf(" = ");
        if (equals < 0) {
            throw new IllegalArgumentException("no assignment: " + assignment);
        }
        Value value = ((ObjectValue) Yaml.parse("v: " + assignment.substring(equals + 3) + "\n")).valueOrNull("v");
        return (ObjectValue) set(object, steps(assignment.substring(0, equals)), value);
    }

    private static Value set(Value owner, List<String> steps, Value value) {
        if (steps.isEmpty()) {
            return value;
        }
        String step = steps.getFirst();
        List<String> rest = steps.subList(1, steps.size());
        if (step.startsWith("[")) {
            ListValue list = owner instanceof ListValue given ? given : ListValue.EMPTY;
            int index = Integer.parseInt(step.substring(1));
            var items = new ArrayList<>(list.items());
            while (items.size() <= index) {
                items.add(ObjectValue.EMPTY);
            }
            Value next = set(items.get(index), rest, value);
            if (next instanceof NullValue) {
                items.remove(index);
            } else {
                items.set(index, next);
            }
            return ListValue.of(items);
        }
        ObjectValue object = owner instanceof ObjectValue given ? given : ObjectValue.EMPTY;
        Value next = set(object.valueOrNull(step), rest, value);
        return next instanceof NullValue ? object.without(step) : object.with(step, next);
    }

    /** {@code spec.containers[0].name} as steps; a step with dots in it stands in double quotes. */
    private static List<String> steps(String path) {
        var steps = new ArrayList<String>();
        var step = new StringBuilder();
        boolean quoted = false;
        for (char c : (path + ".").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '.' || c == '[' || c == ']')) {
                if (!step.isEmpty() && !(step.length() == 1 && step.charAt(0) == '[')) {
                    steps.add(step.toString());
                }
                step.setLength(0);
                if (c == '[') {
                    step.append('[');
                }
            } else {
                step.append(c);
            }
        }
        return steps;
    }
}
