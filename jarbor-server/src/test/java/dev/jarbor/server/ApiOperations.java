package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.client.WatchEvent;
import java.util.List;

/**
 * One resource taken through everything that its API offers, in the steps of the official tests called "should support X API
 * operations": create, get, list, watch, patch, update, delete, delete as a collection.
 */
final class ApiOperations {
    private static final Query OURS = Query.labels("special=ours");

    private final TestServer cluster;
    private final String collection;
    private final String everywhere;
    private final String json;

    /**
     * @param collection such as {@code networking.k8s.io/v1/namespaces/default/ingresses}
     * @param json an object with {@code NAME} where its name stands and the label {@code special: ours}
     */
    ApiOperations(TestServer cluster, String collection, String json) {
        this.cluster = cluster;
        this.collection = collection;
        this.everywhere = collection.replaceFirst("/namespaces/[^/]+", "");
        this.json = json;
    }

    void all() {
        ObjectValue one = create("one");
        create("two");
        create("three");
        assertThat(cluster.get(collection + "/one")).isEqualTo(one);
        assertThat(names(collection)).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(names(everywhere)).containsExactlyInAnyOrder("one", "two", "three");

        var heard = new TestServer.Heard();
        String now = cluster.list(collection, OURS).object("metadata").string("resourceVersion");
        cluster.watch(collection, OURS.with("resourceVersion", now), heard);
        ObjectValue patched = cluster.patch(
                PatchType.MERGE, collection + "/one", "{\"metadata\": {\"annotations\": {\"patched\": \"true\"}}}");
        assertThat(annotation(patched, "patched")).isEqualTo("true");
        ObjectValue updated = cluster.update(collection + "/one", annotated(patched, "updated"));
        assertThat(annotation(updated, "updated")).isEqualTo("true");
        cluster.runtime.runUntilIdle();
        assertThat(heard.events).extracting(WatchEvent::type).containsOnly(WatchEvent.Type.MODIFIED);
        assertThat(heard.events).extracting(WatchEvent::object).containsExactly(patched, updated);

        cluster.delete(collection + "/one", "{}");
        assertThatThrownBy(() -> cluster.get(collection + "/one"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.isNotFound()).isTrue());
        assertThat(names(collection)).containsExactlyInAnyOrder("two", "three");
        cluster.handle(Verb.DELETECOLLECTION, collection, OURS, ObjectValue.EMPTY);
        assertThat(names(collection)).isEmpty();
    }

    /** The status is patched and updated by its subresource; the object's own fields stay as they are. */
    void status(String name, String patch, String field, Value patched, ObjectValue other) {
        ObjectValue created = create(name);
        String path = collection + "/" + name + "/status";
        ObjectValue read = cluster.get(path);
        assertThat(read.object("spec")).isEqualTo(created.object("spec"));

        ObjectValue afterPatch = cluster.patch(PatchType.MERGE, path, patch);
        assertThat(afterPatch.object("status").valueOrNull(field)).isEqualTo(patched);

        ObjectValue afterUpdate = cluster.update(path, afterPatch.with("status", other));
        assertThat(afterUpdate.object("status")).isEqualTo(other);
        assertThat(afterUpdate.object("spec")).isEqualTo(created.object("spec"));
        assertThat(cluster.get(collection + "/" + name)).isEqualTo(afterUpdate);
    }

    ObjectValue create(String name) {
        ObjectValue created = cluster.create(collection, json.replace("NAME", name));
        assertThat(created.object("metadata").string("uid")).isNotEmpty();
        return created;
    }

    private List<String> names(String path) {
        return cluster.list(path, OURS).list("items").objects().stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    private static String annotation(ObjectValue object, String name) {
        return object.object("metadata").object("annotations").string(name);
    }

    static ObjectValue annotated(ObjectValue object, String name) {
        return object.update(
                "metadata",
                metadata -> metadata.update("annotations", annotations -> annotations.with(name, Value.of("true"))));
    }
}
