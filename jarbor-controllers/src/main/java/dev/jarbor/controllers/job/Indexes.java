package dev.jarbor.controllers.job;

import java.util.BitSet;

/**
 * A set of completion indexes as a Job's status writes it: {@code 1,3-5,7}. Immutable.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode">Completion mode</a>
 */
record Indexes(BitSet bits) {
    static final Indexes NONE = new Indexes(new BitSet());

    Indexes {
        bits = (BitSet) bits.clone();
    }

    /** The indexes below {@code bound} that {@code text} names; what it cannot be read from counts as not there. */
    static Indexes parse(String text, int bound) {
        var bits = new BitSet();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            try {
                int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
                if (first >= 0 && first < bound && last >= first) {
                    bits.set(first, Math.min(last, bound - 1) + 1);
                }
            } catch (NumberFormatException unreadable) {
                // Nothing of it is believed: the pods tell.
            }
        }
        return new Indexes(bits);
    }

    Indexes with(int index) {
        if (bits.get(index)) {
            return this;
        }
        BitSet more = (BitSet) bits.clone();
        more.set(index);
        return new Indexes(more);
    }

    boolean has(int index) {
        return bits.get(index);
    }

    int size() {
        return bits.cardinality();
    }

    Indexes and(Indexes other) {
        BitSet both = (BitSet) bits.clone();
        both.and(other.bits);
        return new Indexes(both);
    }

    /** Runs of two are written apart, longer ones as a range, as the reference does. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int last = bits.nextClearBit(first) - 1;
            text.append(text.isEmpty() ? "" : ",").append(first);
            if (last > first) {
                text.append(last == first + 1 ? ',' : '-').append(last);
            }
            first = bits.nextSetBit(last + 1);
        }
        return text.toString();
    }
}
