package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.admission.RequestTypes;
import dev.jarbor.cel.admission.VariableExpression;
import dev.jarbor.cel.type.DeclaredType;
import java.util.ArrayList;
import java.util.List;

/** An expression about a token's {@code claims}, or about the {@code user} that they name. */
record ClaimExpression(VariableExpression expression) {
    private static final DeclaredType CLAIMS = DeclaredType.map(DeclaredType.DYN);

    /** @throws IllegalArgumentException when it does not compile, in the reference's words */
    static ClaimExpression value(String text) {
        return new ClaimExpression(VariableExpression.of(text, "claims", CLAIMS));
    }

    /** The same, where it must come to true or false. */
    static ClaimExpression condition(String text) {
        return new ClaimExpression(VariableExpression.condition(text, "claims", CLAIMS));
    }

    /** The same about the user. */
    static ClaimExpression userCondition(String text) {
        return new ClaimExpression(VariableExpression.condition(text, "user", RequestTypes.USER));
    }

    String text() {
        return expression.text();
    }

    /** Whether it speaks of that claim. */
    boolean uses(String claim) {
        return expression.uses(claim);
    }

    /** What it comes to for these claims, or this user. */
    Value evaluate(ObjectValue about) throws RefusedTokenException {
        try {
            return expression.evaluate(about);
        } catch (VariableExpression.NoValueException none) {
            throw new RefusedTokenException(none.reason(), none);
        }
    }

    /** The texts that it comes to: one or many; empty ones are none. */
    List<String> texts(ObjectValue about) throws RefusedTokenException {
        return switch (evaluate(about)) {
            case NullValue ignored -> List.of();
            case StringValue(String one) -> one.isEmpty() ? List.of() : List.of(one);
            case ListValue many -> {
                var texts = new ArrayList<String>();
                for (Value item : many) {
                    if (!(item instanceof StringValue(String text))) {
                        throw notTexts();
                    }
                    if (!text.isEmpty()) {
                        texts.add(text);
                    }
                }
                yield texts;
            }
            default -> throw notTexts();
        };
    }

    private static RefusedTokenException notTexts() {
        return new RefusedTokenException("expression must return a string or a list of strings");
    }
}
