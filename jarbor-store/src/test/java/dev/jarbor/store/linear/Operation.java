package dev.jarbor.store.linear;

import dev.jarbor.api.ObjectKey;
import java.util.Map;

/**
 * One call of one client, from its begin to its end on one clock.
 *
 * @param client who called; a client calls one at a time
 * @param begin when it was sent
 * @param end when it was answered; {@link #NEVER} where nobody knows whether it happened, or when
 */
public record Operation(int client, long begin, long end, Action action) {
    /** The end of what was never answered: it may happen at any time, or not at all. */
    public static final long NEVER = Long.MAX_VALUE;

    /** An object as histories see it: the value a writer gave it, and the revision that the store did. 0 is none. */
    public record State(long value, long revision) {
        public static final State ABSENT = new State(0, 0);

        /** The revision of what was written by somebody who was never told it. */
        static final long UNKNOWN = -1;

        public boolean exists() {
            return revision != 0;
        }

        boolean isUncertain() {
            return revision == UNKNOWN;
        }

        /** Whether a key in this state may be at {@code expected}: at an unknown revision it may be at any. */
        boolean isAt(long expected) {
            return revision == expected || (isUncertain() && expected != 0);
        }

        /** Whether this, read from a store, is what {@code state} holds. */
        boolean matches(State state) {
            return equals(state) || (exists() && state.isUncertain() && value == state.value);
        }
    }

    /** What was asked and answered. */
    public sealed interface Action {}

    /** What is about one key. */
    public sealed interface OfKey extends Action {
        ObjectKey key();
    }

    /** @param found {@link State#ABSENT} where there was none */
    public record Get(ObjectKey key, State found) implements OfKey {}

    /**
     * A write on the condition that the key is at {@code expected}.
     *
     * @param value 0 for a deletion
     * @param expected 0 where the key must be absent
     * @param revision of the commit; 0 where it was refused, and where nobody knows
     * @param known whether the outcome is
     */
    public record Write(ObjectKey key, long value, long expected, long revision, boolean known) implements OfKey {
        boolean done() {
            return known && revision != 0;
        }
    }

    /** Everything at once, as of {@code revision}. */
    public record ListAll(long revision, Map<ObjectKey, State> found) implements Action {
        public ListAll {
            found = Map.copyOf(found);
        }
    }
}
