package dev.jarbor.store;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;

/**
 * The whole state at one revision: immutable, shared with its predecessors and successors, free to keep.
 *
 * @param revision the commit it follows
 * @param resources the objects by resource ({@code pods}, {@code deployments.apps}), each map sorted by key
 */
public record Snapshot(long revision, HashPMap<String, TreePMap<ObjectKey, ObjectValue>> resources) {
    /** The state before the first commit. */
    public static final Snapshot EMPTY = new Snapshot(0, HashTreePMap.empty());

    private static final TreePMap<ObjectKey, ObjectValue> NOTHING = TreePMap.empty();

    /** The state that consists of {@code objects}, by resource; each has its resource version. */
    public static Snapshot of(long revision, Map<String, ? extends Map<ObjectKey, ObjectValue>> objects) {
        HashPMap<String, TreePMap<ObjectKey, ObjectValue>> resources = HashTreePMap.empty();
        for (Map.Entry<String, ? extends Map<ObjectKey, ObjectValue>> resource : objects.entrySet()) {
            if (!resource.getValue().isEmpty()) {
                resources = resources.plus(resource.getKey(), TreePMap.from(resource.getValue()));
            }
        }
        return new Snapshot(revision, resources);
    }

    /** All objects of {@code resource}, sorted by namespace and name. */
    public TreePMap<ObjectKey, ObjectValue> all(String resource) {
        return resources.getOrDefault(resource, NOTHING);
    }

    /** The objects of {@code resource} in {@code namespace}, sorted by name. */
    public SortedMap<ObjectKey, ObjectValue> in(String resource, String namespace) {
        return all(resource).subMap(new ObjectKey(namespace, ""), new ObjectKey(namespace + '\0', ""));
    }

    /** Whether {@code objects} are all of {@code resource} in their order: the very same values, which are shared all the way. */
    @SuppressWarnings("ReferenceEquality")
    public boolean consistsOf(String resource, List<ObjectValue> objects) {
        TreePMap<ObjectKey, ObjectValue> all = all(resource);
        if (all.size() != objects.size()) {
            return false;
        }
        Iterator<ObjectValue> others = objects.iterator();
        for (ObjectValue object : all.values()) {
            if (object != others.next()) {
                return false;
            }
        }
        return true;
    }

    public Optional<ObjectValue> get(String resource, ObjectKey key) {
        return Optional.ofNullable(all(resource).get(key));
    }

    /** The resources that have objects, sorted. */
    public List<String> resourceNames() {
        return resources.keySet().stream().sorted().toList();
    }
}
