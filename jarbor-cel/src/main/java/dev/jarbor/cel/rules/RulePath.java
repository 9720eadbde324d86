package dev.jarbor.cel.rules;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.Optional;

/**
 * The {@code fieldPath} of a rule: fields as {@code .name} or {@code ['name']}, entries of maps as {@code ['key']}.
 */
final class RulePath {
    private final String text;
    private int at;

    private RulePath(String text) {
        this.text = text;
    }

    /** The path as errors print it; empty where it does not lead to a field of {@code schema}. */
    static Optional<String> normalized(String text, ObjectValue schema) {
        return text.isEmpty() ? Optional.of("") : new RulePath(text).walk(schema);
    }

    private Optional<String> walk(ObjectValue schema) {
        FieldPath path = FieldPath.NONE;
        ObjectValue here = schema;
        while (at < text.length()) {
            char sign = text.charAt(at++);
            Optional<String> step = sign == '.' ? bare() : sign == '[' ? quoted() : Optional.empty();
            if (step.isEmpty()) {
                return Optional.empty();
            }
            String name = step.get();
            if (here.has("properties")) {
                ObjectValue properties = here.object("properties");
                if (!properties.has(name)) {
                    return Optional.empty();
                }
                path = path.child(name);
                here = properties.object(name);
            } else if (here.valueOrNull("additionalProperties") instanceof ObjectValue additional) {
                path = path.key(name);
                here = additional;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(path.toString());
    }

    private Optional<String> bare() {
        int start = at;
        while (at < text.length() && ".[]".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at == start ? Optional.empty() : Optional.of(text.substring(start, at));
    }

    private Optional<String> quoted() {
        if (at >= text.length() || text.charAt(at++) != '\'') {
            return Optional.empty();
        }
        var name = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '\'') {
            char sign = text.charAt(at++);
            if (sign != '\\') {
                name.append(sign);
            } else if (at >= text.length()) {
                return Optional.empty();
            } else {
                int escape = "abfnrtv'\\".indexOf(text.charAt(at++));
                if (escape < 0) {
                    return Optional.empty();
                }
                name.append("\u0007\b\f\n\r\t\u000b'\\".charAt(escape));
            }
        }
        boolean closed = text.startsWith("']", at);
        at += 2;
        return closed ? Optional.of(name.toString()) : Optional.empty();
    }
}
