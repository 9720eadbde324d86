package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Transaction;
import java.util.List;

/** All of admission, with its second round where the first one asks for it. */
public record ReinvokedAdmission(Admission steps) implements Admission {
    @Override
    public ObjectValue mutate(Review review) {
        Review first = review.with(new Reinvocation());
        ObjectValue changed = steps.mutate(first);
        return first.reinvocation().beginsSecond() ? steps.mutate(first.withObject(changed)) : changed;
    }

    @Override
    public void validate(Review review) {
        steps.validate(review);
    }

    @Override
    public List<Transaction.Write> charge(Review review) {
        return steps.charge(review);
    }
}
