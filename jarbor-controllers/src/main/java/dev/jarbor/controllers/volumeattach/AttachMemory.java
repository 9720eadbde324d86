package dev.jarbor.controllers.volumeattach;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the loop remembers of one node between two looks; losing it costs an event said twice, and a wait begun again. Bounded by
 * the volumes that the node has or wants.
 *
 * @param unwanted since when no pod of the node uses a volume that it has, by the name that nodes know it by
 * @param refused what was said last of a volume that cannot be attached, by the same
 * @param welcomed the volumes of which was said that they are attached
 */
record AttachMemory(
        SortedMap<String, Instant> unwanted, SortedMap<String, String> refused, SortedSet<String> welcomed) {
    static final AttachMemory NONE =
            new AttachMemory(Collections.emptySortedMap(), Collections.emptySortedMap(), Collections.emptySortedSet());

    AttachMemory {
        unwanted = Collections.unmodifiableSortedMap(new TreeMap<>(unwanted));
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
        welcomed = Collections.unmodifiableSortedSet(new TreeSet<>(welcomed));
    }

    boolean isEmpty() {
        return unwanted.isEmpty() && refused.isEmpty() && welcomed.isEmpty();
    }
}
