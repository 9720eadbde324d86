package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.program.Compilation;
import dev.jarbor.cel.program.Environment;
import dev.jarbor.cel.program.Program;
import dev.jarbor.cel.program.Variables;
import dev.jarbor.cel.type.DeclaredType;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.CostExceeded;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.Values;
import dev.jarbor.server.expressions.RequestTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An expression about a token's {@code claims}, or about the {@code user} that they name. */
final class ClaimExpression {
    private static final String CLAIMS = "claims";
    private static final String USER = "user";

    private final String text;
    private final String variable;
    private final Program program;

    private ClaimExpression(String text, String variable, Program program) {
        this.text = text;
        this.variable = variable;
        this.program = program;
    }

    /** @throws IllegalArgumentException when it does not compile, in the reference's words */
    static ClaimExpression value(String text) {
        return compile(text, CLAIMS, DeclaredType.map(DeclaredType.DYN), false);
    }

    /** The same, where it must come to true or false. */
    static ClaimExpression condition(String text) {
        return compile(text, CLAIMS, DeclaredType.map(DeclaredType.DYN), true);
    }

    /** The same about the user. */
    static ClaimExpression userCondition(String text) {
        return compile(text, USER, RequestTypes.USER, true);
    }

    private static ClaimExpression compile(String text, String variable, DeclaredType type, boolean condition) {
        return switch (Environment.of(Map.of(variable, type)).compile(text)) {
            case Compilation.Refused(String why) -> throw new IllegalArgumentException("compilation failed: " + why);
            case Compilation.Compiled(Program program) -> {
                if (condition && !program.resultType().equals("bool")) {
                    throw new IllegalArgumentException("must evaluate to bool");
                }
                yield new ClaimExpression(text, variable, program);
            }
        };
    }

    String text() {
        return text;
    }

    /** Whether it speaks of that claim. */
    boolean uses(String claim) {
        return program.selections().contains(CLAIMS + "." + claim);
    }

    /** What it comes to for these claims, or this user. */
    Value evaluate(ObjectValue about) throws RefusedTokenException {
        DeclaredType type = variable.equals(USER) ? RequestTypes.USER : DeclaredType.DYN;
        try {
            Object result = program.evaluate(
                    Variables.of(Map.of(variable, Values.of(about, type))), new Meter(Program.CALL_LIMIT));
            return Values.toValue(result);
        } catch (CelException | CostExceeded failed) {
            throw new RefusedTokenException(
                    "expression '" + text + "' resulted in error: " + failed.getMessage(), failed);
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
                    if (!(item instanceof StringValue(String textOf))) {
                        throw notTexts();
                    }
                    if (!textOf.isEmpty()) {
                        texts.add(textOf);
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
