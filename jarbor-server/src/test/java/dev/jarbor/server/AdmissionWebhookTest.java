package dev.jarbor.server;

import static dev.jarbor.server.webhook.WebhookServer.allowed;
import static dev.jarbor.server.webhook.WebhookServer.denied;
import static dev.jarbor.server.webhook.WebhookServer.patched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.webhook.WebhookServer;
import dev.jarbor.testing.Conformance;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhooks as clients and their servers see them; most follow test/e2e/apimachinery/webhook.go of the reference. */
class AdmissionWebhookTest {
    private static final String MUTATING = "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private static final String VALIDATING = "admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    private static final String MAPS = "v1/namespaces/shop/configmaps";
    private static final String PODS = "v1/namespaces/shop/pods";

    private final TestServer server = new TestServer();
    private final WebhookServer hook = new WebhookServer();

    @BeforeEach
    void aNamespace() {
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\",\"labels\":{\"team\":\"blue\"}}}");
        server.create("v1/namespaces/shop/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
    }

    @AfterEach
    void close() {
        hook.close();
    }

    /** A webhook named {@code <path>.example.com} for some operations on some core resources. */
    private ObjectValue webhook(String path, String operations, String resources) {
        return Json.object("""
                {"name":"%s.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
                 "rules":[{"operations":[%s],"apiGroups":[""],"apiVersions":["v1"],"resources":[%s]}]}
                """.formatted(path.substring(1), operations, resources))
                .with("clientConfig", hook.clientConfig(path));
    }

    private ObjectValue configure(String storage, String name, ObjectValue... webhooks) {
        ObjectValue configuration = ObjectValue.EMPTY
                .with("metadata", ObjectValue.EMPTY.with("name", name))
                .with("webhooks", ListValue.of(webhooks));
        return server.handle(Verb.CREATE, storage, Query.NONE, configuration).body();
    }

    private ObjectValue map(String name) {
        return server.create(MAPS, "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"mutation-start\":\"yes\"}}");
    }

    private void pod(String name) {
        server.create(
                PODS,
                "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}"
                        .formatted(name));
    }

    private static ApiStatus refusal(ThrowingCallable call) {
        return catchThrowableOfType(ApiException.class, call).status();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    @Conformance("AM-11")
    void aWebhookDeniesPodsAndConfigMaps() {
        hook.on(
                "/pods",
                request -> request.string("name").equals("disallowed")
                        ? denied("the pod contains unwanted container name; the pod contains unwanted label")
                        : allowed());
        hook.on(
                "/maps",
                request -> request.object("object").object("data").has("webhook-e2e-test")
                        ? denied("the configmap contains unwanted key and value")
                        : allowed());
        configure(
                VALIDATING,
                "deny",
                webhook("/pods", "\"CREATE\"", "\"pods\""),
                webhook("/maps", "\"CREATE\",\"UPDATE\",\"DELETE\"", "\"configmaps\""));
        assertThatThrownBy(() -> pod("disallowed"))
                .hasMessage("admission webhook \"pods.example.com\" denied the request: the pod contains unwanted"
                        + " container name; the pod contains unwanted label");
        pod("allowed");
        ObjectValue map = map("allowed");
        ObjectValue changed = map.with("data", ObjectValue.EMPTY.with("webhook-e2e-test", "webhook-disallow"));
        ApiStatus status = refusal(() -> server.update(MAPS + "/allowed", changed));
        assertThat(status.code()).isEqualTo(400);
        assertThat(status.reason()).isEmpty();
        assertThat(status.message())
                .isEqualTo("admission webhook \"maps.example.com\" denied the request: the configmap contains"
                        + " unwanted key and value");
        assertThatThrownBy(() -> server.patch(
                        PatchType.STRATEGIC_MERGE,
                        MAPS + "/allowed",
                        "{\"data\":{\"webhook-e2e-test\":\"webhook-disallow\"}}"))
                .hasMessageContaining("the configmap contains unwanted key and value");
        assertThat(server.get(MAPS + "/allowed").object("data").has("webhook-e2e-test"))
                .isFalse();
    }

    @Test
    void aDenialHasTheWebhooksOwnCodeReasonAndDetails() {
        hook.on(
                "/odd",
                request -> allowed()
                        .with("allowed", false)
                        .with(
                                "status",
                                Json.object(
                                        "{\"code\":418,\"reason\":\"Teapot\",\"details\":{\"causes\":[{\"field\":\"f\"}]}}")));
        hook.on("/mute", request -> allowed().with("allowed", false));
        configure(VALIDATING, "deny", webhook("/odd", "\"CREATE\"", "\"configmaps\""));
        ApiStatus status = refusal(() -> map("m"));
        assertThat(status.code()).isEqualTo(418);
        assertThat(status.reason()).isEqualTo("Teapot");
        assertThat(status.message()).isEqualTo("admission webhook \"odd.example.com\" denied the request: Teapot");
        assertThat(status.details().causes()).hasSize(1);
        configure(VALIDATING, "a-mute", webhook("/mute", "\"CREATE\"", "\"configmaps\""));
        assertThat(refusal(() -> map("m")).message())
                .as("the first in order is told")
                .isEqualTo("admission webhook \"mute.example.com\" denied the request without explanation");
    }

    @Test
    @Conformance("AM-15")
    void webhooksChangeAConfigMapOneAfterTheOther() {
        hook.on(
                "/stage-1",
                request -> request.object("object").object("data").has("mutation-start")
                        ? patched("[{\"op\":\"add\",\"path\":\"/data/mutation-stage-1\",\"value\":\"yes\"}]")
                        : allowed());
        hook.on(
                "/stage-2",
                request -> request.object("object").object("data").has("mutation-stage-1")
                        ? patched("[{\"op\":\"add\",\"path\":\"/data/mutation-stage-2\",\"value\":\"yes\"}]")
                        : allowed());
        configure(
                MUTATING,
                "mutate",
                webhook("/stage-1", "\"CREATE\"", "\"configmaps\""),
                webhook("/stage-2", "\"CREATE\"", "\"configmaps\""));
        map("m");
        assertThat(server.get(MAPS + "/m").object("data").strings())
                .containsOnlyKeys("mutation-start", "mutation-stage-1", "mutation-stage-2");
    }

    @Test
    @Conformance("AM-20")
    void aPodThatAWebhookChangesGetsDefaultsAfterwards() {
        hook.on(
                "/init",
                request -> patched(
                        "[{\"op\":\"add\",\"path\":\"/spec/initContainers\",\"value\":"
                                + "[{\"image\":\"webhook-added-image\",\"name\":\"webhook-added-init-container\",\"resources\":{}}]}]"));
        configure(MUTATING, "mutate", webhook("/init", "\"CREATE\"", "\"pods\""));
        pod("webhook-to-be-mutated");
        ObjectValue added = server.get(PODS + "/webhook-to-be-mutated")
                .object("spec")
                .list("initContainers")
                .objects()
                .getFirst();
        assertThat(added.string("name")).isEqualTo("webhook-added-init-container");
        assertThat(added.string("terminationMessagePolicy")).isEqualTo("File");
        assertThat(added.string("terminationMessagePath")).isEqualTo("/dev/termination-log");
    }

    @Test
    @Conformance("AM-12")
    void aWebhookDeniesDefinitionsOfCustomResources() {
        hook.on("/crd", request -> denied("the crd contains unwanted label"));
        ObjectValue webhook = webhook("/crd", "\"CREATE\"", "\"customresourcedefinitions\"")
                .with(
                        "rules",
                        Json.parse("[{\"operations\":[\"CREATE\"],\"apiGroups\":[\"apiextensions.k8s.io\"],"
                                + "\"apiVersions\":[\"*\"],\"resources\":[\"customresourcedefinitions\"]}]"));
        configure(VALIDATING, "deny", webhook);
        assertThatThrownBy(() -> server.create("apiextensions.k8s.io/v1/customresourcedefinitions", """
                        {"metadata":{"name":"things.example.com","labels":{"webhook-e2e-test":"webhook-disallow"}},
                         "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"things","singular":"thing",
                          "kind":"Thing","listKind":"ThingList"},"versions":[{"name":"v1","served":true,"storage":true,
                          "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
                        """))
                .hasMessage(
                        "admission webhook \"crd.example.com\" denied the request: the crd contains unwanted label");
    }

    @Test
    @Conformance("AM-21")
    void configurationsOfWebhooksAreNeverSentToWebhooks() {
        hook.on("/deny", request -> denied("everything"));
        hook.on(
                "/change",
                request -> patched("[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"b\"}}]"));
        String everything =
                "[{\"operations\":[\"*\"],\"apiGroups\":[\"*\"],\"apiVersions\":[\"*\"]," + "\"resources\":[\"*/*\"]}]";
        configure(MUTATING, "change", webhook("/change", "\"*\"", "\"*\"").with("rules", Json.parse(everything)));
        configure(VALIDATING, "deny", webhook("/deny", "\"*\"", "\"*\"").with("rules", Json.parse(everything)));
        ObjectValue dummy = configure(VALIDATING, "dummy", webhook("/nowhere", "\"CREATE\"", "\"configmaps\""));
        assertThat(dummy.object("metadata").has("labels")).isFalse();
        assertThat(configure(MUTATING, "dummy", webhook("/nowhere", "\"CREATE\"", "\"configmaps\""))
                        .object("metadata")
                        .has("labels"))
                .isFalse();
        server.delete(VALIDATING + "/dummy", "{}");
        server.delete(MUTATING + "/dummy", "{}");
        server.delete(VALIDATING + "/deny", "{}");
        assertThat(hook.requests).isEmpty();
    }

    @Test
    @Conformance("AM-24")
    void aWebhookThatCannotBeAskedFailsTheRequestUnlessItSaysOtherwise() {
        ObjectValue unreachable = webhook("/any", "\"CREATE\"", "\"configmaps\"")
                .with("clientConfig", ObjectValue.EMPTY.with("url", "https://localhost:1/any"))
                .with("namespaceSelector", Json.parse("{\"matchLabels\":{\"team\":\"blue\"}}"));
        configure(VALIDATING, "closed", unreachable);
        ApiStatus status = refusal(() -> map("m"));
        assertThat(status.code()).isEqualTo(500);
        assertThat(status.reason()).isEqualTo("InternalError");
        assertThat(status.message())
                .isEqualTo(
                        "Internal error occurred: failed calling webhook \"any.example.com\": failed to call webhook:"
                                + " Post \"https://localhost:1/any?timeout=10s\": dial tcp 127.0.0.1:1: connect: connection"
                                + " refused");
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"red\"}}");
        server.create("v1/namespaces/red/configmaps", "{\"metadata\":{\"name\":\"m\"}}");
        server.delete(VALIDATING + "/closed", "{}");
        configure(VALIDATING, "open", unreachable.with("failurePolicy", "Ignore"));
        assertThat(map("m").string("kind")).isEqualTo("ConfigMap");
    }

    @Test
    @Conformance("AM-13")
    void aWebhookHasAsMuchTimeAsItsConfigurationGivesIt() {
        var thought = new CountDownLatch(1);
        hook.on("/slow", request -> {
            await(thought);
            return allowed();
        });
        ObjectValue slow = webhook("/slow", "\"CREATE\"", "\"configmaps\"");
        configure(VALIDATING, "slow", slow.with("timeoutSeconds", 1));
        assertThat(refusal(() -> map("m")).message())
                .startsWith(
                        "Internal error occurred: failed calling webhook \"slow.example.com\": failed to call webhook:")
                .endsWith("/slow?timeout=1s\": context deadline exceeded");
        server.delete(VALIDATING + "/slow", "{}");
        configure(VALIDATING, "slow", slow.with("timeoutSeconds", 1).with("failurePolicy", "Ignore"));
        map("ignored");
        thought.countDown();
        server.delete(VALIDATING + "/slow", "{}");
        configure(VALIDATING, "slow", slow.with("timeoutSeconds", 20));
        map("patient");
        server.delete(VALIDATING + "/slow", "{}");
        configure(VALIDATING, "slow", slow);
        assertThat(server.get(VALIDATING + "/slow")
                        .list("webhooks")
                        .objects()
                        .getFirst()
                        .integer("timeoutSeconds"))
                .isEqualTo(10);
        map("patient-by-default");
    }

    @Test
    @Conformance({"AM-03", "AM-15"})
    void mutatingWebhooksAreListedAndEndWhenTheCollectionIsDeleted() {
        hook.on(
                "/stage",
                request -> patched("[{\"op\":\"add\",\"path\":\"/data/mutation-stage-1\",\"value\":\"yes\"}]"));
        for (int i = 0; i < 3; i++) {
            configure(MUTATING, "mutate-" + i, webhook("/stage", "\"CREATE\"", "\"configmaps\""));
        }
        assertThat(server.list(MUTATING, Query.NONE).list("items").size()).isEqualTo(3);
        assertThat(map("before").object("data").has("mutation-stage-1")).isTrue();
        server.handle(Verb.DELETECOLLECTION, MUTATING, Query.NONE, ObjectValue.EMPTY);
        assertThat(map("after").object("data").has("mutation-stage-1")).isFalse();
    }

    @Test
    @Conformance("AM-04")
    void validatingWebhooksAreListedAndEndWhenTheCollectionIsDeleted() {
        hook.on("/deny", request -> denied("no"));
        configure(VALIDATING, "deny-1", webhook("/deny", "\"CREATE\"", "\"configmaps\""));
        configure(VALIDATING, "deny-2", webhook("/deny", "\"CREATE\"", "\"configmaps\""));
        assertThat(server.list(VALIDATING, Query.NONE).list("items").size()).isEqualTo(2);
        assertThatThrownBy(() -> map("before")).hasMessageContaining("denied the request: no");
        server.handle(Verb.DELETECOLLECTION, VALIDATING, Query.NONE, ObjectValue.EMPTY);
        map("after");
    }

    @Test
    @Conformance({"AM-05", "AM-06"})
    void updatedAndPatchedRulesCountAtOnce() {
        hook.on(
                "/stage",
                request -> patched("[{\"op\":\"add\",\"path\":\"/data/mutation-stage-1\",\"value\":\"yes\"}]"));
        hook.on("/deny", request -> denied("no"));
        for (String storage : List.of(MUTATING, VALIDATING)) {
            String path = storage.equals(MUTATING) ? "/stage" : "/deny";
            ObjectValue made = configure(storage, "changing", webhook(path, "\"CREATE\"", "\"configmaps\""));
            server.update(
                    storage + "/changing",
                    made.with("webhooks", ListValue.of(webhook(path, "\"UPDATE\"", "\"configmaps\""))));
            assertThat(map("first").object("data").has("mutation-stage-1")).isEqualTo(storage.equals(VALIDATING));
            server.delete(MAPS + "/first", "{}");
            server.patch(
                    PatchType.JSON,
                    storage + "/changing",
                    "[{\"op\":\"replace\",\"path\":\"/webhooks/0/rules/0/operations\",\"value\":[\"CREATE\"]}]");
        }
        assertThatThrownBy(() -> map("second")).hasMessageContaining("denied the request: no");
        server.delete(VALIDATING + "/changing", "{}");
        assertThat(map("second").object("data").has("mutation-stage-1")).isTrue();
    }

    @Test
    void aReviewSaysWhoDoesWhatToWhichObject() {
        hook.on("/see", request -> allowed());
        configure(VALIDATING, "see", webhook("/see", "\"*\"", "\"configmaps\",\"namespaces\""));
        map("m");
        server.delete(MAPS + "/m", "{\"gracePeriodSeconds\":0}");
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"red\"}}");
        ObjectValue created = hook.requests.get(0);
        assertThat(created.without("uid").without("object")).isEqualTo(Json.object("""
                {"kind":{"group":"","version":"v1","kind":"ConfigMap"},
                 "resource":{"group":"","version":"v1","resource":"configmaps"},
                 "requestKind":{"group":"","version":"v1","kind":"ConfigMap"},
                 "requestResource":{"group":"","version":"v1","resource":"configmaps"},
                 "name":"m","namespace":"shop","operation":"CREATE",
                 "userInfo":{"username":"kubernetes-admin","groups":["system:masters","system:authenticated"]},
                 "oldObject":null,"dryRun":false,
                 "options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}"""));
        assertThat(created.object("object").object("metadata").string("uid"))
                .as("validating webhooks see what the server added")
                .isNotEmpty();
        ObjectValue deleted = hook.requests.get(1);
        assertThat(deleted.valueOrNull("object")).isEqualTo(NullValue.NULL);
        assertThat(deleted.object("oldObject").object("data").has("mutation-start"))
                .isTrue();
        assertThat(deleted.object("options"))
                .isEqualTo(Json.object(
                        "{\"gracePeriodSeconds\":0,\"kind\":\"DeleteOptions\",\"apiVersion\":\"meta.k8s.io/v1\"}"));
        assertThat(hook.requests.get(2).string("namespace"))
                .as("a namespace is in itself")
                .isEqualTo("red");
    }

    @Test
    void eachObjectOfADeletedCollectionIsReviewed() {
        hook.on("/keep", request -> request.string("name").equals("kept") ? denied("it is kept") : allowed());
        configure(VALIDATING, "keep", webhook("/keep", "\"DELETE\"", "\"configmaps\""));
        map("a");
        map("kept");
        assertThatThrownBy(() -> server.handle(Verb.DELETECOLLECTION, MAPS, Query.NONE, ObjectValue.EMPTY))
                .hasMessageContaining("it is kept");
        assertThat(hook.requests).extracting(request -> request.string("name")).containsExactly("a", "kept");
    }

    @Test
    void subresourcesAreReviewedWithTheirOwnKinds() {
        hook.on("/see", request -> allowed());
        configure(VALIDATING, "see", webhook("/see", "\"*\"", "\"pods/*\",\"serviceaccounts/token\""));
        ObjectValue scales = webhook("/see", "\"*\"", "\"deployments/scale\"")
                .with(
                        "rules",
                        Json.parse("[{\"operations\":[\"UPDATE\"],\"apiGroups\":[\"apps\"],\"apiVersions\":[\"v1\"],"
                                + "\"resources\":[\"deployments/scale\"]}]"));
        configure(VALIDATING, "scales", scales);
        pod("p");
        server.create(PODS + "/p/binding", "{\"target\":{\"name\":\"n1\"}}");
        server.create(PODS + "/p/eviction", "{\"metadata\":{\"name\":\"p\"}}");
        server.create("v1/namespaces/shop/serviceaccounts/default/token", "{\"spec\":{}}");
        String workloads = "apps/v1/namespaces/shop/deployments";
        server.create(workloads, """
                {"metadata":{"name":"d"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":
                 {"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
                """);
        server.patch(PatchType.MERGE, workloads + "/d/scale", "{\"spec\":{\"replicas\":3}}");
        assertThat(hook.requests)
                .extracting(request -> request.string("operation") + " "
                        + request.object("object").string("kind") + " "
                        + request.string("subResource") + " " + request.string("name"))
                .containsExactly(
                        "CREATE Pod  p",
                        "CREATE Binding binding p",
                        "CREATE Eviction eviction p",
                        "CREATE TokenRequest token default",
                        "UPDATE Scale scale d");
        ObjectValue scale = hook.requests.getLast();
        assertThat(scale.object("oldObject").object("spec").integer("replicas")).isEqualTo(1);
        assertThat(scale.object("object").object("spec").integer("replicas")).isEqualTo(3);
    }

    @Test
    void reviewsOfRightsAreReviewedThemselves() {
        hook.on("/deny", request -> denied("nobody asks that"));
        ObjectValue webhook = webhook("/deny", "\"CREATE\"", "\"x\"")
                .with(
                        "rules",
                        Json.parse("[{\"operations\":[\"CREATE\"],\"apiGroups\":[\"authorization.k8s.io\"],"
                                + "\"apiVersions\":[\"v1\"],\"resources\":[\"selfsubjectaccessreviews\"]}]"));
        configure(VALIDATING, "deny", webhook);
        assertThatThrownBy(() -> server.create(
                        "authorization.k8s.io/v1/selfsubjectaccessreviews",
                        "{\"spec\":{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}}"))
                .hasMessageContaining("nobody asks that");
    }

    @Test
    void anEvictionThatIsDeniedEvictsNobody() {
        hook.on("/deny", request -> denied("it stays"));
        configure(VALIDATING, "deny", webhook("/deny", "\"CREATE\"", "\"pods/eviction\""));
        pod("p");
        assertThatThrownBy(() -> server.create(PODS + "/p/eviction", "{\"metadata\":{\"name\":\"p\"}}"))
                .hasMessageContaining("it stays");
        assertThat(server.get(PODS + "/p").string("kind")).isEqualTo("Pod");
    }

    @Test
    void aWebhookChangesAScale() {
        hook.on("/two", request -> patched("[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":2}]"));
        ObjectValue webhook = webhook("/two", "\"UPDATE\"", "\"x\"")
                .with(
                        "rules",
                        Json.parse("[{\"operations\":[\"UPDATE\"],\"apiGroups\":[\"apps\"],\"apiVersions\":[\"v1\"],"
                                + "\"resources\":[\"deployments/scale\"]}]"));
        configure(MUTATING, "two", webhook);
        String workloads = "apps/v1/namespaces/shop/deployments";
        server.create(workloads, """
                {"metadata":{"name":"d"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":
                 {"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
                """);
        server.patch(PatchType.MERGE, workloads + "/d/scale", "{\"spec\":{\"replicas\":9}}");
        assertThat(server.get(workloads + "/d").object("spec").integer("replicas"))
                .isEqualTo(2);
    }

    @Test
    void webhooksPluginsAndPhasesAreCounted() {
        hook.on("/no", request -> denied("no"));
        ObjectValue lenient = webhook("/nowhere", "\"CREATE\"", "\"configmaps\"")
                .with("clientConfig", ObjectValue.of("url", Value.of("https://127.0.0.1:1/nowhere")))
                .with("failurePolicy", "Ignore");
        configure(VALIDATING, "counted", lenient, webhook("/no", "\"CREATE\"", "\"configmaps\""));

        assertThatThrownBy(() -> map("m")).hasMessageContaining("denied the request");
        assertThat(server.server.metrics().text())
                .contains(
                        "apiserver_admission_webhook_request_total{name=\"no.example.com\",type=\"validating\","
                                + "operation=\"CREATE\",code=\"400\",rejected=\"true\"} 1",
                        "apiserver_admission_webhook_request_total{name=\"nowhere.example.com\",type=\"validating\","
                                + "operation=\"CREATE\",code=\"503\",rejected=\"false\"} 1",
                        "apiserver_admission_webhook_rejection_count{name=\"no.example.com\",type=\"validating\","
                                + "operation=\"CREATE\",error_type=\"no_error\",rejection_code=\"400\"} 1",
                        "apiserver_admission_webhook_fail_open_count{name=\"nowhere.example.com\",type=\"validating\"} 1",
                        "apiserver_admission_webhook_admission_duration_seconds_count{name=\"no.example.com\","
                                + "type=\"validating\",operation=\"CREATE\",rejected=\"true\"} 1",
                        "apiserver_admission_controller_admission_duration_seconds_count{"
                                + "name=\"ValidatingAdmissionWebhook\",type=\"validate\",operation=\"CREATE\","
                                + "rejected=\"true\"} 1",
                        "apiserver_admission_step_admission_duration_seconds_count{type=\"validate\","
                                + "operation=\"CREATE\",rejected=\"true\"} 1");
    }
}
