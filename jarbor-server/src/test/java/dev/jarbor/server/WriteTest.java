package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import java.util.List;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What options do to writes, in every verb that has them, and how what cannot be written is refused. */
class WriteTest {
    private static final String MAPS = "v1/namespaces/default/configmaps";
    private static final String MAP = MAPS + "/web";
    private static final String DEPLOYMENTS = "apps/v1/namespaces/default/deployments";
    private static final String DEPLOYMENT = DEPLOYMENTS + "/web";

    private final TestServer cluster = new TestServer();

    private ObjectValue map() {
        return cluster.create(MAPS, "{\"metadata\":{\"name\":\"web\"},\"data\":{\"a\":\"1\"}}");
    }

    private ObjectValue deployment() {
        return cluster.create(DEPLOYMENTS, """
                {"metadata":{"name":"web"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},
                 "template":{"metadata":{"labels":{"app":"web"}},"spec":{
                   "containers":[{"name":"web","image":"web:1","env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}],
                   "volumes":[{"name":"data","emptyDir":{}}]}}}}
                """);
    }

    private Answer patch(PatchType type, String path, Query query, String json) {
        return cluster.server.handle(
                User.ADMIN, new ApiRequest(Verb.PATCH, TestServer.path(path), query, Json.parse(json), type));
    }

    private static void refused(int code, String reason, ThrowingCallable write) {
        assertThatThrownBy(write).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.status().code()).as(refused.getMessage()).isEqualTo(code);
            assertThat(refused.status().reason()).as(refused.getMessage()).isEqualTo(reason);
        });
    }

    @Test
    void aTestOfAJsonPatchThatFailsChangesNothing() {
        ObjectValue before = map();

        refused(422, "Invalid", () -> cluster.patch(PatchType.JSON, MAP, """
                [{"op":"replace","path":"/data/a","value":"2"},{"op":"test","path":"/data/a","value":"1"}]
                """));
        assertThat(cluster.get(MAP)).isEqualTo(before);

        cluster.patch(PatchType.JSON, MAP, """
                [{"op":"test","path":"/data/a","value":"1"},{"op":"replace","path":"/data/a","value":"2"}]
                """);
        assertThat(cluster.get(MAP).object("data").string("a")).isEqualTo("2");
    }

    @Test
    void everyDirectiveOfAStrategicMergeIsTakenByTheServer() {
        deployment();
        cluster.patch(
                PatchType.MERGE, DEPLOYMENT, "{\"metadata\":{\"finalizers\":[\"example.com/a\",\"example.com/b\"]}}");

        ObjectValue patched = cluster.patch(PatchType.STRATEGIC_MERGE, DEPLOYMENT, """
                {"metadata":{"$deleteFromPrimitiveList/finalizers":["example.com/a"]},
                 "spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"},
                  "template":{"spec":{
                   "$setElementOrder/containers":[{"name":"side"},{"name":"web"}],
                   "containers":[{"name":"side","image":"side:1"},
                     {"name":"web","env":[{"name":"A","$patch":"delete"},{"name":"C","value":"3"}]}],
                   "volumes":[{"name":"new","emptyDir":{}},{"$patch":"replace"}]}}}}
                """);

        ObjectValue pod = patched.object("spec").object("template").object("spec");
        assertThat(patched.object("metadata").list("finalizers").strings()).containsExactly("example.com/b");
        assertThat(patched.object("spec").object("strategy")).isEqualTo(Json.object("{\"type\":\"Recreate\"}"));
        assertThat(pod.list("containers").objects())
                .extracting(container -> container.string("name"))
                .containsExactly("side", "web");
        assertThat(pod.list("containers").objects().getLast().list("env").objects())
                .extracting(variable -> variable.string("name"))
                .containsExactlyInAnyOrder("C", "B");
        assertThat(pod.list("volumes").objects())
                .extracting(volume -> volume.string("name"))
                .containsExactly("new");
    }

    @Test
    void aDeletionMayBeForOneVersionOnly() {
        ObjectValue old = map();
        ObjectValue present = cluster.patch(PatchType.MERGE, MAP, "{\"data\":{\"a\":\"2\"}}");
        String options = "{\"preconditions\":{\"resourceVersion\":\"%s\"}}";

        assertThatThrownBy(() -> cluster.delete(MAP, options.formatted(Metadata.resourceVersion(old))))
                .hasMessage(
                        "Operation cannot be fulfilled on ConfigMap \"web\": the ResourceVersion in the precondition ("
                                + Metadata.resourceVersion(old) + ") does not match the ResourceVersion in record ("
                                + Metadata.resourceVersion(present) + "). The object might have been modified");
        cluster.delete(MAP, options.formatted(Metadata.resourceVersion(present)));
        refused(404, "NotFound", () -> cluster.get(MAP));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"propagationPolicy\":\"Foreground\"} | foregroundDeletion",
                "{\"propagationPolicy\":\"Orphan\"}     | orphan",
                "{\"orphanDependents\":true}            | orphan",
            })
    void theWayOfADeletionIsWrittenAsAFinalizer(String options, String finalizer) {
        deployment();

        ObjectValue marked = cluster.delete(DEPLOYMENT, options);

        assertThat(marked.object("metadata").list("finalizers").strings()).containsExactly(finalizer);
        assertThat(cluster.delete(DEPLOYMENT, "{\"propagationPolicy\":\"Background\"}")
                        .string("status"))
                .as("who comes later may say it again, and otherwise")
                .isEqualTo("Success");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'propagationPolicy':'Sideways'} | propagationPolicy: Unsupported value: \"Sideways\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
                "{'propagationPolicy':'Orphan','orphanDependents':true} | propagationPolicy: Invalid value: \"Orphan\": orphanDependents and deletionPropagation cannot be both set",
                "{'dryRun':['Some']} | dryRun: Unsupported value: [\"Some\"]: supported values: \"All\"",
            },
            quoteCharacter = '`')
    void aDeletionThatMeansNothingIsRefused(String options, String message) {
        map();

        assertThatThrownBy(() -> cluster.delete(MAP, options.replace('\'', '"')))
                .hasMessage("DeleteOptions.meta.k8s.io \"\" is invalid: " + message);
        assertThat(cluster.get(MAP).has("metadata")).isTrue();
    }

    @Test
    void aCollectionIsDeletedWithTheOptionsOfADeletion() {
        deployment();
        cluster.patch(PatchType.MERGE, DEPLOYMENT, "{\"metadata\":{\"labels\":{\"tier\":\"web\"}}}");
        Query selected = Query.labels("tier=web");

        cluster.handle(Verb.DELETECOLLECTION, DEPLOYMENTS, Query.labels("tier=none"), ObjectValue.EMPTY);
        assertThat(cluster.get(DEPLOYMENT).object("metadata").has("deletionTimestamp"))
                .isFalse();
        cluster.handle(
                Verb.DELETECOLLECTION, DEPLOYMENTS, selected, Json.object("{\"propagationPolicy\":\"Foreground\"}"));
        assertThat(cluster.get(DEPLOYMENT).object("metadata").list("finalizers").strings())
                .containsExactly("foregroundDeletion");
        cluster.handle(
                Verb.DELETECOLLECTION, DEPLOYMENTS, selected, Json.object("{\"propagationPolicy\":\"Background\"}"));
        refused(404, "NotFound", () -> cluster.get(DEPLOYMENT));
    }

    @Test
    void noVerbWritesInADryRun() {
        ObjectValue map = map();
        deployment();
        Query dry = Query.NONE.with("dryRun", "All");
        ObjectValue changed = map.with("data", Json.object("{\"a\":\"2\"}"));
        String merge = "{\"data\":{\"a\":\"2\"}}";
        long before = cluster.store.snapshot().revision();

        for (Supplier<Answer> change : List.<Supplier<Answer>>of(
                () -> cluster.handle(Verb.UPDATE, MAP, dry, changed),
                () -> patch(PatchType.MERGE, MAP, dry, merge),
                () -> patch(PatchType.STRATEGIC_MERGE, MAP, dry, merge),
                () -> patch(PatchType.JSON, MAP, dry, "[{\"op\":\"replace\",\"path\":\"/data/a\",\"value\":\"2\"}]"),
                () -> patch(
                        PatchType.APPLY,
                        MAP,
                        dry.with("fieldManager", "me").with("force", true),
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"web\"},\"data\":{\"a\":\"2\"}}"))) {
            assertThat(change.get().body().object("data").string("a")).isEqualTo("2");
        }
        assertThat(cluster.handle(Verb.CREATE, MAPS, dry, Json.object("{\"metadata\":{\"name\":\"new\"}}"))
                        .body()
                        .object("metadata")
                        .string("uid"))
                .isNotEmpty();
        assertThat(patch(PatchType.MERGE, DEPLOYMENT + "/scale", dry, "{\"spec\":{\"replicas\":7}}")
                        .body()
                        .object("spec")
                        .integer("replicas"))
                .isEqualTo(7);
        patch(PatchType.MERGE, DEPLOYMENT + "/status", dry, "{\"status\":{\"replicas\":7}}");
        cluster.handle(Verb.DELETE, MAP, dry, ObjectValue.EMPTY);
        cluster.delete(MAP, "{\"dryRun\":[\"All\"]}");
        cluster.handle(Verb.DELETECOLLECTION, MAPS, dry, ObjectValue.EMPTY);

        assertThat(cluster.store.snapshot().revision()).isEqualTo(before);
        assertThat(cluster.get(MAP)).isEqualTo(map);
    }

    @ParameterizedTest
    @CsvSource(value = {"CREATE", "UPDATE", "MERGE", "STRATEGIC_MERGE", "JSON"})
    void unknownFieldsAreJudgedInEveryWrite(String write) {
        map();

        assertThat(unknown(write, "Ignore").warnings()).isEmpty();
        assertThat(unknown(write, "Warn").warnings()).containsExactly("unknown field \"dta\"");
        assertThat(unknown(write, "").warnings())
                .as("who does not say is warned")
                .containsExactly("unknown field \"dta\"");
        boolean whole = write.equals("CREATE") || write.equals("UPDATE");
        refused(whole ? 400 : 422, whole ? "BadRequest" : "Invalid", () -> unknown(write, "Strict"));
        assertThatThrownBy(() -> unknown(write, "Strict"))
                .hasMessageEndingWith("strict decoding error: unknown field \"dta\"");
        assertThatThrownBy(() -> unknown(write, "Perhaps"))
                .hasMessageContaining(
                        "fieldValidation: Unsupported value: \"Perhaps\": supported values: \"\", \"Ignore\","
                                + " \"Strict\", \"Warn\"");
    }

    /** A write with a field that a ConfigMap does not have. */
    private Answer unknown(String write, String validation) {
        Query query = validation.isEmpty() ? Query.NONE : Query.NONE.with("fieldValidation", validation);
        ObjectValue odd = ObjectValue.EMPTY.with("dta", Json.object("{\"a\":\"1\"}"));
        return switch (write) {
            case "CREATE" ->
                cluster.handle(
                        Verb.CREATE, MAPS, query, odd.with("metadata", Json.object("{\"generateName\":\"new-\"}")));
            case "UPDATE" ->
                cluster.handle(Verb.UPDATE, MAP, query, odd.with("metadata", Json.object("{\"name\":\"web\"}")));
            case "JSON" ->
                patch(PatchType.JSON, MAP, query, "[{\"op\":\"add\",\"path\":\"/dta\",\"value\":{\"a\":\"1\"}}]");
            default -> patch(PatchType.valueOf(write), MAP, query, Json.text(odd));
        };
    }

    @Test
    void whatAPatchMakesUnreadableIsShownInItsRefusal() {
        deployment();
        Query strict = Query.NONE.with("fieldValidation", "Strict");

        assertThatThrownBy(() -> patch(
                        PatchType.STRATEGIC_MERGE, DEPLOYMENT, strict, "{\"spec\":{\"replicaz\":2,\"paused\":null}}"))
                .hasMessage(" \"\" is invalid: patch: Invalid value: \"map[spec:map[paused:<nil> replicaz:2]]\": strict"
                        + " decoding error: unknown field \"spec.replicaz\"");
        assertThatThrownBy(() -> patch(PatchType.MERGE, DEPLOYMENT, Query.NONE, "{\"spec\":{\"replicas\":\"many\"}}"))
                .hasMessageStartingWith(" \"\" is invalid: patch: Invalid value: \"{")
                .hasMessageEndingWith(
                        ": json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of"
                                + " type int32");
    }

    @Test
    void refusalsHaveTheCodesOfTheReference() {
        ObjectValue map = map();
        ObjectValue stale = deployment();
        ObjectValue fresh = cluster.patch(PatchType.MERGE, DEPLOYMENT, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");

        refused(409, "AlreadyExists", this::map);
        refused(409, "Conflict", () -> cluster.update(DEPLOYMENT, stale));
        refused(409, "Conflict", () -> cluster.update(MAP, map.update("metadata", all -> all.with("uid", "other"))));
        refused(409, "Conflict", () -> patch(PatchType.APPLY, MAP, Query.NONE.with("fieldManager", "me"), """
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"web"},"data":{"a":"2"}}
                        """));
        refused(409, "Conflict", () -> cluster.delete(MAP, "{\"preconditions\":{\"uid\":\"other\"}}"));
        refused(422, "Invalid", () -> cluster.create(MAPS, "{\"metadata\":{\"name\":\"A_b\"}}"));
        refused(
                422,
                "Invalid",
                () -> cluster.update(
                        DEPLOYMENT,
                        fresh.update(
                                "spec",
                                spec -> spec.with("selector", Json.object("{\"matchLabels\":{\"app\":\"x\"}}")))));
        refused(422, "Invalid", () -> cluster.patch(PatchType.MERGE, DEPLOYMENT, "{\"spec\":{\"replicas\":-1}}"));
        refused(
                422,
                "Invalid",
                () -> cluster.patch(PatchType.JSON, MAP, "[{\"op\":\"remove\",\"path\":\"/data/no\"}]"));
        refused(422, "Invalid", () -> cluster.delete(MAP, "{\"propagationPolicy\":\"Sideways\"}"));
        refused(400, "BadRequest", () -> cluster.patch(PatchType.JSON, MAP, "{\"op\":\"remove\"}"));
        refused(400, "BadRequest", () -> cluster.update(MAP, map.update("metadata", all -> all.with("name", "other"))));
        refused(
                400,
                "BadRequest",
                () -> cluster.update(MAP, map.update("metadata", all -> all.with("namespace", "other"))));
        refused(400, "BadRequest", () -> cluster.create(MAPS, "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"x\"}}"));
        refused(
                404,
                "NotFound",
                () -> cluster.update(MAPS + "/none", map.update("metadata", all -> all.with("name", "none"))));
        refused(404, "NotFound", () -> cluster.patch(PatchType.MERGE, MAPS + "/none", "{}"));
        refused(404, "NotFound", () -> cluster.delete(MAPS + "/none", "{}"));
        refused(
                405,
                "MethodNotAllowed",
                () -> cluster.handle(Verb.DELETE, "v1/namespaces/default/bindings/a", Query.NONE, ObjectValue.EMPTY));
    }
}
