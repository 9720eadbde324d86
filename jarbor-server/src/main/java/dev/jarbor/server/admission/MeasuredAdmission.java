package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.store.Transaction;
import java.util.ArrayList;
import java.util.List;

/** Admission that says how long it took and whether it refused. */
public final class MeasuredAdmission implements Admission {
    private static final double NANOS = 1e9;

    private final Admission step;
    private final Runtime runtime;
    /** By operation, in the order of their declaration. */
    private final List<Outcomes> mutations;

    private final List<Outcomes> validations;

    /** Where it is counted that a step has let an object pass, and that it has not. */
    private record Outcomes(Histogram.Line passed, Histogram.Line rejected) {}

    /** Where it is counted. */
    public interface Lines {
        /** @param type {@code admit} or {@code validate} */
        Histogram.Line of(String type, Operation operation, boolean rejected);
    }

    public MeasuredAdmission(Admission step, Runtime runtime, Lines lines) {
        this.step = step;
        this.runtime = runtime;
        this.mutations = all(lines, Phase.MUTATE);
        this.validations = all(lines, Phase.VALIDATE);
    }

    private static List<Outcomes> all(Lines lines, Phase phase) {
        var all = new ArrayList<Outcomes>();
        for (Operation operation : Operation.values()) {
            var passed = lines.of(phase.type(), operation, false);
            var rejected = lines.of(phase.type(), operation, true);
            all.add(new Outcomes(passed, rejected));
        }
        return all;
    }

    @Override
    public ObjectValue mutate(Review review) {
        long begun = runtime.nanoTime();
        boolean rejected = true;
        try {
            ObjectValue done = step.mutate(review);
            rejected = false;
            return done;
        } finally {
            took(mutations, review, rejected, begun);
        }
    }

    @Override
    public void validate(Review review) {
        long begun = runtime.nanoTime();
        boolean rejected = true;
        try {
            step.validate(review);
            rejected = false;
        } finally {
            took(validations, review, rejected, begun);
        }
    }

    @SuppressWarnings("EnumOrdinal") // the place in a list made of all operations
    private void took(List<Outcomes> all, Review review, boolean rejected, long begun) {
        Outcomes outcomes = all.get(review.operation().ordinal());
        Histogram.Line line = rejected ? outcomes.rejected() : outcomes.passed();
        line.observe((runtime.nanoTime() - begun) / NANOS);
    }

    @Override
    public List<Transaction.Write> charge(Review review) {
        return step.charge(review);
    }
}
