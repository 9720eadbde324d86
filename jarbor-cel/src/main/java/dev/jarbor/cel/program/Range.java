package dev.jarbor.cel.program;

/**
 * The least and the most of a size or of a cost; {@link Long#MAX_VALUE} stands for no bound and nothing gets larger than
 * that.
 */
record Range(long least, long most) {
    static final Range UNKNOWN = new Range(0, Long.MAX_VALUE);
    static final Range ZERO = new Range(0, 0);
    static final Range ONE = new Range(1, 1);

    static Range of(long exactly) {
        return new Range(exactly, exactly);
    }

    Range plus(Range other) {
        return new Range(add(least, other.least), add(most, other.most));
    }

    Range times(Range other) {
        return new Range(multiply(least, other.least), multiply(most, other.most));
    }

    /** Rounded up. */
    Range times(double factor) {
        return new Range(multiply(least, factor), multiply(most, factor));
    }

    /** The range that has both in it. */
    Range union(Range other) {
        return new Range(Math.min(least, other.least), Math.max(most, other.most));
    }

    static long add(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    static long multiply(long one, long other) {
        return other != 0 && one > Long.MAX_VALUE / other ? Long.MAX_VALUE : one * other;
    }

    private static long multiply(long number, double factor) {
        // A double that is too large becomes the largest long.
        return (long) Math.ceil(number * factor);
    }
}
