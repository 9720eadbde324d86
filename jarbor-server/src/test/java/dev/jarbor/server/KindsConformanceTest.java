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

/** The API tests of kinds of configuration, of namespaces and of pods' templates, from the official descriptions. */
class KindsConformanceTest {
    private static final String MAPS = "v1/namespaces/default/configmaps";
    private static final String SECRETS = "v1/namespaces/default/secrets";
    private static final String PODS = "v1/namespaces/default/pods";
    private static final String TEMPLATES = "v1/namespaces/default/podtemplates";
    private static final String FIXED = "field is immutable when `immutable` is set";

    private final TestServer cluster = new TestServer();

    private static List<String> causes(Runnable call) {
        try {
            call.run();
            return List.of();
        } catch (ApiException refused) {
            return refused.status().details().causes().stream()
                    .map(cause -> cause.field() + ": " + cause.message())
                    .toList();
        }
    }

    private List<String> names(String collection, String labels) {
        return cluster.list(collection, Query.labels(labels)).list("items").objects().stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    private void deleteAll(String collection, String labels) {
        cluster.handle(Verb.DELETECOLLECTION, collection, Query.labels(labels), ObjectValue.EMPTY);
        assertThat(names(collection, labels)).isEmpty();
    }

    @Test
    @Conformance("NODE-04")
    void aConfigMapHasNoEmptyKey() {
        assertThat(causes(() -> cluster.create(MAPS, "{\"metadata\":{\"name\":\"m\"},\"data\":{\"\":\"value-1\"}}")))
                .anySatisfy(cause -> assertThat(cause)
                        .startsWith("data[]: Invalid value: \"\": a valid config key must consist of alphanumeric"));
    }

    @Test
    @Conformance("NODE-75")
    void aSecretHasNoEmptyKey() {
        String empty = "{\"metadata\":{\"name\":\"s\"},\"data\":{\"\":\"dmFsdWUtMQ==\"}}";
        assertThat(causes(() -> cluster.create(SECRETS, empty)))
                .anySatisfy(cause -> assertThat(cause).startsWith("data[]: Invalid value: \"\": a valid config key"));
    }

    @Test
    @Conformance("NODE-05")
    void aConfigMapIsCreatedReadPatchedListedAndDeleted() {
        var heard = new TestServer.Heard();
        cluster.watch(MAPS, Query.labels("test-configmap-static=true"), heard);
        cluster.create(MAPS, """
                {"metadata": {"name": "test-configmap", "labels": {"test-configmap-static": "true"}},
                 "data": {"valueName": "value"}}
                """);
        ObjectValue patched = cluster.patch(PatchType.STRATEGIC_MERGE, MAPS + "/test-configmap", """
                {"metadata": {"labels": {"test-configmap": "patched"}}, "data": {"valueName": "value1"}}
                """);

        assertThat(patched.object("data")).isEqualTo(Json.object("{\"valueName\": \"value1\"}"));
        assertThat(cluster.get(MAPS + "/test-configmap")).isEqualTo(patched);
        assertThat(names("v1/configmaps", "test-configmap=patched")).containsExactly("test-configmap");
        deleteAll(MAPS, "test-configmap-static=true");
        cluster.runtime.runUntilIdle();
        assertThat(heard.take())
                .containsExactly("ADDED test-configmap", "MODIFIED test-configmap", "DELETED test-configmap");
    }

    @Test
    @Conformance("NODE-06")
    void aConfigMapIsUpdated() {
        ObjectValue created = cluster.create(MAPS, "{\"metadata\":{\"name\":\"m\"},\"data\":{\"data\":\"value\"}}");

        ObjectValue updated = cluster.update(MAPS + "/m", created.update("data", data -> data.with("data", "value-2")));

        assertThat(updated.object("data").string("data")).isEqualTo("value-2");
        assertThat(updated.object("metadata").string("resourceVersion"))
                .isNotEqualTo(created.object("metadata").string("resourceVersion"));
        assertThat(cluster.get(MAPS + "/m")).isEqualTo(updated);
    }

    /** Changes, until it is fixed; then only a delete and a new one help. */
    private void isFixed(String collection, String json, ObjectValue data) {
        ObjectValue created = cluster.create(collection, json);
        ObjectValue changed = cluster.update(collection + "/it", created.with("data", data));
        ObjectValue fixed = cluster.update(collection + "/it", changed.with("immutable", Value.of(true)));

        assertThat(causes(() -> cluster.update(collection + "/it", fixed.without("immutable"))))
                .containsExactly("immutable: Forbidden: " + FIXED);
        assertThat(causes(() -> cluster.update(collection + "/it", fixed.with("data", ObjectValue.EMPTY))))
                .containsExactly("data: Forbidden: " + FIXED);
        ObjectValue labelled = cluster.patch(
                PatchType.MERGE, collection + "/it", "{\"metadata\": {\"labels\": {\"still\": \"possible\"}}}");
        assertThat(labelled.object("metadata").object("labels").string("still")).isEqualTo("possible");
        cluster.delete(collection + "/it", "{}");
        assertThat(cluster.create(collection, json).bool("immutable")).isFalse();
    }

    @Test
    @Conformance("STO-14")
    void aConfigMapIsFixedWhenItSaysSo() {
        isFixed(MAPS, "{\"metadata\":{\"name\":\"it\"},\"data\":{\"a\":\"1\"}}", Json.object("{\"a\": \"2\"}"));
    }

    @Test
    @Conformance("STO-82")
    void aSecretIsFixedWhenItSaysSo() {
        isFixed(
                SECRETS,
                "{\"metadata\":{\"name\":\"it\"},\"data\":{\"a\":\"YQ==\"}}",
                Json.object("{\"a\": \"Yg==\"}"));
    }

    @Test
    @Conformance("NODE-76")
    void aSecretIsPatchedFoundByItsLabelsAndDeleted() {
        cluster.create(SECRETS, """
                {"metadata": {"name": "test-secret", "labels": {"testsecret-constant": "true"}}, "type": "Opaque",
                 "data": {"key": "dmFsdWU="}}
                """);
        assertThat(names("v1/secrets", "testsecret-constant=true")).containsExactly("test-secret");

        ObjectValue patched = cluster.patch(PatchType.STRATEGIC_MERGE, SECRETS + "/test-secret", """
                {"metadata": {"labels": {"testsecret": "true"}}, "data": {"key": "dmFsdWUx"}}
                """);

        assertThat(patched.object("metadata").object("labels").string("testsecret"))
                .isEqualTo("true");
        assertThat(patched.object("data").string("key")).isEqualTo("dmFsdWUx");
        deleteAll(SECRETS, "testsecret=true");
    }

    @Test
    @Conformance("NODE-38")
    void leasesAreThere() {
        String leases = "coordination.k8s.io/v1/namespaces/default/leases";
        String json = """
                {"metadata": {"name": "NAME", "labels": {"special": "ours"}},
                 "spec": {"holderIdentity": "holder", "leaseDurationSeconds": 30, "leaseTransitions": 0,
                          "acquireTime": "2026-01-01T00:00:00.000000Z", "renewTime": "2026-01-01T00:00:05.000000Z"}}
                """;
        new ApiOperations(cluster, leases, json).all();

        ObjectValue created = cluster.create(leases, json.replace("NAME", "again"));
        ObjectValue moved = cluster.update(
                leases + "/again",
                created.update(
                        "spec", spec -> spec.with("holderIdentity", "holder2").with("leaseTransitions", 1)));
        assertThat(moved.object("spec").string("holderIdentity")).isEqualTo("holder2");
        assertThat(moved.object("spec").string("acquireTime")).isEqualTo("2026-01-01T00:00:00.000000Z");
    }

    private static String template(String name) {
        return """
                {"metadata": {"name": "%s", "labels": {"podtemplate-set": "true"}},
                 "template": {"spec": {"containers": [{"name": "token", "image": "registry.k8s.io/pause:3.10"}]}}}
                """.formatted(name);
    }

    @Test
    @Conformance("NODE-42")
    void podTemplatesAreDeletedAsACollection() {
        for (String name : List.of("test-podtemplate-1", "test-podtemplate-2", "test-podtemplate-3")) {
            cluster.create(TEMPLATES, template(name));
        }
        assertThat(names(TEMPLATES, "podtemplate-set=true")).hasSize(3);

        deleteAll(TEMPLATES, "podtemplate-set=true");
    }

    @Test
    @Conformance("NODE-43")
    void aPodTemplateIsReplaced() {
        ObjectValue created = cluster.create(TEMPLATES, template("one"));

        ObjectValue replaced = cluster.update(TEMPLATES + "/one", ApiOperations.annotated(created, "updated"));

        assertThat(replaced.object("metadata").object("annotations").string("updated"))
                .isEqualTo("true");
        assertThat(replaced.object("template")).isEqualTo(created.object("template"));
    }

    @Test
    @Conformance("NODE-44")
    void aPodTemplateLivesItsLife() {
        cluster.create(TEMPLATES, template("nginx-pod-template"));
        assertThat(names("v1/podtemplates", "podtemplate-set=true")).containsExactly("nginx-pod-template");

        ObjectValue patched = cluster.patch(
                PatchType.STRATEGIC_MERGE,
                TEMPLATES + "/nginx-pod-template",
                "{\"metadata\": {\"labels\": {\"podtemplate\": \"patched\"}}}");

        assertThat(cluster.get(TEMPLATES + "/nginx-pod-template")).isEqualTo(patched);
        assertThat(names(TEMPLATES, "podtemplate=patched")).containsExactly("nginx-pod-template");
        cluster.delete(TEMPLATES + "/nginx-pod-template", "{}");
        assertThat(names("v1/podtemplates", "podtemplate-set=true")).isEmpty();
    }

    @Test
    @Conformance("NODE-45")
    void aPodThatAsksForWhatItIsLimitedToIsGuaranteed() {
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");

        ObjectValue pod = cluster.create(PODS, """
                {"metadata": {"name": "qos"}, "spec": {"containers": [{"name": "agnhost", "image": "agnhost",
                 "resources": {"requests": {"cpu": "100m", "memory": "100Mi"},
                               "limits": {"cpu": "100m", "memory": "100Mi"}}}]}}
                """);

        assertThat(pod.object("status").string("qosClass")).isEqualTo("Guaranteed");
    }

    @Test
    @Conformance("NODE-83")
    void sysctlsWithNamesThatAreNoneAreRefused() {
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");

        assertThat(causes(() -> cluster.create(PODS, """
                        {"metadata": {"name": "sysctl"}, "spec": {"securityContext": {"sysctls": [
                          {"name": "foo-", "value": "bar"}, {"name": "kernel.shmmax", "value": "100000000"},
                          {"name": "safe-and-unsafe", "value": "100000000"}, {"name": "bar..", "value": "42"}]},
                         "containers": [{"name": "test", "image": "busybox"}]}}
                        """)))
                .hasSize(2)
                .anySatisfy(cause -> assertThat(cause)
                        .startsWith("spec.securityContext.sysctls[0].name: Invalid value: \"foo-\": must have at most"))
                .anySatisfy(cause -> assertThat(cause)
                        .startsWith(
                                "spec.securityContext.sysctls[3].name: Invalid value: \"bar..\": must have at most"));
    }

    @Test
    @Conformance("AM-56")
    void anUnknownFieldOfTheMetadataIsFound() {
        String json = """
                {"metadata": {"name": "web", "unknownMeta": "unknown", "labels": {"app": "nginx"}},
                 "spec": {"selector": {"matchLabels": {"app": "nginx"}},
                          "template": {"metadata": {"labels": {"app": "nginx"}, "unknownSubMeta": 1},
                                       "spec": {"containers": [{"name": "nginx", "image": "nginx"}]}}}}
                """;
        assertThatThrownBy(() -> cluster.handle(
                        Verb.CREATE,
                        "apps/v1/namespaces/default/deployments",
                        Query.NONE.with("fieldValidation", "Strict"),
                        Json.object(json)))
                .hasMessageContaining("strict decoding error: unknown field \"metadata.unknownMeta\"")
                .hasMessageContaining("unknown field \"spec.template.metadata.unknownSubMeta\"");
    }

    @Test
    @Conformance("AM-64")
    void aNamespaceTakesAFinalizer() {
        ObjectValue created = cluster.create("v1/namespaces", "{\"metadata\":{\"name\":\"e2e-ns\"}}");
        String ours = "e2e.example.com/fakeFinalizer";

        ObjectValue finalized = cluster.update(
                "v1/namespaces/e2e-ns/finalize",
                created.update(
                        "spec",
                        spec -> spec.with("finalizers", spec.list("finalizers").with(Value.of(ours)))));
        assertThat(finalized.object("spec").list("finalizers").strings()).containsExactly("kubernetes", ours);

        ObjectValue taken = cluster.update(
                "v1/namespaces/e2e-ns/finalize",
                finalized.with("spec", Json.object("{\"finalizers\": [\"kubernetes\"]}")));
        assertThat(taken.object("spec").list("finalizers").strings()).containsExactly("kubernetes");
    }

    @Test
    @Conformance("AM-65")
    void aNamespaceIsUpdated() {
        ObjectValue created = cluster.create("v1/namespaces", "{\"metadata\":{\"name\":\"e2e-ns\"}}");

        ObjectValue updated = cluster.update(
                "v1/namespaces/e2e-ns",
                created.update("metadata", metadata -> metadata.update("labels", labels -> labels.with("a", "b"))));

        assertThat(updated.object("metadata").object("labels"))
                .isEqualTo(Json.object("{\"kubernetes.io/metadata.name\": \"e2e-ns\", \"a\": \"b\"}"));
    }

    @Test
    @Conformance("AM-66")
    void theStatusOfANamespaceIsPatchedAndUpdated() {
        cluster.create("v1/namespaces", "{\"metadata\":{\"name\":\"e2e-ns\"}}");
        String path = "v1/namespaces/e2e-ns/status";

        ObjectValue patched = cluster.patch(PatchType.MERGE, path, """
                {"metadata": {"annotations": {"e2e-patched-ns-status": "e2e-ns"}}, "status": {"conditions": [
                  {"type": "StatusPatch", "status": "True", "reason": "E2E", "message": "Set by an e2e test",
                   "lastTransitionTime": null}]}}
                """);
        assertThat(patched.object("status")
                        .list("conditions")
                        .objects()
                        .getFirst()
                        .string("type"))
                .isEqualTo("StatusPatch");

        ObjectValue updated =
                cluster.update(path, patched.update("status", status -> status.with("conditions", Json.parse("""
                        [{"type": "StatusUpdate", "status": "True", "reason": "E2E", "message": "Updated"}]
                        """))));
        assertThat(updated.object("status").string("phase")).isEqualTo("Active");
        assertThat(cluster.get("v1/namespaces/e2e-ns")).isEqualTo(updated);
    }

    @Test
    @Conformance("AM-69")
    void aNamespaceIsPatched() {
        cluster.create("v1/namespaces", "{\"metadata\":{\"name\":\"nspatchtest\"}}");

        cluster.patch(
                PatchType.STRATEGIC_MERGE,
                "v1/namespaces/nspatchtest",
                "{\"metadata\": {\"labels\": {\"testLabel\": \"testValue\"}}}");

        ObjectValue read = cluster.get("v1/namespaces/nspatchtest");
        assertThat(read.object("metadata").object("labels").string("testLabel")).isEqualTo("testValue");
    }

    @Test
    @Conformance("AM-80")
    void aQuotaLivesItsLife() {
        String quotas = "v1/namespaces/default/resourcequotas";
        new ApiOperations(cluster, quotas, """
                {"metadata": {"name": "NAME", "labels": {"special": "ours"}},
                 "spec": {"hard": {"cpu": "1", "memory": "500Mi"}}}
                """).all();

        ObjectValue created = cluster.create(
                quotas,
                "{\"metadata\": {\"name\": \"q\"}, \"spec\": {\"hard\": {\"cpu\": \"1\", \"memory\": \"500Mi\"}}}");
        ObjectValue updated = cluster.update(
                quotas + "/q", created.with("spec", Json.object("{\"hard\": {\"cpu\": \"2\", \"memory\": \"1Gi\"}}")));
        assertThat(updated.object("spec").object("hard").string("memory")).isEqualTo("1Gi");
        ObjectValue patched =
                cluster.patch(PatchType.MERGE, quotas + "/q", "{\"spec\": {\"hard\": {\"memory\": \"750Mi\"}}}");
        assertThat(patched.object("spec").object("hard").string("memory")).isEqualTo("750Mi");
        ObjectValue counted = cluster.patch(
                PatchType.MERGE,
                quotas + "/q/status",
                "{\"status\": {\"hard\": {\"cpu\": \"2\"}, \"used\": {\"cpu\": \"1\"}}}");
        assertThat(counted.object("status").object("used").string("cpu")).isEqualTo("1");
    }

    @Test
    @Conformance("APP-06")
    void cronJobsSupportEverythingTheirApiOffers() {
        String cronJobs = "batch/v1/namespaces/default/cronjobs";
        String json = """
                {"metadata": {"name": "NAME", "labels": {"special": "ours"}},
                 "spec": {"schedule": "* */1 * * ?", "concurrencyPolicy": "Allow", "jobTemplate": {"spec": {
                   "backoffLimit": 6, "template": {"spec": {"restartPolicy": "OnFailure",
                     "containers": [{"name": "c", "image": "busybox", "command": ["sleep", "1"]}]}}}}}}
                """;
        var operations = new ApiOperations(cluster, cronJobs, json);
        operations.all();
        operations.status(
                "status",
                "{\"status\": {\"lastScheduleTime\": \"2026-01-01T00:00:00Z\"}}",
                "lastScheduleTime",
                Value.of("2026-01-01T00:00:00Z"),
                Json.object("{\"lastScheduleTime\": \"2026-01-02T00:00:00Z\"}"));
    }
}
