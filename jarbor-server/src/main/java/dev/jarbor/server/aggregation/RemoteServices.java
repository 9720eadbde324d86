package dev.jarbor.server.aggregation;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Snapshot;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/**
 * The APIServices that somebody else answers for, in one state of all APIServices: every request asks for them, and hardly ever
 * is there one.
 *
 * @param byName as the APIServices are called, such as {@code v1beta1.metrics.k8s.io}
 */
record RemoteServices(TreePMap<ObjectKey, ObjectValue> source, Map<String, RemoteService> byName) {
    static final RemoteServices NONE = new RemoteServices(TreePMap.empty(), Map.of());

    static RemoteServices of(Snapshot now) {
        TreePMap<ObjectKey, ObjectValue> all = now.all(RemoteService.STORAGE);
        var remote = new TreeMap<String, RemoteService>();
        all.forEach((key, object) -> {
            if (object.object("spec").has("service")) {
                remote.put(key.name(), RemoteService.read(object));
            }
        });
        return new RemoteServices(all, remote);
    }

    /** Whether nothing has changed until {@code now}. */
    @SuppressWarnings("ReferenceEquality") // another state of APIServices is another map
    boolean isOf(Snapshot now) {
        return now.all(RemoteService.STORAGE) == source;
    }

    Optional<RemoteService> find(String group, String version) {
        return byName.isEmpty() ? Optional.empty() : Optional.ofNullable(byName.get(version + "." + group));
    }
}
