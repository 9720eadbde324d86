package dev.jarbor.embed;

import dev.jarbor.client.KnownObjects;
import dev.jarbor.store.Snapshot;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a cluster was at one moment; see {@link Jarbor#checkpoint}. It holds objects that cannot change, so that keeping it costs
 * what has changed since.
 */
public final class Checkpoint {
    private final JarborSettings settings;
    private final Snapshot snapshot;
    private final Behaviours behaviours;
    private final Set<String> lost;
    private final KnownObjects known;

    Checkpoint(
            JarborSettings settings, Snapshot snapshot, Behaviours behaviours, Set<String> lost, KnownObjects known) {
        this.settings = settings;
        this.snapshot = snapshot;
        this.behaviours = behaviours.copy();
        this.lost = Collections.unmodifiableSet(new TreeSet<>(lost));
        this.known = known;
    }

    /** Those of clusters that go on from here: their time begins then. */
    public JarborSettings settings() {
        return settings;
    }

    /** All objects. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** How containers behaved, to be changed apart. */
    Behaviours behaviours() {
        return behaviours.copy();
    }

    /** The nodes that were off. */
    public Set<String> lost() {
        return lost;
    }

    /** What informers held of the objects. */
    KnownObjects known() {
        return known;
    }
}
