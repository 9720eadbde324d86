package dev.jarbor.store;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashPMap;
import org.pcollections.TreePMap;

/**
 * The state after one more commit, in the making: what is put and removed here, on top of the state before, becomes the
 * next {@link Snapshot} and the events that tell of the difference. Used by one thread, then given to {@link
 * History#publish}.
 */
public final class Draft {
    private final long revision;
    private final List<Change> changes = new ArrayList<>();
    private HashPMap<String, TreePMap<ObjectKey, ObjectValue>> resources;

    /** One event and the resource that it is about. */
    record Change(String resource, StoreEvent event) {}

    /** @param revision of the commit; greater than that of {@code before} */
    public Draft(Snapshot before, long revision) {
        if (revision <= before.revision()) {
            throw new IllegalArgumentException("revision " + revision + " does not follow " + before.revision());
        }
        this.revision = revision;
        this.resources = before.resources();
    }

    public long revision() {
        return revision;
    }

    public Optional<ObjectValue> get(String resource, ObjectKey key) {
        return Optional.ofNullable(all(resource).get(key));
    }

    /** Puts {@code object} there, with the revision as its resource version, and returns it so. */
    public ObjectValue put(String resource, ObjectKey key, ObjectValue object) {
        return put(resource, key, get(resource, key), object);
    }

    /** @param before what is there, as {@link #get} has it */
    ObjectValue put(String resource, ObjectKey key, Optional<ObjectValue> before, ObjectValue object) {
        ObjectValue after = stamped(object, revision);
        resources = resources.plus(resource, all(resource).plus(key, after));
        StoreEvent event = before.isEmpty()
                ? new StoreEvent.Created(revision, key, after)
                : new StoreEvent.Updated(revision, key, before.get(), after);
        changes.add(new Change(resource, event));
        return after;
    }

    /** Removes what is there; its last state with the revision as its resource version, empty when there is nothing. */
    public Optional<ObjectValue> delete(String resource, ObjectKey key) {
        TreePMap<ObjectKey, ObjectValue> all = all(resource);
        ObjectValue before = all.get(key);
        if (before == null) {
            return Optional.empty();
        }
        ObjectValue last = stamped(before, revision);
        TreePMap<ObjectKey, ObjectValue> rest = all.minus(key);
        resources = rest.isEmpty() ? resources.minus(resource) : resources.plus(resource, rest);
        changes.add(new Change(resource, new StoreEvent.Deleted(revision, key, last)));
        return Optional.of(last);
    }

    /** {@code object} with {@code revision} as its resource version. */
    public static ObjectValue stamped(ObjectValue object, long revision) {
        return object.update("metadata", metadata -> metadata.with("resourceVersion", Long.toString(revision)));
    }

    /** The revision of the commit that wrote {@code object}. */
    public static long revisionOf(ObjectValue object) {
        return Long.parseLong(object.object("metadata").string("resourceVersion"));
    }

    /** The state it has come to. */
    public Snapshot snapshot() {
        return new Snapshot(revision, resources);
    }

    List<Change> changes() {
        return changes;
    }

    private TreePMap<ObjectKey, ObjectValue> all(String resource) {
        return resources.getOrDefault(resource, TreePMap.empty());
    }
}
