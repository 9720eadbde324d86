package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Admission that says how long it took and whether it refused.
 *
 * @param tell is told after each time
 */
public record MeasuredAdmission(Admission step, Runtime runtime, Tell tell) implements Admission {
    /** What is measured. */
    public interface Tell {
        /** @param type {@code admit} or {@code validate} */
        void took(String type, Operation operation, boolean rejected, Duration time);
    }

    @Override
    public ObjectValue mutate(Review review) {
        return measured("admit", review, () -> step.mutate(review));
    }

    @Override
    public void validate(Review review) {
        measured("validate", review, () -> {
            step.validate(review);
            return review;
        });
    }

    @Override
    public List<Transaction.Write> charge(Review review) {
        return step.charge(review);
    }

    private <T> T measured(String type, Review review, Supplier<T> work) {
        Instant begun = runtime.now();
        boolean rejected = true;
        try {
            T done = work.get();
            rejected = false;
            return done;
        } finally {
            tell.took(type, review.operation(), rejected, Duration.between(begun, runtime.now()));
        }
    }
}
