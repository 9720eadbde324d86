package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.TestServer.Heard;
import org.junit.jupiter.api.Test;

/** The life of a plain object through the whole pipeline. */
class ObjectLifeTest {
    private static final String MAPS = "v1/namespaces/default/configmaps";

    private final TestServer cluster = new TestServer();

    private ObjectValue createMap(String name) {
        return cluster.create(MAPS, "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"a\":\"1\"}}");
    }

    @Test
    void whatIsCreatedCanBeReadChangedAndDeleted() {
        ObjectValue created = createMap("web");
        assertThat(created.string("kind")).isEqualTo("ConfigMap");
        assertThat(created.object("metadata").string("uid")).isNotEmpty();
        assertThat(created.object("metadata").string("creationTimestamp")).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(cluster.get(MAPS + "/web")).isEqualTo(created);

        ObjectValue changed = cluster.update(MAPS + "/web", created.with("data", ObjectValue.EMPTY.with("a", "2")));
        assertThat(changed.object("data").string("a")).isEqualTo("2");
        assertThat(Metadata.revision(changed)).isGreaterThan(Metadata.revision(created));

        ObjectValue status = cluster.delete(MAPS + "/web", "{}");
        assertThat(status.string("status")).isEqualTo("Success");
        assertThat(status.object("details").string("uid"))
                .isEqualTo(created.object("metadata").string("uid"));
        assertThatThrownBy(() -> cluster.get(MAPS + "/web"))
                .isInstanceOf(ApiException.class)
                .hasMessage("configmaps \"web\" not found");
    }

    @Test
    void anUpdateOfAnOlderVersionIsRefused() {
        ObjectValue created = createMap("web");
        cluster.update(MAPS + "/web", created.with("data", ObjectValue.EMPTY.with("a", "2")));

        assertThatThrownBy(() -> cluster.update(MAPS + "/web", created.with("data", ObjectValue.EMPTY.with("a", "3"))))
                .hasMessage("Operation cannot be fulfilled on configmaps \"web\": the object has been modified; please"
                        + " apply your changes to the latest version and try again");
    }

    @Test
    void anUpdateThatChangesNothingWritesNothing() {
        ObjectValue created = createMap("web");

        assertThat(cluster.update(MAPS + "/web", created)).isEqualTo(created);
    }

    @Test
    void eachKindOfPatchChangesWhatItNames() {
        createMap("web");

        cluster.patch(PatchType.MERGE, MAPS + "/web", "{\"data\":{\"b\":\"2\"}}");
        cluster.patch(PatchType.JSON, MAPS + "/web", "[{\"op\":\"remove\",\"path\":\"/data/a\"}]");
        ObjectValue patched = cluster.patch(
                PatchType.STRATEGIC_MERGE, MAPS + "/web", "{\"metadata\":{\"labels\":{\"app\":\"web\"}}}");

        assertThat(patched.object("data")).isEqualTo(Json.object("{\"b\":\"2\"}"));
        assertThat(patched.object("metadata").object("labels").string("app")).isEqualTo("web");
    }

    @Test
    void aGeneratedNameEndsInFiveCharacters() {
        ObjectValue created = cluster.create(MAPS, "{\"metadata\":{\"generateName\":\"web-\"}}");

        assertThat(created.object("metadata").string("name")).matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}");
    }

    @Test
    void anUnknownFieldIsTakenOutAndReported() {
        Answer answer = cluster.handle(
                Verb.CREATE, MAPS, Query.NONE, Json.object("{\"metadata\":{\"name\":\"web\"},\"dta\":{\"a\":\"1\"}}"));

        assertThat(answer.warnings()).containsExactly("unknown field \"dta\"");
        assertThat(answer.body().has("dta")).isFalse();
        assertThatThrownBy(() -> cluster.handle(
                        Verb.CREATE,
                        MAPS,
                        Query.NONE.with("fieldValidation", "Strict"),
                        Json.object("{\"metadata\":{\"name\":\"two\"},\"dta\":{\"a\":\"1\"}}")))
                .hasMessage(
                        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field"
                                + " \"dta\"");
    }

    @Test
    void aDryRunAnswersAndWritesNothing() {
        Answer answer = cluster.handle(
                Verb.CREATE, MAPS, Query.NONE.with("dryRun", "All"), Json.object("{\"metadata\":{\"name\":\"web\"}}"));

        assertThat(answer.code()).isEqualTo(201);
        assertThatThrownBy(() -> cluster.get(MAPS + "/web")).hasMessage("configmaps \"web\" not found");
    }

    @Test
    void aFinalizerKeepsADeletedObjectUntilItIsTakenOff() {
        cluster.create(MAPS, "{\"metadata\":{\"name\":\"web\",\"finalizers\":[\"example.com/wait\"]}}");

        ObjectValue marked = cluster.delete(MAPS + "/web", "{}");
        assertThat(marked.object("metadata").string("deletionTimestamp")).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(cluster.get(MAPS + "/web")).isEqualTo(marked);

        cluster.patch(PatchType.MERGE, MAPS + "/web", "{\"metadata\":{\"finalizers\":null}}");
        assertThatThrownBy(() -> cluster.get(MAPS + "/web")).hasMessage("configmaps \"web\" not found");
    }

    @Test
    void aDeletionOfAnotherObjectOfTheSameNameIsRefused() {
        String uid = createMap("web").object("metadata").string("uid");

        assertThatThrownBy(() -> cluster.delete(MAPS + "/web", "{\"preconditions\":{\"uid\":\"other\"}}"))
                .hasMessage(
                        "Operation cannot be fulfilled on ConfigMap \"web\": the UID in the precondition (other) does"
                                + " not match the UID in record (" + uid
                                + "). The object might have been deleted and then"
                                + " recreated");
        assertThat(cluster.delete(MAPS + "/web", "{\"preconditions\":{\"uid\":\"" + uid + "\"}}")
                        .string("status"))
                .isEqualTo("Success");
    }

    @Test
    void nothingIsCreatedInANamespaceThatDoesNotExistOrIsGoing() {
        assertThatThrownBy(() -> cluster.create("v1/namespaces/nowhere/configmaps", "{\"metadata\":{\"name\":\"a\"}}"))
                .hasMessage("namespaces \"nowhere\" not found");

        cluster.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}");
        ObjectValue going = cluster.delete("v1/namespaces/shop", "{}");
        assertThat(going.object("status").string("phase")).isEqualTo("Terminating");
        assertThatThrownBy(() -> cluster.create("v1/namespaces/shop/configmaps", "{\"metadata\":{\"name\":\"a\"}}"))
                .hasMessage(
                        "configmaps \"a\" is forbidden: unable to create new content in namespace shop because it is"
                                + " being terminated");

        cluster.update("v1/namespaces/shop/finalize", going.with("spec", ObjectValue.EMPTY));
        assertThatThrownBy(() -> cluster.get("v1/namespaces/shop")).hasMessage("namespaces \"shop\" not found");
    }

    @Test
    void pagesOfAListAreOfOneRevision() {
        for (String name : new String[] {"a", "b", "c", "d", "e"}) {
            createMap(name);
        }
        ObjectValue first = cluster.list(MAPS, Query.NONE.with("limit", 2));
        assertThat(first.list("items").size()).isEqualTo(2);
        assertThat(first.object("metadata").integer("remainingItemCount")).isEqualTo(3);
        cluster.delete(MAPS + "/d", "{}");

        ObjectValue rest = cluster.list(
                MAPS,
                Query.NONE
                        .with("limit", 10)
                        .with("continue", first.object("metadata").string("continue")));

        assertThat(rest.list("items").objects())
                .extracting(item -> item.object("metadata").string("name"))
                .containsExactly("c", "d", "e");
        assertThat(rest.object("metadata").string("resourceVersion"))
                .isEqualTo(first.object("metadata").string("resourceVersion"));
    }

    @Test
    void aWatchReportsWhatIsThereAndThenWhatChanges() {
        createMap("one");
        var heard = new Heard();
        cluster.watch(MAPS, Query.NONE, heard);
        cluster.runtime.runUntilIdle();
        assertThat(heard.take()).containsExactly("ADDED one");

        createMap("two");
        cluster.patch(PatchType.MERGE, MAPS + "/one", "{\"data\":{\"a\":\"9\"}}");
        cluster.delete(MAPS + "/two", "{}");
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("ADDED two", "MODIFIED one", "DELETED two");
    }

    @Test
    void anObjectThatEntersOrLeavesASelectionIsAddedOrDeleted() {
        var heard = new Heard();
        cluster.watch(MAPS, Query.labels("app=web"), heard);
        createMap("one");
        cluster.patch(PatchType.MERGE, MAPS + "/one", "{\"metadata\":{\"labels\":{\"app\":\"web\"}}}");
        cluster.patch(PatchType.MERGE, MAPS + "/one", "{\"data\":{\"a\":\"9\"}}");
        cluster.patch(PatchType.MERGE, MAPS + "/one", "{\"metadata\":{\"labels\":null}}");
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("ADDED one", "MODIFIED one", "DELETED one");
    }

    @Test
    void anUnknownFieldSelectorIsAnErrorNotAnEmptyList() {
        assertThatThrownBy(() -> cluster.list(MAPS, Query.fields("spec.x=1")))
                .hasMessage("\"spec.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        assertThatThrownBy(() -> cluster.list("v1/pods", Query.fields("spec.x=1")))
                .hasMessage("field label not supported: spec.x");
    }
}
