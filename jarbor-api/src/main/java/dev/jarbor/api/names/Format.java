package dev.jarbor.api.names;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One format that text may have to follow: an expression, a longest length, and the sentence the reference says about
 * text that does not follow it. Where the expression nests repetitions it is only shown, and a {@link Words} check does
 * the matching: the input may be megabytes long, and Java's matcher would recurse over it.
 */
final class Format {
    private final String expression;
    private final Predicate<String> shape;
    private final int longest;
    private final String lengthUnit;
    private final String sentence;
    private final List<String> examples;

    private Format(
            String expression,
            Predicate<String> shape,
            int longest,
            String lengthUnit,
            String sentence,
            List<String> examples) {
        this.expression = expression;
        this.shape = shape;
        this.longest = longest;
        this.lengthUnit = lengthUnit;
        this.sentence = sentence;
        this.examples = examples;
    }

    static Format of(String expression, String sentence, String... examples) {
        return of(expression, Pattern.compile(expression).asMatchPredicate(), sentence, examples);
    }

    static Format of(String expression, Predicate<String> shape, String sentence, String... examples) {
        return new Format(expression, shape, Integer.MAX_VALUE, "characters", sentence, List.of(examples));
    }

    /** The same format, for text of at most {@code bytes} bytes; the reference counts them in {@code unit}. */
    Format atMost(int bytes, String unit) {
        return new Format(expression, shape, bytes, unit, sentence, examples);
    }

    boolean matches(String text) {
        return shape.test(text);
    }

    /** What is wrong with {@code text}, too long before ill-formed; empty where nothing is. */
    List<String> problems(String text) {
        var problems = new ArrayList<String>(2);
        lengthProblem(text).ifPresent(problems::add);
        if (!matches(text)) {
            problems.add(mismatch());
        }
        return List.copyOf(problems);
    }

    Optional<String> lengthProblem(String text) {
        return Utf8.length(text) > longest
                ? Optional.of("must be no more than " + longest + " " + lengthUnit)
                : Optional.empty();
    }

    /** {@code a … must consist of … (e.g. 'x',  or 'y', regex used for validation is '…')}. */
    String mismatch() {
        if (examples.isEmpty()) {
            return sentence + " (regex used for validation is '" + expression + "')";
        }
        var quoted = examples.stream().map(example -> "'" + example + "', ").toList();
        return sentence + " (e.g. " + String.join(" or ", quoted) + "regex used for validation is '" + expression
                + "')";
    }
}
