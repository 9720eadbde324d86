package dev.jarbor.cel.program;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.jarbor.cel.type.DeclaredType;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Meter;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An expression that can be evaluated, again and again and by several threads at once. */
public final class Program {
    /** The most that one evaluation may cost. */
    public static final long CALL_LIMIT = 1_000_000;

    private final CelAbstractSyntaxTree tree;
    private final Step plan;
    private final int slots;
    private final Set<String> variables;

    Program(CelAbstractSyntaxTree tree, Set<String> declared) {
        var used = new TreeSet<String>();
        var planner = new Planner(tree, declared::contains, used);
        this.tree = tree;
        plan = planner.plan();
        slots = planner.slots();
        variables = Collections.unmodifiableSet(used);
    }

    /**
     * The expression's value, in the form of {@link dev.jarbor.cel.value.Values}.
     *
     * @param meter stops it where it costs too much, with {@link dev.jarbor.cel.value.CostExceeded}
     * @throws CelException where it has no value
     */
    public Object evaluate(Variables values, Meter meter) {
        try {
            Object result = plan.evaluate(new Frame(values, meter, slots));
            if (result instanceof Step.Failure(CelException cause)) {
                throw cause;
            }
            return result;
        } catch (StackOverflowError e) {
            throw new CelException("the expression is nested too deeply");
        }
    }

    /** The type of its values as the checker prints it: {@code bool}, {@code list(string)}, {@code dyn}. */
    public String resultType() {
        return CelNames.of(tree.getResultType());
    }

    /** Its type for expressions that refer to it. */
    public DeclaredType declaredType() {
        return CelNames.declared(tree.getResultType());
    }

    /** The names of the variables in it. */
    public Set<String> variables() {
        return variables;
    }

    /** The fields of variables in it, such as {@code claims.email}. */
    public Set<String> selections() {
        return Selections.in(tree.getExpr());
    }

    /**
     * The most that an evaluation can cost, from the sizes that the types of {@code variables} allow (cel-go,
     * checker/cost).
     */
    public long estimate(Map<String, DeclaredType> types) {
        return new Estimator(tree, types).most();
    }
}
