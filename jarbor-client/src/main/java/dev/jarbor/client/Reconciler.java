package dev.jarbor.client;

import dev.jarbor.api.ObjectKey;
import java.time.Duration;

/**
 * One pass of a control loop over one object: reads the world, writes the difference. Safe to run twice, to stop
 * half-way, and to be fed a stale read. Throwing means: again later, with growing delay.
 */
public interface Reconciler {
    Outcome reconcile(ObjectKey key);

    /** What the queue does with the key after a pass that did not fail. */
    sealed interface Outcome {
        Outcome DONE = new Done();

        static Outcome again(Duration after) {
            return new Again(after);
        }

        /** Looks again after {@code after}, only to see that all is as it was: {@link dev.jarbor.runtime.Runtime#beat}. */
        static Outcome beat(Duration after) {
            return new Beat(after);
        }

        /** Nothing until the next change. */
        record Done() implements Outcome {}

        /** Look again after this time even if nothing changes. */
        record Again(Duration after) implements Outcome {}

        /** The same, for who only sees to it that nothing is overdue. */
        record Beat(Duration after) implements Outcome {}
    }
}
