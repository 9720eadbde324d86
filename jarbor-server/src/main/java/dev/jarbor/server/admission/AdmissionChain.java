package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Transaction;
import java.util.List;

/** Admission steps one after the other, in the reference's order. */
public record AdmissionChain(List<Admission> steps) implements Admission {
    public AdmissionChain {
        steps = List.copyOf(steps);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a step that changes nothing answers the very same object
    public ObjectValue mutate(Review review) {
        Review current = review;
        for (Admission step : steps) {
            ObjectValue changed = step.mutate(current);
            current = changed == current.object() ? current : current.withObject(changed);
        }
        return current.object();
    }

    @Override
    public void validate(Review review) {
        steps.forEach(step -> step.validate(review));
    }

    @Override
    public List<Transaction.Write> charge(Review review) {
        return steps.stream().flatMap(step -> step.charge(review).stream()).toList();
    }
}
