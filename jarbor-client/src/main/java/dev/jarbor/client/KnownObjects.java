package dev.jarbor.client;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * All objects of some kinds at one resource version, as informers held them. Nothing of it can change, so that any number of
 * informers may begin with it where they would have to list: those of a cluster that goes on from another one's state.
 */
public final class KnownObjects {
    /** Nothing: all informers list. */
    public static final KnownObjects NONE = new KnownObjects("0", Map.of());

    private final String version;
    private final Map<Kind<?>, Held<?>> held;

    /**
     * The objects of one kind.
     *
     * @param kind with the view through which they are seen
     * @param indexes where to find them, by the names of indexes
     */
    record Held<T extends KubeObject>(
            Kind<T> kind,
            TreePMap<ObjectKey, T> objects,
            SortedMap<String, TreePMap<String, TreePSet<ObjectKey>>> indexes) {
        Held {
            indexes = Collections.unmodifiableSortedMap(new TreeMap<>(indexes));
        }
    }

    KnownObjects(String version, Map<Kind<?>, Held<?>> held) {
        this.version = version;
        this.held = Map.copyOf(held);
    }

    /** These, and of kinds that are not among them those of {@code other}, which is of the same resource version. */
    public KnownObjects and(KnownObjects other) {
        var all = new HashMap<>(other.held);
        all.putAll(held);
        return new KnownObjects(version, all);
    }

    String version() {
        return version;
    }

    /** The objects of {@code kind}; empty where they are not known, or not in this view. */
    @SuppressWarnings("unchecked") // the same view makes the same T
    <T extends KubeObject> Optional<Held<T>> of(Kind<T> kind) {
        return Optional.ofNullable(held.get(kind))
                .filter(known -> known.kind().view().equals(kind.view()))
                .map(known -> (Held<T>) known);
    }
}
