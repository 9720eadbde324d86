package dev.jarbor.server.admission.policy;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.cel.admission.Expression;
import dev.jarbor.cel.program.Program;
import dev.jarbor.cel.program.Variables;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.CostExceeded;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.Struct;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Evaluates the expressions of one policy for one request and one param. What the policy calls {@code variables} is
 * evaluated when it is first asked for, and once. All of it is paid from a budget.
 */
final class Evaluation {
    /** The most that all expressions of a policy may cost for one request. */
    static final long BUDGET = 10_000_000;

    /** The same for match conditions. */
    static final long CONDITIONS_BUDGET = BUDGET / 4;

    private static final String OUT_OF_BUDGET =
            "validation failed due to running out of cost budget, no further validation rules will be run";

    private final Map<String, Object> values;
    private long budget;

    /** What an expression came to: its value, or why it has none. */
    sealed interface Result {
        record Is(Object value) implements Result {}

        record Failed(String why) implements Result {}
    }

    /** There is nothing left to pay with; no further expression is evaluated. */
    static final class OutOfBudget extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfBudget() {
            super(OUT_OF_BUDGET, null, false, false);
        }
    }

    /** @param view of the request; where there are params, with those */
    Evaluation(Map<String, Object> view, Map<String, Expression> definitions, long budget) {
        this.budget = budget;
        this.values = new TreeMap<>(view);
        if (!definitions.isEmpty()) {
            values.put("variables", new Lazy(definitions));
        }
    }

    /** @throws OutOfBudget when it costs more than is left */
    Result evaluate(Expression expression) {
        Program program = expression.program();
        if (program == null) {
            return new Result.Failed("compilation error: " + expression.fault());
        }
        var meter = new Meter(Program.CALL_LIMIT);
        try {
            Object value = program.evaluate(Variables.of(values), meter);
            pay(meter.cost());
            return new Result.Is(value);
        } catch (CelException | CostExceeded e) {
            pay(meter.cost());
            return new Result.Failed("expression '" + expression.text() + "' resulted in error: " + e.getMessage());
        }
    }

    private void pay(long cost) {
        if (cost > budget) {
            throw new OutOfBudget();
        }
        budget -= cost;
    }

    long budget() {
        return budget;
    }

    /** What the policy calls {@code variables}. */
    private final class Lazy implements Struct {
        private final Map<String, Expression> definitions;
        private final Map<String, Object> found = new HashMap<>();
        private final Map<String, CelException> failed = new HashMap<>();

        Lazy(Map<String, Expression> definitions) {
            this.definitions = definitions;
        }

        @Override
        public String typeName() {
            return "kubernetes.variables";
        }

        @Override
        public Optional<Object> field(String name, Meter meter) {
            Expression definition = definitions.get(name);
            if (definition == null) {
                return Optional.empty();
            }
            CelException failure = failed.get(name);
            if (failure != null) {
                throw failure;
            }
            Object known = found.get(name);
            if (known == null) {
                known = evaluate(name, definition);
                found.put(name, known);
            }
            return Optional.of(known);
        }

        private Object evaluate(String name, Expression definition) {
            try {
                Program program = definition.program();
                if (program == null) {
                    throw new CelException(
                            "composited variable " + GoText.quote(name) + " fails to compile: " + definition.fault());
                }
                return value(name, program);
            } catch (CelException e) {
                failed.put(name, e);
                throw e;
            }
        }

        private Object value(String name, Program program) {
            var meter = new Meter(Program.CALL_LIMIT);
            try {
                return program.evaluate(Variables.of(values), meter);
            } catch (CelException | CostExceeded e) {
                throw new CelException(
                        "composited variable " + GoText.quote(name) + " fails to evaluate: " + e.getMessage());
            } finally {
                pay(meter.cost());
            }
        }
    }
}
