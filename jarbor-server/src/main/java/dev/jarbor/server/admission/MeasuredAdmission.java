package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.metrics.Histogram;
import dev.jarbor.store.Transaction;
import java.util.List;

/** Admission that says how long it took and whether it refused. */
public final class MeasuredAdmission implements Admission {
    private static final double NANOS = 1e9;
    private static final int OPERATIONS = Operation.values().length;

    private final Admission step;
    private final Runtime runtime;
    private final Histogram.Line[] mutations;
    private final Histogram.Line[] validations;

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

    private static Histogram.Line[] all(Lines lines, Phase phase) {
        var all = new Histogram.Line[OPERATIONS * 2];
        for (Operation operation : Operation.values()) {
            all[operation.ordinal()] = lines.of(phase.type(), operation, false);
            all[OPERATIONS + operation.ordinal()] = lines.of(phase.type(), operation, true);
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

    private void took(Histogram.Line[] lines, Review review, boolean rejected, long begun) {
        int line = review.operation().ordinal() + (rejected ? OPERATIONS : 0);
        lines[line].observe((runtime.nanoTime() - begun) / NANOS);
    }

    @Override
    public List<Transaction.Write> charge(Review review) {
        return step.charge(review);
    }
}
