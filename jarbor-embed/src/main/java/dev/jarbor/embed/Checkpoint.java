package dev.jarbor.embed;

import dev.jarbor.store.Snapshot;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a cluster was at one moment; see {@link Jarbor#checkpoint}. It holds objects that cannot change, so that keeping it costs
 * what has changed since.
 *
 * @param settings of clusters that go on from here: their time begins then
 * @param behaviours how containers behaved
 * @param lost the nodes that were off
 */
public record Checkpoint(JarborSettings settings, Snapshot snapshot, Behaviours behaviours, Set<String> lost) {
    public Checkpoint {
        behaviours = behaviours.copy();
        lost = Collections.unmodifiableSet(new TreeSet<>(lost));
    }
}
