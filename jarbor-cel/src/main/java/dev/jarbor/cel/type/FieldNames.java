package dev.jarbor.cel.type;

import java.util.Optional;
import java.util.Set;

/**
 * Field names as expressions can write them: CEL's own words and characters that its identifiers do not have are escaped.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#escaping">Escaping</a>
 */
public final class FieldNames {
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private FieldNames() {}

    /** The identifier for the field {@code name}; empty where no identifier can stand for it. */
    public static Optional<String> escape(String name) {
        if (name.isEmpty() || isDigit(name.charAt(0))) {
            return Optional.empty();
        }
        if (RESERVED.contains(name)) {
            return Optional.of("__" + name + "__");
        }
        var escaped = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char next = name.charAt(i);
            if (next == '_' && i + 1 < name.length() && name.charAt(i + 1) == '_') {
                escaped.append("__underscores__");
                i++;
            } else if (next == '.') {
                escaped.append("__dot__");
            } else if (next == '-') {
                escaped.append("__dash__");
            } else if (next == '/') {
                escaped.append("__slash__");
            } else if (next == '_' || isDigit(next) || isLetter(next)) {
                escaped.append(next);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(escaped.toString());
    }

    /** The field that {@code identifier} stands for; an identifier that nothing escapes to stands for itself. */
    public static String unescape(String identifier) {
        if (identifier.indexOf("__") < 0) {
            return identifier;
        }
        if (identifier.startsWith("__") && identifier.endsWith("__") && identifier.length() > 4) {
            String word = identifier.substring(2, identifier.length() - 2);
            if (RESERVED.contains(word)) {
                return word;
            }
        }
        return identifier
                .replace("__dot__", ".")
                .replace("__dash__", "-")
                .replace("__slash__", "/")
                .replace("__underscores__", "__");
    }

    private static boolean isDigit(char sign) {
        return sign >= '0' && sign <= '9';
    }

    private static boolean isLetter(char sign) {
        return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
    }
}
