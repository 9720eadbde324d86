package dev.jarbor.api.names;

import java.util.ArrayList;
import java.util.List;

/**
 * The checks on label keys (which annotations, taints, finalizers and resource names share) and label values. Each
 * answers what is wrong in the reference's words, or nothing.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels and Selectors</a>
 */
public final class Labels {
    private static final String KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    private static final Words WORD =
            new Words(Words.LETTER_OR_DIGIT, Words.LETTER_OR_DIGIT.or(c -> c == '-' || c == '_' || c == '.'));

    private static final Format PREFIX = Names.DNS_SUBDOMAIN.atMost(Names.SUBDOMAIN_LENGTH, "bytes");
    private static final Format NAME = Format.of(
                    KEY,
                    WORD::matches,
                    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                            + " alphanumeric character",
                    "MyName",
                    "my.name",
                    "123-abc")
            .atMost(Names.LABEL_LENGTH, "bytes");
    private static final Format VALUE = Format.of(
                    "(" + KEY + ")?",
                    text -> text.isEmpty() || WORD.matches(text),
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and"
                            + " must start and end with an alphanumeric character",
                    "MyValue",
                    "my_value",
                    "12345")
            .atMost(Names.LABEL_LENGTH, "bytes");

    private Labels() {}

    /** A label's key, also called a qualified name: {@code name} or {@code dns.subdomain/name}. */
    public static List<String> key(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length > 2) {
            return List.of("a valid label key " + NAME.mismatch()
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        var problems = new ArrayList<String>();
        if (parts.length == 2) {
            problems.addAll(prefix(parts[0]));
        }
        String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            problems.add("name part must be non-empty");
        }
        NAME.problems(name).forEach(problem -> problems.add("name part " + problem));
        return List.copyOf(problems);
    }

    public static List<String> value(String text) {
        return VALUE.problems(text);
    }

    private static List<String> prefix(String text) {
        return text.isEmpty()
                ? List.of("prefix part must be non-empty")
                : PREFIX.problems(text).stream()
                        .map(problem -> "prefix part " + problem)
                        .toList();
    }
}
