package dev.jarbor.server;

import static dev.jarbor.server.webhook.WebhookServer.allowed;
import static dev.jarbor.server.webhook.WebhookServer.denied;
import static dev.jarbor.server.webhook.WebhookServer.patched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.webhook.WebhookServer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which requests reach which webhooks in which form, and what becomes of their answers. */
class AdmissionWebhookRulesTest {
    private static final String MUTATING = "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private static final String VALIDATING = "admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    private static final String MAPS = "v1/namespaces/shop/configmaps";
    private static final String AUTOSCALERS = "namespaces/shop/horizontalpodautoscalers";

    private final TestServer server = new TestServer();
    private final WebhookServer hook = new WebhookServer();

    @BeforeEach
    void aNamespace() {
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\",\"labels\":{\"team\":\"blue\"}}}");
    }

    @AfterEach
    void close() {
        hook.close();
    }

    /** A webhook that sees everything done to ConfigMaps. */
    private ObjectValue webhook(String path) {
        return Json.object("""
                {"name":"%s.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
                 "rules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}]}
                """.formatted(path.substring(1))).with("clientConfig", hook.clientConfig(path));
    }

    private void configure(String storage, String name, ObjectValue... webhooks) {
        server.handle(
                Verb.CREATE,
                storage,
                Query.NONE,
                ObjectValue.EMPTY
                        .with("metadata", ObjectValue.EMPTY.with("name", name))
                        .with("webhooks", ListValue.of(webhooks)));
    }

    private ObjectValue map(String name, String labels) {
        return server.create(MAPS, "{\"metadata\":{\"name\":\"%s\",\"labels\":%s}}".formatted(name, labels));
    }

    private String message() {
        return catchThrowableOfType(ApiException.class, () -> map("m", "{}"))
                .status()
                .message();
    }

    private static String rules(String group, String version, String resource, String scope) {
        return "[{\"operations\":[\"CREATE\"],\"apiGroups\":[\"%s\"],\"apiVersions\":[\"%s\"],\"resources\":[\"%s\"],\"scope\":\"%s\"}]"
                .formatted(group, version, resource, scope);
    }

    private boolean isSeen(String rules) {
        hook.on("/see", request -> allowed());
        configure(VALIDATING, "see", webhook("/see").with("rules", Json.parse(rules)));
        int before = hook.requests.size();
        map("seen", "{}");
        server.delete(MAPS + "/seen", "{}");
        server.delete(VALIDATING + "/see", "{}");
        return hook.requests.size() > before;
    }

    @Test
    void rulesNameGroupsVersionsResourcesAndScopes() {
        assertThat(isSeen(rules("", "v1", "configmaps", "*"))).isTrue();
        assertThat(isSeen(rules("*", "*", "*", "*"))).isTrue();
        assertThat(isSeen(rules("", "v1", "*/*", "Namespaced"))).isTrue();
        assertThat(isSeen(rules("", "v1", "configmaps/*", "*"))).isTrue();
        assertThat(isSeen(rules("", "v1", "configmaps/status", "*"))).isFalse();
        assertThat(isSeen(rules("", "v1", "configmaps", "Cluster"))).isFalse();
        assertThat(isSeen(rules("apps", "v1", "configmaps", "*"))).isFalse();
        assertThat(isSeen(rules("", "v2", "configmaps", "*"))).isFalse();
        assertThat(isSeen(rules("", "v1", "secrets", "*"))).isFalse();
    }

    @Test
    void selectorsLookAtTheObjectAndItsNamespace() {
        hook.on("/see", request -> allowed());
        configure(
                VALIDATING,
                "see",
                webhook("/see")
                        .with("objectSelector", Json.parse("{\"matchLabels\":{\"a\":\"b\"}}"))
                        .with("namespaceSelector", Json.parse("{\"matchLabels\":{\"team\":\"blue\"}}")));
        map("other", "{\"a\":\"c\"}");
        assertThat(hook.requests).isEmpty();
        ObjectValue map = map("mine", "{\"a\":\"b\"}");
        assertThat(hook.requests).hasSize(1);
        server.update(MAPS + "/mine", map.update("metadata", metadata -> metadata.without("labels")));
        assertThat(hook.requests).as("what it was counts as well").hasSize(2);
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"red\"}}");
        server.create("v1/namespaces/red/configmaps", "{\"metadata\":{\"name\":\"m\",\"labels\":{\"a\":\"b\"}}}");
        assertThat(hook.requests).hasSize(2);
    }

    @Test
    void aNamespaceIsSelectedByItsOwnLabels() {
        hook.on("/see", request -> allowed());
        configure(
                VALIDATING,
                "see",
                webhook("/see")
                        .with("rules", Json.parse(rules("", "v1", "namespaces", "Cluster")))
                        .with("namespaceSelector", Json.parse("{\"matchLabels\":{\"team\":\"red\"}}")));
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"blue\"}}");
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"red\",\"labels\":{\"team\":\"red\"}}}");
        assertThat(hook.requests).extracting(request -> request.string("name")).containsExactly("red");
    }

    @Test
    void anEquivalentVersionIsConvertedForTheWebhook() {
        hook.on("/see", request -> allowed());
        ObjectValue webhook =
                webhook("/see").with("rules", Json.parse(rules("autoscaling", "v1", "horizontalpodautoscalers", "*")));
        configure(VALIDATING, "see", webhook);
        String autoscaler = """
                {"metadata":{"name":"%s"},"spec":{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"},
                 "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}]}}
                """;
        server.create("autoscaling/v2/" + AUTOSCALERS, autoscaler.formatted("a"));
        ObjectValue request = hook.requests.getFirst();
        assertThat(request.object("kind").string("version")).isEqualTo("v1");
        assertThat(request.object("requestKind").string("version")).isEqualTo("v2");
        assertThat(request.object("resource").string("version")).isEqualTo("v1");
        assertThat(request.object("object").string("apiVersion")).isEqualTo("autoscaling/v1");
        assertThat(request.object("object").object("spec").integer("targetCPUUtilizationPercentage"))
                .isEqualTo(70);
        server.delete(VALIDATING + "/see", "{}");
        configure(VALIDATING, "see", webhook.with("matchPolicy", "Exact"));
        server.create("autoscaling/v2/" + AUTOSCALERS, autoscaler.formatted("b"));
        assertThat(hook.requests).hasSize(1);
    }

    @Test
    void aPatchOfAnEquivalentVersionReachesTheStoredOne() {
        hook.on("/more", request -> patched("[{\"op\":\"replace\",\"path\":\"/spec/maxReplicas\",\"value\":7}]"));
        configure(
                MUTATING,
                "more",
                webhook("/more")
                        .with("rules", Json.parse(rules("autoscaling", "v1", "horizontalpodautoscalers", "*"))));
        server.create("autoscaling/v2/" + AUTOSCALERS, """
                {"metadata":{"name":"a"},"spec":{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"}}}
                """);
        assertThat(server.get("autoscaling/v2/" + AUTOSCALERS + "/a")
                        .object("spec")
                        .integer("maxReplicas"))
                .isEqualTo(7);
    }

    @Test
    void aDryRunReachesOnlyWebhooksWithoutSideEffects() {
        hook.on("/see", request -> allowed());
        configure(VALIDATING, "see", webhook("/see").with("sideEffects", "NoneOnDryRun"));
        var dry = ApiRequest.of(
                Verb.CREATE,
                TestServer.path(MAPS),
                Query.NONE.with("dryRun", "All"),
                Json.object("{\"metadata\":{\"name\":\"m\"}}"));
        server.server.handle(User.ADMIN, dry);
        assertThat(hook.requests.getFirst().bool("dryRun")).isTrue();
        assertThat(hook.requests.getFirst().object("options"))
                .isEqualTo(Json.object(
                        "{\"kind\":\"CreateOptions\",\"apiVersion\":\"meta.k8s.io/v1\",\"dryRun\":[\"All\"]}"));
        assertThat(server.list(MAPS, Query.NONE).list("items").size()).isZero();
    }

    @Test
    void anEarlierWebhookSeesWhatALaterOneDidWhereItAsksForIt() {
        hook.on("/first", request -> allowed());
        hook.on(
                "/second",
                request -> request.object("object").object("data").has("added")
                        ? allowed()
                        : patched("[{\"op\":\"add\",\"path\":\"/data\",\"value\":{\"added\":\"yes\"}}]"));
        configure(MUTATING, "order", webhook("/first").with("reinvocationPolicy", "IfNeeded"), webhook("/second"));
        map("m", "{}");
        assertThat(hook.requests)
                .extracting(request -> request.object("object").object("data").has("added"))
                .as("first, second, first again")
                .containsExactly(false, false, true);
    }

    @Test
    void webhooksRunInTheOrderOfTheirConfigurationsNames() {
        for (String path : new String[] {"/c", "/a", "/b"}) {
            hook.on(
                    path,
                    request ->
                            patched("[{\"op\":\"add\",\"path\":\"/metadata/annotations\",\"value\":{\"last\":\"%s\"}}]"
                                    .formatted(path)));
            configure(MUTATING, "named" + path.substring(1), webhook(path));
        }
        assertThat(map("m", "{}").object("metadata").object("annotations").string("last"))
                .isEqualTo("/c");
    }

    @Test
    void aWebhookThatTheObjectBecomesInvalidByIsNotToBlameButTheObjectIs() {
        hook.on(
                "/break",
                request ->
                        patched("[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"not a label\"}}]"));
        configure(MUTATING, "break", webhook("/break"));
        ApiException refused = catchThrowableOfType(ApiException.class, () -> map("m", "{}"));
        assertThat(refused.status().code()).isEqualTo(422);
        assertThat(refused.status().message()).startsWith("ConfigMap \"m\" is invalid: metadata.labels: Invalid value");
    }

    @Test
    void anAnswerToAnotherQuestionIsAFailure() {
        hook.raw("/other", exchange -> WebhookServer.reply(exchange, 200, """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"x","allowed":true}}
                """));
        configure(VALIDATING, "other", webhook("/other"));
        assertThat(message())
                .startsWith("Internal error occurred: failed calling webhook \"other.example.com\": received invalid"
                        + " webhook response: expected response.uid=\"")
                .endsWith("\", got \"x\"");
        hook.raw("/other", exchange -> WebhookServer.reply(exchange, 200, "{\"kind\":\"AdmissionReview\"}"));
        assertThat(message()).endsWith("received invalid webhook response: webhook response was absent");
    }

    @Test
    void anAnswerOfAnotherKindIsAFailure() {
        hook.raw("/kind", exchange -> {
            String uid = Json.object(exchange.getRequestBody().readAllBytes())
                    .object("request")
                    .string("uid");
            WebhookServer.reply(exchange, 200, """
                    {"apiVersion":"v2","kind":"Review","response":{"uid":"%s","allowed":true}}
                    """.formatted(uid));
        });
        configure(VALIDATING, "kind", webhook("/kind"));
        assertThat(message())
                .endsWith("received invalid webhook response: expected webhook response of admission.k8s.io/v1,"
                        + " Kind=AdmissionReview, got /v2, Kind=Review");
    }

    @Test
    void patchesThatCannotBeOnesAreFailures() {
        String patch = Base64.getEncoder().encodeToString("nonsense".getBytes(StandardCharsets.UTF_8));
        hook.on("/patch", request -> allowed().with("patch", patch));
        configure(MUTATING, "patch", webhook("/patch"));
        assertThat(message())
                .endsWith("received invalid webhook response: webhook returned response.patch but not"
                        + " response.patchType");
        hook.on("/patch", request -> allowed().with("patchType", "JSONPatch"));
        assertThat(message())
                .endsWith("received invalid webhook response: webhook returned response.patchType but not"
                        + " response.patch");
        hook.on("/patch", request -> allowed().with("patch", patch).with("patchType", "JSONPatch"));
        assertThat(message())
                .startsWith("Internal error occurred: failed calling webhook \"patch.example.com\": received"
                        + " undecodable patch in webhook response: ");
        hook.on("/patch", request -> allowed().with("patch", patch).with("patchType", "Merge"));
        assertThat(message()).endsWith("unsupported patch type \"Merge\"");
        hook.on("/patch", request -> patched("[{\"op\":\"remove\",\"path\":\"/data/nothing\"}]"));
        assertThat(message()).startsWith("Internal error occurred: ");
        server.delete(MUTATING + "/patch", "{}");
        hook.on("/patch", request -> patched("[]"));
        configure(VALIDATING, "patch", webhook("/patch"));
        assertThat(message())
                .endsWith("received invalid webhook response: validating webhook may not return response.patch");
    }

    @Test
    void adeletionCannotBePatched() {
        hook.on(
                "/patch",
                request -> request.string("operation").equals("DELETE")
                        ? patched("[{\"op\":\"add\",\"path\":\"/data\",\"value\":{}}]")
                        : allowed());
        configure(MUTATING, "patch", webhook("/patch"));
        map("m", "{}");
        assertThatThrownBy(() -> server.delete(MAPS + "/m", "{}"))
                .hasMessage("Internal error occurred: admission webhook \"patch.example.com\" attempted to modify the"
                        + " object, which is not supported for this operation");
    }

    @Test
    void warningsOfWebhooksReachTheClient() {
        hook.on("/warn", request -> allowed().with("warnings", Json.parse("[\"mind the gap\"]")));
        configure(VALIDATING, "warn", webhook("/warn"));
        Answer answer = server.handle(Verb.CREATE, MAPS, Query.NONE, Json.object("{\"metadata\":{\"name\":\"m\"}}"));
        assertThat(answer.warnings()).containsExactly("mind the gap");
    }

    @Test
    void theOlderFormOfReviewsIsSpokenWithWebhooksThatKnowNoOther() {
        hook.on("/old", request -> denied("old"));
        configure(
                VALIDATING, "old", webhook("/old").with("admissionReviewVersions", Json.parse("[\"v9\",\"v1beta1\"]")));
        assertThat(message()).isEqualTo("admission webhook \"old.example.com\" denied the request: old");
    }

    @Test
    void conditionsThatNobodyCanDecideRefuseTheRequest() {
        hook.on("/see", request -> allowed());
        configure(
                VALIDATING,
                "see",
                webhook("/see")
                        .with("matchConditions", Json.parse("[{\"name\":\"c\",\"expression\":\"object.x.y > 1\"}]")));
        assertThat(catchThrowableOfType(ApiException.class, () -> map("m", "{}"))
                        .status()
                        .code())
                .isEqualTo(403);
        assertThat(hook.requests).isEmpty();
    }
}
