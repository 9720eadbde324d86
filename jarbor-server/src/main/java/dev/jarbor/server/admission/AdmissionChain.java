package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Transaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Admission steps one after the other, in the reference's order. Each is asked only for what it says it does, of operations
 * that it says it handles: most plugins have nothing to say to most writes, and a renewed Lease passes all of them.
 */
public final class AdmissionChain implements Admission {
    /** By phase, then by operation, in the order of their declaration. */
    private final List<List<List<Admission>>> steps = new ArrayList<>();

    /**
     * One step.
     *
     * @param phases what it does; it is not asked for anything else
     * @param operations at which it does so
     */
    public record Step(Admission admission, Set<Phase> phases, Set<Operation> operations) {
        public Step {
            phases = Collections.unmodifiableSet(EnumSet.copyOf(phases));
            operations = Collections.unmodifiableSet(EnumSet.copyOf(operations));
        }

        /** Asked for this at every operation. */
        public static Step of(Phase phase, Admission admission) {
            return new Step(admission, EnumSet.of(phase), EnumSet.allOf(Operation.class));
        }
    }

    public AdmissionChain(List<Step> all) {
        for (Phase phase : Phase.values()) {
            var byOperation = new ArrayList<List<Admission>>();
            for (Operation operation : Operation.values()) {
                byOperation.add(concerned(all, phase, operation));
            }
            steps.add(byOperation);
        }
    }

    private static List<Admission> concerned(List<Step> all, Phase phase, Operation operation) {
        return all.stream()
                .filter(step ->
                        step.phases().contains(phase) && step.operations().contains(operation))
                .map(Step::admission)
                .toList();
    }

    @SuppressWarnings("EnumOrdinal") // the places in lists made of all phases and operations
    private List<Admission> steps(Phase phase, Review review) {
        return steps.get(phase.ordinal()).get(review.operation().ordinal());
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a step that changes nothing answers the very same object
    public ObjectValue mutate(Review review) {
        Review current = review;
        for (Admission step : steps(Phase.MUTATE, review)) {
            ObjectValue changed = step.mutate(current);
            current = changed == current.object() ? current : current.withObject(changed);
        }
        return current.object();
    }

    @Override
    public void validate(Review review) {
        for (Admission step : steps(Phase.VALIDATE, review)) {
            step.validate(review);
        }
    }

    @Override
    public List<Transaction.Write> charge(Review review) {
        List<Admission> steps = steps(Phase.CHARGE, review);
        if (steps.size() == 1) {
            return steps.getFirst().charge(review);
        }
        var writes = new ArrayList<Transaction.Write>();
        for (Admission step : steps) {
            writes.addAll(step.charge(review));
        }
        return writes;
    }
}
