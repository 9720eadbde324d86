package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The objects of custom resources, from the definition's creation to its end. */
class CustomResourceTest {
    private static final String REPLICAS =
            "\"cronSpec\":{\"type\":\"string\"},\"replicas\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10}";

    private final TestServer cluster = new TestServer();

    private void define(String definition) {
        cluster.create(CronTabs.DEFINITIONS, definition);
    }

    private ObjectValue create(String name, String spec) {
        return cluster.create(CronTabs.COLLECTION, CronTabs.object(name, spec));
    }

    @Test
    void aResourceIsServedAsSoonAsItsDefinitionIsAcknowledged() {
        ObjectValue created = cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(CronTabs.spec(REPLICAS)));
        ObjectValue tab = create("a", "{\"cronSpec\":\"* * * * *\",\"replicas\":3}");
        ObjectValue definition = cluster.get(CronTabs.DEFINITION);

        assertThat(created.object("status").object("acceptedNames").string("plural"))
                .isEmpty();
        assertThat(created.object("status").list("storedVersions").strings()).containsExactly("v1");
        assertThat(conditions(definition))
                .containsExactly(
                        "NamesAccepted True NoConflicts no conflicts found",
                        "Established True InitialNamesAccepted the initial names have been accepted");
        assertThat(definition.object("status").object("acceptedNames").string("listKind"))
                .isEqualTo("CronTabList");
        assertThat(definition.object("spec").object("conversion").string("strategy"))
                .isEqualTo("None");
        assertThat(tab.object("metadata").integer("generation")).isEqualTo(1);
        assertThat(cluster.list(CronTabs.COLLECTION, Query.NONE).string("kind")).isEqualTo("CronTabList");
    }

    private static List<String> conditions(ObjectValue definition) {
        return definition.object("status").list("conditions").objects().stream()
                .map(condition -> condition.string("type") + " " + condition.string("status") + " "
                        + condition.string("reason") + " " + condition.string("message"))
                .toList();
    }

    @Test
    void anObjectThatItsSchemaForbidsIsRefusedInTheReferencesWords() {
        define(CronTabs.definition("""
                {"type":"object","properties":{"spec":{"type":"object","required":["cronSpec"],"properties":{
                  "cronSpec":{"type":"string","pattern":"^\\\\d+$"},
                  "replicas":{"type":"integer","minimum":1,"maximum":10},
                  "color":{"type":"string","enum":["red","blue"]},
                  "list":{"type":"array","maxItems":1,"items":{"type":"string"}}}}}}
                """));

        assertThatThrownBy(() -> create("a", "{\"replicas\":11,\"color\":\"green\",\"list\":[\"a\",\"b\"]}"))
                .isInstanceOf(ApiException.class)
                .hasMessage("CronTab.stable.example.com \"a\" is invalid: [spec.color: Unsupported value: \"green\":"
                        + " supported values: \"red\", \"blue\", spec.list: Too many: 2: must have at most 1 item,"
                        + " spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10,"
                        + " spec.cronSpec: Required value]");
        assertThatThrownBy(() -> create("a", "{\"cronSpec\":\"x\",\"replicas\":\"1\"}"))
                .hasMessage("CronTab.stable.example.com \"a\" is invalid: [spec.cronSpec: Invalid value: \"x\":"
                        + " spec.cronSpec in body should match '^\\d+$', spec.replicas: Invalid value: \"string\":"
                        + " spec.replicas in body must be of type integer: \"string\"]");
    }

    @Test
    void unknownFieldsArePrunedAndToldOfOrRefused() {
        define(CronTabs.definition(CronTabs.spec(REPLICAS)));
        ObjectValue object = Json.object("""
                {"apiVersion":"stable.example.com/v1","kind":"CronTab","metadata":{"name":"a","foo":1},
                 "spec":{"cronSpec":"x","bar":{"baz":1}},"other":2}
                """);
        Answer warned = cluster.handle(Verb.CREATE, CronTabs.COLLECTION, Query.NONE, object);

        assertThat(warned.body().object("spec")).isEqualTo(Json.object("{\"cronSpec\":\"x\"}"));
        assertThat(warned.body().has("other")).isFalse();
        assertThat(warned.warnings())
                .containsExactly(
                        "unknown field \"metadata.foo\"", "unknown field \"other\"", "unknown field \"spec.bar\"");
        assertThatThrownBy(() -> cluster.handle(
                        Verb.CREATE, CronTabs.COLLECTION, Query.NONE.with("fieldValidation", "Strict"), object))
                .hasMessage(
                        "CronTab in version \"v1\" cannot be handled as a CronTab: strict decoding error: unknown field"
                                + " \"metadata.foo\", unknown field \"other\","
                                + " unknown field \"spec.bar\"");
    }

    @Test
    @Conformance("AM-36")
    void defaultsAreGivenToRequestsAndToWhatWasStoredBefore() {
        define(CronTabs.definition(
                CronTabs.spec("\"a\":{\"type\":\"string\",\"default\":\"A\"},\"b\":{\"type\":\"string\"}")));
        ObjectValue first = create("first", "{}");
        ObjectValue definition = cluster.get(CronTabs.DEFINITION);
        cluster.update(
                CronTabs.DEFINITION,
                definition.update(
                        "spec",
                        spec -> spec.with(
                                "versions",
                                Json.object(CronTabs.definition(
                                                CronTabs.spec("\"a\":{\"type\":\"string\",\"default\":\"A\"},"
                                                        + "\"b\":{\"type\":\"string\",\"default\":\"B\"}")))
                                        .object("spec")
                                        .valueOrNull("versions"))));
        ObjectValue read = cluster.get(CronTabs.COLLECTION + "/first");
        ObjectValue nulled = create("second", "{\"a\":null}");

        assertThat(first.object("spec")).isEqualTo(Json.object("{\"a\":\"A\"}"));
        assertThat(read.object("spec")).isEqualTo(Json.object("{\"a\":\"A\",\"b\":\"B\"}"));
        assertThat(nulled.object("spec")).isEqualTo(Json.object("{\"a\":\"A\",\"b\":\"B\"}"));
    }

    @Test
    void onlyChangesBesideMetadataAndStatusAreANewGeneration() {
        define(CronTabs.definition(CronTabs.spec(REPLICAS), ",\"subresources\":{\"status\":{}}"));
        ObjectValue created = cluster.create(
                CronTabs.COLLECTION, CronTabs.object("a", "{\"cronSpec\":\"x\"},\"status\":{\"phase\":\"made up\"}"));
        ObjectValue labelled =
                cluster.patch(PatchType.MERGE, CronTabs.COLLECTION + "/a", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        ObjectValue ready = cluster.patch(
                PatchType.MERGE,
                CronTabs.COLLECTION + "/a/status",
                "{\"metadata\":{\"labels\":{\"a\":\"c\"}},\"spec\":{\"cronSpec\":\"y\"},\"status\":{\"phase\":\"Ready\"}}");
        ObjectValue changed = cluster.patch(
                PatchType.MERGE,
                CronTabs.COLLECTION + "/a",
                "{\"spec\":{\"cronSpec\":\"z\"},\"status\":{\"phase\":\"Other\"}}");

        assertThat(created.has("status")).isFalse();
        assertThat(labelled.object("metadata").integer("generation")).isEqualTo(1);
        assertThat(ready.object("metadata").integer("generation")).isEqualTo(1);
        assertThat(ready.object("metadata").object("labels").string("a")).isEqualTo("b");
        assertThat(ready.object("spec").string("cronSpec")).isEqualTo("x");
        assertThat(ready.object("status").string("phase")).isEqualTo("Ready");
        assertThat(changed.object("metadata").integer("generation")).isEqualTo(2);
        assertThat(changed.object("status").string("phase")).isEqualTo("Ready");
    }

    @Test
    void theScaleReadsAndWritesWhereTheDefinitionSays() {
        define(CronTabs.definition(CronTabs.spec(REPLICAS), """
                ,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas",
                  "statusReplicasPath":".status.replicas","labelSelectorPath":".status.selector"}}
                """));
        create("a", "{\"replicas\":3}");
        cluster.patch(
                PatchType.MERGE,
                CronTabs.COLLECTION + "/a/status",
                "{\"status\":{\"replicas\":2,\"selector\":\"app=a\"}}");
        ObjectValue scale = cluster.get(CronTabs.COLLECTION + "/a/scale");
        cluster.patch(PatchType.MERGE, CronTabs.COLLECTION + "/a/scale", "{\"spec\":{\"replicas\":7}}");

        assertThat(scale.string("kind")).isEqualTo("Scale");
        assertThat(scale.object("spec").integer("replicas")).isEqualTo(3);
        assertThat(scale.object("status")).isEqualTo(Json.object("{\"replicas\":2,\"selector\":\"app=a\"}"));
        ObjectValue scaled = cluster.get(CronTabs.COLLECTION + "/a");
        assertThat(scaled.object("spec").integer("replicas")).isEqualTo(7);
        assertThat(scaled.object("metadata").integer("generation")).isEqualTo(2);
    }

    @Test
    void anUpdateIsOnlyBlamedForWhatItChanges() {
        define(CronTabs.definition(CronTabs.spec(REPLICAS)));
        create("a", "{\"cronSpec\":\"x\",\"replicas\":10}");
        ObjectValue definition = cluster.get(CronTabs.DEFINITION);
        cluster.update(
                CronTabs.DEFINITION,
                definition.update(
                        "spec",
                        spec -> spec.with(
                                "versions",
                                Json.object(
                                                CronTabs.definition(
                                                        CronTabs.spec(
                                                                "\"cronSpec\":{\"type\":\"string\"},\"replicas\":{\"type\":\"integer\",\"maximum\":5}")))
                                        .object("spec")
                                        .valueOrNull("versions"))));
        ObjectValue changed =
                cluster.patch(PatchType.MERGE, CronTabs.COLLECTION + "/a", "{\"spec\":{\"cronSpec\":\"y\"}}");

        assertThat(changed.object("spec").integer("replicas")).isEqualTo(10);
        assertThatThrownBy(
                        () -> cluster.patch(PatchType.MERGE, CronTabs.COLLECTION + "/a", "{\"spec\":{\"replicas\":9}}"))
                .hasMessageContaining("spec.replicas in body should be less than or equal to 5");
    }

    @Test
    @Conformance("AM-38")
    void objectsAreListedAndWatchedByTheFieldsThatTheDefinitionNames() {
        define(CronTabs.definition(
                CronTabs.spec("\"color\":{\"type\":\"string\"},\"size\":{\"type\":\"integer\"}"),
                ",\"selectableFields\":[{\"jsonPath\":\".spec.color\"},{\"jsonPath\":\".spec.size\"}]"));
        var heard = new TestServer.Heard();
        cluster.watch(CronTabs.COLLECTION, Query.NONE.with("fieldSelector", "spec.color=blue"), heard);
        create("one", "{\"color\":\"blue\",\"size\":1}");
        create("two", "{\"color\":\"red\",\"size\":1}");
        create("three", "{\"color\":\"blue\",\"size\":2}");
        cluster.patch(PatchType.MERGE, CronTabs.COLLECTION + "/two", "{\"spec\":{\"color\":\"blue\"}}");
        cluster.patch(PatchType.MERGE, CronTabs.COLLECTION + "/one", "{\"spec\":{\"color\":\"red\"}}");
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("ADDED one", "ADDED three", "ADDED two", "DELETED one");
        assertThat(names(cluster.list(
                        CronTabs.COLLECTION, Query.NONE.with("fieldSelector", "spec.color=blue,spec.size=1"))))
                .containsExactly("two");
        assertThatThrownBy(() -> cluster.list(CronTabs.COLLECTION, Query.NONE.with("fieldSelector", "spec.host=x")))
                .hasMessage("field label not supported: spec.host");
    }

    private static List<String> names(ObjectValue list) {
        return list.list("items").objects().stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    @Test
    void itemsOfSetsAndMapsMustDiffer() {
        define(CronTabs.definition(CronTabs.spec("""
                "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
                "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port"],
                  "items":{"type":"object","required":["port"],"properties":{"port":{"type":"integer"},
                  "name":{"type":"string"}}}}
                """)));

        assertThatThrownBy(() -> create(
                        "a", "{\"set\":[\"x\",\"y\",\"x\"],\"ports\":[{\"port\":1},{\"port\":1,\"name\":\"b\"}]}"))
                .hasMessage(
                        "CronTab.stable.example.com \"a\" is invalid: [spec.ports[1]: Duplicate value: {\"port\":1},"
                                + " spec.set[2]: Duplicate value: \"x\"]");
    }

    @Test
    void versionsShareOneObjectAndTheDefaultsOfTheOneAskedForHold() {
        define(CronTabs.versions("""
                {"name":"v1","served":true,"storage":false,"deprecated":true,"schema":{"openAPIV3Schema":%s}},
                {"name":"v2","served":true,"storage":true,"schema":{"openAPIV3Schema":%s}}
                """.formatted(
                        CronTabs.spec("\"a\":{\"type\":\"string\",\"default\":\"one\"}"),
                        CronTabs.spec("\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"string\",\"default\":\"two\"}"))));
        Answer created =
                cluster.handle(Verb.CREATE, CronTabs.COLLECTION, Query.NONE, Json.object(CronTabs.object("x", "{}")));
        ObjectValue second = cluster.get("stable.example.com/v2/namespaces/default/crontabs/x");

        assertThat(created.warnings()).containsExactly("stable.example.com/v1 CronTab is deprecated");
        assertThat(created.body().string("apiVersion")).isEqualTo("stable.example.com/v1");
        assertThat(second.string("apiVersion")).isEqualTo("stable.example.com/v2");
        assertThat(second.object("spec")).isEqualTo(Json.object("{\"a\":\"one\",\"b\":\"two\"}"));
    }

    @Test
    void strategicMergePatchesAreNotForCustomResources() {
        define(CronTabs.definition(CronTabs.spec(REPLICAS)));
        create("a", "{}");

        assertThatThrownBy(() -> cluster.patch(
                        PatchType.STRATEGIC_MERGE, CronTabs.COLLECTION + "/a", "{\"spec\":{\"replicas\":2}}"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.status().code()).isEqualTo(415));
    }

    @Test
    void aDefinitionThatIsDeletedTakesItsObjectsWithIt() {
        define(CronTabs.definition(CronTabs.spec(REPLICAS)));
        create("free", "{}");
        cluster.create(CronTabs.COLLECTION, """
                {"apiVersion":"stable.example.com/v1","kind":"CronTab",
                 "metadata":{"name":"held","finalizers":["example.com/hold"]}}
                """);
        ObjectValue answer = cluster.delete(CronTabs.DEFINITION, "{}");
        ObjectValue waiting = cluster.get(CronTabs.DEFINITION);

        assertThat(conditions(answer))
                .contains("Terminating True InstanceDeletionPending CustomResourceDefinition marked for deletion;"
                        + " CustomResource deletion will begin soon");
        assertThat(answer.object("metadata").list("finalizers").strings())
                .containsExactly("customresourcecleanup.apiextensions.k8s.io");
        assertThat(conditions(waiting))
                .contains("Terminating True InstanceDeletionInProgress CustomResource deletion is in progress");
        assertThat(names(cluster.list(CronTabs.COLLECTION, Query.NONE))).containsExactly("held");
        assertThatThrownBy(() -> create("late", "{}"))
                .hasMessage("create not allowed while custom resource definition is terminating");

        cluster.patch(PatchType.MERGE, CronTabs.COLLECTION + "/held", "{\"metadata\":{\"finalizers\":null}}");
        cluster.runtime.runUntilIdle();

        assertThatThrownBy(() -> cluster.get(CronTabs.DEFINITION)).hasMessageContaining("not found");
        assertThatThrownBy(() -> cluster.list(CronTabs.COLLECTION, Query.NONE))
                .hasMessage("the server could not find the requested resource");
        assertThat(cluster.store.snapshot().all("crontabs.stable.example.com")).isEmpty();
    }

    @Test
    void aWatchEndsWithWhatItWasBegunWith() {
        define(CronTabs.definition(CronTabs.spec(REPLICAS)));
        create("a", "{\"replicas\":3}");
        var heard = new TestServer.Heard();
        cluster.watch(CronTabs.COLLECTION, Query.NONE, heard);
        cluster.runtime.runUntilIdle();
        cluster.patch(PatchType.MERGE, CronTabs.DEFINITION, "{\"metadata\":{\"labels\":{\"team\":\"red\"}}}");
        cluster.runtime.runUntilIdle();

        assertThat(heard.closed).isFalse();

        create("b", "{\"replicas\":3}");
        cluster.patch(PatchType.JSON, CronTabs.DEFINITION, """
                [{"op":"remove",
                  "path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/replicas/maximum"}]
                """);
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("ADDED a", "ADDED b");
        assertThat(heard.closed).isTrue();
    }

    @Test
    void aWatchOfWhatIsDeletedHearsOfTheObjectsAndEnds() {
        define(CronTabs.definition(CronTabs.spec(REPLICAS)));
        create("a", "{\"replicas\":3}");
        var heard = new TestServer.Heard();
        cluster.watch(CronTabs.COLLECTION, Query.NONE, heard);
        cluster.runtime.runUntilIdle();
        cluster.delete(CronTabs.DEFINITION, "{}");
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("ADDED a", "DELETED a");
        assertThat(heard.closed).isTrue();
    }

    @Test
    void aWatchOfAVersionThatIsServedNoMoreEnds() {
        String open = "\"schema\":{\"openAPIV3Schema\":" + CronTabs.spec(REPLICAS) + "}";
        define(CronTabs.versions(
                "{\"name\":\"v1\",\"served\":true,\"storage\":true,%s},{\"name\":\"v2\",\"served\":true,\"storage\":false,%s}"
                        .formatted(open, open)));
        var heard = new TestServer.Heard();
        String second = CronTabs.COLLECTION.replace("/v1/", "/v2/");
        cluster.watch(second, Query.NONE, heard);
        cluster.patch(
                PatchType.JSON,
                CronTabs.DEFINITION,
                "[{\"op\":\"replace\",\"path\":\"/spec/versions/1/served\",\"value\":false}]");
        cluster.runtime.runUntilIdle();

        assertThat(heard.closed).isTrue();
        assertThatThrownBy(() -> cluster.watch(second, Query.NONE, heard))
                .hasMessageContaining("could not find the requested resource");
    }

    @Test
    void whoScalesOwnsTheNumberWhereverItStands() {
        define(CronTabs.definition(
                CronTabs.spec("\"size\":{\"type\":\"object\",\"properties\":{\"wanted\":{\"type\":\"integer\"}}}"),
                """
                ,"subresources":{"scale":{"specReplicasPath":".spec.size.wanted",
                  "statusReplicasPath":".status.replicas"}}
                """));
        String tab = CronTabs.COLLECTION + "/a";
        var alice = new Writer(cluster, "alice");
        alice.apply(tab, CronTabs.object("a", "{\"size\":{\"wanted\":3}}"));
        new Writer(cluster, "scaler").merge(tab + "/scale", "{\"spec\":{\"replicas\":5}}");

        assertThat(Writer.owners(cluster.get(tab)))
                .containsExactlyInAnyOrder("scaler Update stable.example.com/v1 scale {f:spec:{f:size:{f:wanted:{}}}}");
        assertThat(cluster.get(tab).object("spec").object("size").integer("wanted"))
                .isEqualTo(5);
        assertThatThrownBy(() -> alice.apply(tab, CronTabs.object("a", "{\"size\":{\"wanted\":3}}")))
                .hasMessageContaining(
                        "conflict with \"scaler\" with subresource \"scale\" using stable.example.com/v1: .spec.size.wanted");
    }
}
