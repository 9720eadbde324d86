package dev.jarbor.cel.program;

import dev.jarbor.api.value.Value;
import dev.jarbor.cel.type.DeclaredType;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.CostExceeded;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.Values;
import java.util.Map;

/** Compiles and evaluates whatever it is given: where fuzzing of expressions starts. */
public final class ExpressionRuns {
    private static final Environment ENVIRONMENT = Environment.of(Map.of("self", DeclaredType.DYN));
    private static final long LIMIT = 100_000;

    private ExpressionRuns() {}

    /** How it ended; anything but these endings is a fault of the evaluator. */
    public enum Ending {
        REFUSED,
        VALUE,
        NO_VALUE,
        TOO_EXPENSIVE
    }

    /** @param self what the expression may look at */
    public static Ending run(String expression, Value self) {
        if (!(ENVIRONMENT.compile(expression) instanceof Compilation.Compiled(Program program))) {
            return Ending.REFUSED;
        }
        if (program.estimate(ENVIRONMENT.variables()) < 0) {
            throw new AssertionError("a negative estimate of " + expression);
        }
        try {
            program.evaluate(Variables.of(Map.of("self", Values.of(self))), new Meter(LIMIT));
            return Ending.VALUE;
        } catch (CelException e) {
            return Ending.NO_VALUE;
        } catch (CostExceeded e) {
            return Ending.TOO_EXPENSIVE;
        }
    }
}
