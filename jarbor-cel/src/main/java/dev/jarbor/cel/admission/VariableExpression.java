package dev.jarbor.cel.admission;

import dev.jarbor.api.value.ObjectValue;
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
import java.util.Map;

/** An expression about one object, in the server's own configuration: {@code claims}, {@code user} or {@code request}. */
public final class VariableExpression {
    private final String text;
    private final String variable;
    private final DeclaredType type;
    private final Program program;

    private VariableExpression(String text, String variable, DeclaredType type, Program program) {
        this.text = text;
        this.variable = variable;
        this.type = type;
        this.program = program;
    }

    /** An expression has no value for what it is asked about; the message says why. */
    public static final class NoValueException extends Exception {
        private static final long serialVersionUID = 1;

        NoValueException(String message, Throwable cause) {
            super(message, cause);
        }

        /** Why, in one line. */
        public String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** @throws IllegalArgumentException when it does not compile, in the reference's words */
    public static VariableExpression of(String text, String variable, DeclaredType type) {
        return switch (Environment.of(Map.of(variable, type)).compile(text)) {
            case Compilation.Refused(String why) -> throw new IllegalArgumentException("compilation failed: " + why);
            case Compilation.Compiled(Program program) -> new VariableExpression(text, variable, type, program);
        };
    }

    /** The same, where it must come to true or false. */
    public static VariableExpression condition(String text, String variable, DeclaredType type) {
        VariableExpression expression = of(text, variable, type);
        if (!expression.program.resultType().equals("bool")) {
            throw new IllegalArgumentException("must evaluate to bool");
        }
        return expression;
    }

    public String text() {
        return text;
    }

    /** Whether it speaks of that field of its variable. */
    public boolean uses(String field) {
        return program.selections().contains(variable + "." + field);
    }

    /** What it comes to. */
    public Value evaluate(ObjectValue about) throws NoValueException {
        try {
            Object result = program.evaluate(
                    Variables.of(Map.of(variable, Values.of(about, type))), new Meter(Program.CALL_LIMIT));
            return Values.toValue(result);
        } catch (CelException | CostExceeded failed) {
            throw new NoValueException("expression '" + text + "' resulted in error: " + failed.getMessage(), failed);
        }
    }
}
