package dev.jarbor.store;

import java.util.List;

/**
 * How it stands with what a store rests on.
 *
 * @param answers whether it can be written and consistently read
 * @param inStep whether this server also knows every commit that is older than a moment
 * @param lag by how many revisions it was behind
 * @param space what it takes
 */
public record StoreHealth(boolean answers, boolean inStep, long lag, Space space) {
    /** Nothing is wrong. */
    public static final StoreHealth GOOD = new StoreHealth(true, true, 0, Space.UNKNOWN);

    /**
     * The room that objects and their history take.
     *
     * @param size bytes that are set aside; 0 where that is not known
     * @param used bytes of those that hold something
     * @param alarms what the store's keepers must see to, such as {@code NOSPACE}: nothing more is written until they have
     */
    public record Space(long size, long used, List<String> alarms) {
        public static final Space UNKNOWN = new Space(0, 0, List.of());

        public Space {
            alarms = List.copyOf(alarms);
        }
    }
}
