package dev.jarbor.client.fake;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** The objects of a {@link FakeApi}, the latest changes of each resource, and the watches that read them. */
final class FakeStore {
    /** How many past changes of a resource a watch can start before. */
    static final int WINDOW = 10_000;

    /**
     * One change. Each has its own revision.
     *
     * @param before the object until now; empty when it is new
     * @param after the object from now on, at {@code revision}; for a deletion its last state
     */
    record Entry(long revision, ObjectKey key, ObjectValue before, ObjectValue after, boolean deleted) {}

    /** One resource; the versions of its group share it. */
    private static final class Resource {
        private final TreeMap<ObjectKey, ObjectValue> objects = new TreeMap<>();
        private final TreeMap<Long, Entry> log = new TreeMap<>();
        private final Set<FakeWatch> watches = new LinkedHashSet<>();
        private long forgotten;
    }

    private final Runtime runtime;
    private final TreeMap<String, Resource> resources = new TreeMap<>();
    private long revision = 1;
    private long forgotten;

    FakeStore(Runtime runtime) {
        this.runtime = runtime;
    }

    synchronized long revision() {
        return revision;
    }

    synchronized boolean has(ResourcePath path) {
        return resource(path).objects.containsKey(path.key());
    }

    synchronized ObjectValue get(ResourcePath path) {
        ObjectValue found = resource(path).objects.get(path.key());
        if (found == null) {
            throw Refusal.notFound(path);
        }
        return found;
    }

    /** The objects of the path's resource in its namespace, or in all for "", in key order. */
    synchronized List<ObjectValue> list(ResourcePath path) {
        var found = new ArrayList<ObjectValue>();
        resource(path).objects.forEach((key, object) -> {
            if (path.namespace().isEmpty() || path.namespace().equals(key.namespace())) {
                found.add(object);
            }
        });
        return found;
    }

    synchronized ObjectValue put(ResourcePath path, ObjectValue object) {
        ObjectValue after = stamped(object);
        ObjectValue before = resource(path).objects.put(path.key(), after);
        append(path, before == null ? ObjectValue.EMPTY : before, after, false);
        return after;
    }

    synchronized ObjectValue remove(ResourcePath path, ObjectValue last) {
        ObjectValue after = stamped(last);
        ObjectValue before = resource(path).objects.remove(path.key());
        append(path, before == null ? last : before, after, true);
        return after;
    }

    private ObjectValue stamped(ObjectValue object) {
        revision++;
        return object.update("metadata", metadata -> metadata.with("resourceVersion", Long.toString(revision)));
    }

    private void append(ResourcePath path, ObjectValue before, ObjectValue after, boolean deleted) {
        Resource resource = resource(path);
        resource.log.put(revision, new Entry(revision, path.key(), before, after, deleted));
        if (resource.log.size() > WINDOW) {
            resource.forgotten = resource.log.firstKey();
            resource.log.remove(resource.forgotten);
        }
        resource.watches.forEach(FakeWatch::wake);
    }

    synchronized Watch watch(ApiRequest request, Selection selection, WatchListener listener) {
        var watch = new FakeWatch(this, runtime, request, selection, listener);
        resource(request.path()).watches.add(watch);
        watch.wake();
        return watch;
    }

    synchronized void ended(FakeWatch watch, ResourcePath path) {
        resource(path).watches.remove(watch);
    }

    synchronized void dropWatches() {
        watches().forEach(FakeWatch::drop);
        resources.values().forEach(resource -> resource.watches.clear());
    }

    synchronized void forgetHistory() {
        forgotten = revision;
        resources.values().forEach(resource -> resource.log.clear());
    }

    synchronized void bookmark() {
        watches().forEach(FakeWatch::bookmark);
    }

    private List<FakeWatch> watches() {
        return resources.values().stream()
                .flatMap(resource -> resource.watches.stream())
                .toList();
    }

    /** The earliest revision that a watch of the path's resource can start from. */
    synchronized long oldest(ResourcePath path) {
        return Math.max(forgotten, resource(path).forgotten);
    }

    /** Up to {@code max} changes of the path's resource after {@code from}. */
    synchronized List<Entry> after(long from, ResourcePath path, int max) {
        return resource(path).log.tailMap(from, false).values().stream()
                .limit(max)
                .toList();
    }

    private Resource resource(ResourcePath path) {
        return resources.computeIfAbsent(path.plural() + "." + path.group(), name -> new Resource());
    }
}
