package dev.jarbor.api.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A field selector: terms that fields of an object have to meet together, such as
 * {@code metadata.name=x,status.phase!=Running}. Which fields a kind can be selected by is the server's business.
 *
 * @param terms what it asks, in the order of their text
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/">Field selectors</a>
 */
public record FieldSelector(List<Term> terms) {
    private static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    public FieldSelector {
        terms = List.copyOf(terms);
    }

    /**
     * What is asked of one field.
     *
     * @param field the field's path
     * @param negated whether the value is the one that it must not have
     * @param value the value, unescaped
     */
    public record Term(String field, boolean negated, String value) {
        /** The form in which the parser reads it back. */
        @Override
        public String toString() {
            return field + (negated ? "!=" : "=") + escape(value);
        }
    }

    /** Matches every object. */
    public static FieldSelector everything() {
        return EVERYTHING;
    }

    /** Asks that {@code field} be {@code value}. */
    public static FieldSelector equal(String field, String value) {
        return new FieldSelector(List.of(new Term(field, false, value)));
    }

    /**
     * Parses the form of the {@code fieldSelector} query parameter.
     *
     * @throws InvalidSelectorException in the reference's words
     */
    public static FieldSelector parse(String text) {
        if (text.isEmpty()) {
            return EVERYTHING;
        }
        return new FieldSelector(split(text).stream()
                .filter(term -> !term.isEmpty())
                .sorted()
                .map(term -> term(term, text))
                .toList());
    }

    /** Whether an object matches whose field values, "" where absent, {@code valueOf} tells. */
    public boolean matches(Function<String, String> valueOf) {
        for (Term term : terms) {
            if (valueOf.apply(term.field()).equals(term.value()) == term.negated()) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        return terms.isEmpty();
    }

    /** The value that {@code field} must have, where the selector asks for one: what an index can look up. */
    public Optional<String> exactValue(String field) {
        return terms.stream()
                .filter(term -> !term.negated() && term.field().equals(field))
                .map(Term::value)
                .findFirst();
    }

    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(","));
    }

    /** {@code value} with backslashes before what would otherwise end it. */
    public static String escape(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    }

    /** At the commas that no backslash precedes; escapes stay as they are. */
    private static List<String> split(String text) {
        var parts = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ',') {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    /** The first operator divides the term; no field's path has one. */
    private static Term term(String term, String selector) {
        for (int i = 0; i < term.length(); i++) {
            for (String operator : List.of("!=", "==", "=")) {
                if (term.startsWith(operator, i)) {
                    return new Term(
                            term.substring(0, i),
                            operator.equals("!="),
                            unescape(term.substring(i + operator.length())));
                }
            }
        }
        throw new InvalidSelectorException("invalid selector: '" + selector + "'; can't understand '" + term + "'");
    }

    private static String unescape(String value) {
        var plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',' || c == '=') {
                throw new InvalidSelectorException("invalid field selector: unescaped character in value: " + (int) c);
            }
            if (c == '\\') {
                i++;
                if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
                    String sequence = value.substring(i - 1, Math.min(i + 1, value.length()));
                    throw new InvalidSelectorException("invalid field selector: invalid escape sequence: " + sequence);
                }
            }
            plain.append(value.charAt(i));
        }
        return plain.toString();
    }
}
