package dev.jarbor.api.select;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads label selectors:
 *
 * <pre>
 * selector    = [ requirement { "," requirement } ]
 * requirement = "!" key | key [ operator ]
 * operator    = ( "=" | "==" | "!=" | ">" | "<" ) [ word ] | ( "in" | "notin" ) "(" [ word ] { "," [ word ] } ")"
 * </pre>
 *
 * An empty word is a value like any other, so {@code a in (,b)} asks for "" or "b".
 */
final class SelectorParser {
    private static final String OPERATORS = Arrays.stream(Operator.values())
            .filter(operator -> operator != Operator.EXISTS && operator != Operator.DOES_NOT_EXIST)
            .map(Operator::text)
            .collect(Collectors.joining(", "));

    private final List<SelectorToken> tokens;
    private int next;

    SelectorParser(String text) {
        tokens = SelectorToken.tokens(text);
    }

    List<Requirement> requirements() {
        var requirements = new ArrayList<Requirement>();
        if (peek().type() == SelectorToken.Type.END) {
            return requirements;
        }
        if (!startsRequirement()) {
            throw expected("!, identifier, or 'end of string'");
        }
        while (true) {
            requirements.add(wrappedRequirement());
            SelectorToken separator = peek();
            if (separator.type() == SelectorToken.Type.END) {
                return requirements;
            }
            if (separator.type() != SelectorToken.Type.COMMA) {
                throw expected("',' or 'end of string'");
            }
            next++;
            if (!startsRequirement()) {
                throw expected("identifier after ','");
            }
        }
    }

    private boolean startsRequirement() {
        return peek().type() == SelectorToken.Type.WORD || peek().type() == SelectorToken.Type.NOT;
    }

    private Requirement wrappedRequirement() {
        try {
            return requirement();
        } catch (InvalidSelectorException fault) {
            var wrapped = new InvalidSelectorException("unable to parse requirement: " + fault.getMessage());
            wrapped.initCause(fault);
            throw wrapped;
        }
    }

    private Requirement requirement() {
        boolean negated = peek().type() == SelectorToken.Type.NOT;
        if (negated) {
            next++;
        }
        String key = key();
        if (negated) {
            return Requirement.checked(key, Operator.DOES_NOT_EXIST, List.of());
        }
        if (peek().type() == SelectorToken.Type.END || peek().type() == SelectorToken.Type.COMMA) {
            return Requirement.checked(key, Operator.EXISTS, List.of());
        }
        Operator operator = operator();
        boolean takesSet = operator == Operator.IN || operator == Operator.NOT_IN;
        return Requirement.checked(key, operator, takesSet ? set() : List.of(word()));
    }

    private String key() {
        if (peek().type() != SelectorToken.Type.WORD) {
            throw expected("identifier");
        }
        String key = take().text();
        var errors = new ArrayList<FieldError>(1);
        Requirement.checkKey(key, FieldPath.NONE, errors);
        if (!errors.isEmpty()) {
            throw new InvalidSelectorException(errors.getFirst().toString());
        }
        return key;
    }

    private Operator operator() {
        Operator operator = switch (tokens.get(next).type()) {
            case IN -> Operator.IN;
            case NOT_IN -> Operator.NOT_IN;
            case EQUALS -> Operator.EQUALS;
            case DOUBLE_EQUALS -> Operator.DOUBLE_EQUALS;
            case NOT_EQUALS -> Operator.NOT_EQUALS;
            case GREATER -> Operator.GREATER_THAN;
            case LESS -> Operator.LESS_THAN;
            case WORD, NOT, COMMA, OPEN, CLOSE, END -> throw expected(OPERATORS);
        };
        next++;
        return operator;
    }

    private String word() {
        return switch (peek().type()) {
            case END, COMMA -> "";
            case WORD -> take().text();
            default -> throw expected("identifier");
        };
    }

    private List<String> set() {
        if (peek().type() != SelectorToken.Type.OPEN) {
            throw new InvalidSelectorException("found '" + peek().text() + "' expected: '('");
        }
        next++;
        var values = new TreeSet<String>();
        switch (peek().type()) {
            case WORD, COMMA -> items(values);
            case CLOSE -> values.add("");
            default -> throw expected("',', ')' or identifier");
        }
        next++;
        return List.copyOf(values);
    }

    /** Up to, and not with, the closing parenthesis. A comma with nothing before it or after it stands next to "". */
    private void items(Set<String> values) {
        boolean wordBefore = false;
        while (true) {
            switch (peek().type()) {
                case WORD -> {
                    if (wordBefore) {
                        throw expected("',' or ')'");
                    }
                    values.add(take().text());
                    wordBefore = true;
                }
                case COMMA -> {
                    next++;
                    if (!wordBefore || peek().type() == SelectorToken.Type.CLOSE) {
                        values.add("");
                    }
                    wordBefore = false;
                }
                case CLOSE -> {
                    return;
                }
                default -> throw expected(wordBefore ? "',' or ')'" : "',', or identifier");
            }
        }
    }

    private SelectorToken peek() {
        return tokens.get(next).asWord();
    }

    private SelectorToken take() {
        return tokens.get(next++).asWord();
    }

    private InvalidSelectorException expected(String what) {
        return new InvalidSelectorException("found '" + peek().text() + "', expected: " + what);
    }
}
