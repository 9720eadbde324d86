package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The API tests of sig-instrumentation: Events in both of their groups, from the official descriptions. */
class EventsConformanceTest {
    private static final String NEW = "events.k8s.io/v1/namespaces/default/events";
    private static final String CORE = "v1/namespaces/default/events";

    private final TestServer cluster = new TestServer();

    private static String newEvent(String name, String label) {
        return """
                {"metadata": {"name": "%s", "labels": {"testevent-set": "%s"}},
                 "regarding": {"kind": "Pod", "namespace": "default", "name": "web"},
                 "eventTime": "2026-01-01T00:00:00.000000Z", "note": "This is %s", "action": "Do", "reason": "Test",
                 "type": "Normal", "reportingController": "test-controller", "reportingInstance": "test-node"}
                """.formatted(name, label, name);
    }

    private static String coreEvent(String name, String label) {
        return """
                {"metadata": {"name": "%s", "labels": {"testevent-set": "%s"}}, "message": "This is %s",
                 "reason": "Test", "type": "Normal", "count": 1, "source": {"component": "tester"},
                 "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:00:00Z",
                 "involvedObject": {"kind": "Pod", "namespace": "default", "name": "web"}}
                """.formatted(name, label, name);
    }

    private List<String> names(String path, Query query) {
        return cluster.list(path, query).list("items").objects().stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    private void deleteAsACollection(String collection, String one, String two, String other) {
        cluster.create(collection, one);
        cluster.create(collection, two);
        cluster.create(collection, other);
        assertThat(names(collection, Query.labels("testevent-set=true"))).containsExactly("one", "two");

        cluster.handle(Verb.DELETECOLLECTION, collection, Query.labels("testevent-set=true"), ObjectValue.EMPTY);

        assertThat(names(collection, Query.labels("testevent-set"))).containsExactly("other");
    }

    @Test
    @Conformance("INS-01")
    void newEventsAreDeletedAsACollection() {
        deleteAsACollection(NEW, newEvent("one", "true"), newEvent("two", "true"), newEvent("other", "false"));
    }

    @Test
    @Conformance("INS-02")
    void aNewEventIsFetchedPatchedUpdatedListedAndDeleted() {
        ObjectValue created = cluster.create(NEW, newEvent("one", "true"));
        assertThat(names("events.k8s.io/v1/events", Query.labels("testevent-set=true")))
                .containsExactly("one");
        assertThat(names(NEW, Query.fields("reportingController=test-controller")))
                .containsExactly("one");
        assertThat(names(NEW, Query.fields("reason=Other"))).isEmpty();
        assertThat(cluster.get(NEW + "/one")).isEqualTo(created);

        ObjectValue patched = cluster.patch(PatchType.STRATEGIC_MERGE, NEW + "/one", """
                {"series": {"count": 2, "lastObservedTime": "2026-01-01T00:00:01.000000Z"}}
                """);
        assertThat(patched.object("series")).isEqualTo(Json.object("""
                {"count": 2, "lastObservedTime": "2026-01-01T00:00:01.000000Z"}
                """));

        ObjectValue updated =
                cluster.update(NEW + "/one", patched.update("series", series -> series.with("count", Value.of(100))));
        assertThat(updated.object("series").integer("count")).isEqualTo(100);

        cluster.delete(NEW + "/one", "{}");
        assertThat(names(NEW, Query.labels("testevent-set=true"))).isEmpty();
    }

    @Test
    @Conformance("INS-03")
    void eventsAreDeletedAsACollection() {
        deleteAsACollection(CORE, coreEvent("one", "true"), coreEvent("two", "true"), coreEvent("other", "false"));
    }

    @Test
    @Conformance("INS-04")
    void anEventGoesThroughItsLife() {
        cluster.create(CORE, coreEvent("one", "true"));
        assertThat(names("v1/events", Query.labels("testevent-set=true"))).containsExactly("one");
        assertThat(names(CORE, Query.fields("involvedObject.name=web,reason=Test")))
                .containsExactly("one");

        ObjectValue patched = cluster.patch(
                PatchType.STRATEGIC_MERGE, CORE + "/one", "{\"message\": \"This is a test event - patched\"}");
        assertThat(patched.string("message")).isEqualTo("This is a test event - patched");
        ObjectValue updated = cluster.update(CORE + "/one", patched.with("count", Value.of(2)));
        assertThat(updated.integer("count")).isEqualTo(2);

        // The same object in its other group.
        ObjectValue shown = cluster.get(NEW + "/one");
        assertThat(shown.string("note")).isEqualTo("This is a test event - patched");
        assertThat(shown.object("regarding").string("name")).isEqualTo("web");
        assertThat(shown.integer("deprecatedCount")).isEqualTo(2);

        cluster.delete(CORE + "/one", "{}");
        assertThatThrownBy(() -> cluster.get(CORE + "/one"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.isNotFound()).isTrue());
    }
}
