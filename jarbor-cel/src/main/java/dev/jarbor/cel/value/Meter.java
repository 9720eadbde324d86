package dev.jarbor.cel.value;

/**
 * Counts what one evaluation costs, in the reference's units (about 50 ns each), and stops it at a limit. Beside the cost
 * that the reference counts it bounds the steps that the reference does not count (comparing nested lists, building
 * texts), far above what honest expressions need.
 */
public final class Meter {
    /** Unaccounted steps that are allowed for each unit of cost. */
    private static final long STEPS_PER_COST = 64;

    private final long limit;
    private long cost;
    private long steps;

    /** @param limit the cost at which evaluation stops with {@link CostExceeded} */
    public Meter(long limit) {
        this.limit = limit;
    }

    /** Adds to the cost. */
    public void charge(long more) {
        cost = more > Long.MAX_VALUE - cost ? Long.MAX_VALUE : cost + more;
        if (cost > limit) {
            throw new CostExceeded();
        }
    }

    /** Counts steps that have no price of their own. */
    public void step(long more) {
        steps = more > Long.MAX_VALUE - steps ? Long.MAX_VALUE : steps + more;
        if (steps / STEPS_PER_COST > limit) {
            throw new CostExceeded();
        }
    }

    /** What the evaluation has cost so far. */
    public long cost() {
        return cost;
    }
}
