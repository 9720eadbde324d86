package dev.jarbor.store;

/**
 * How it stands with what a store rests on.
 *
 * @param answers whether it can be written and consistently read
 * @param inStep whether this server also knows every commit that is older than a moment
 * @param lag by how many revisions it was behind
 */
public record StoreHealth(boolean answers, boolean inStep, long lag) {
    /** Nothing is wrong. */
    public static final StoreHealth GOOD = new StoreHealth(true, true, 0);
}
