package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Defaults and refusals of webhook configurations, in the reference's words. */
class WebhookConfigurationTest {
    private static final String MUTATING = "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private static final String VALIDATING = "admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    private static final ObjectValue WEBHOOK = Json.object("""
            {"name":"a.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
             "clientConfig":{"service":{"namespace":"shop","name":"hook"}},
             "rules":[{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"]}]}
            """);

    private final TestServer server = new TestServer();

    private ObjectValue create(String storage, ObjectValue... webhooks) {
        ObjectValue configuration = ObjectValue.EMPTY
                .with("metadata", ObjectValue.EMPTY.with("name", "c"))
                .with("webhooks", ListValue.of(webhooks));
        return server.handle(Verb.CREATE, storage, Query.NONE, configuration).body();
    }

    /** The causes of the refusal as {@code field: message}. */
    private List<String> refused(ObjectValue... webhooks) {
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> create(MUTATING, webhooks));
        assertThat(refusal.status().code()).isEqualTo(422);
        return refusal.status().details().causes().stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    private static ObjectValue rule(String field, String json) {
        ObjectValue rule = WEBHOOK.list("rules").objects().getFirst().with(field, Json.parse(json));
        return WEBHOOK.with("rules", ListValue.of(rule));
    }

    private static ObjectValue client(String json) {
        return WEBHOOK.with("clientConfig", Json.parse(json));
    }

    @Test
    void whatIsLeftOpenIsFilledIn() {
        ObjectValue webhook =
                create(MUTATING, WEBHOOK).list("webhooks").objects().getFirst();
        assertThat(webhook.string("failurePolicy")).isEqualTo("Fail");
        assertThat(webhook.string("matchPolicy")).isEqualTo("Equivalent");
        assertThat(webhook.string("reinvocationPolicy")).isEqualTo("Never");
        assertThat(webhook.integer("timeoutSeconds")).isEqualTo(10);
        assertThat(webhook.valueOrNull("namespaceSelector")).isEqualTo(ObjectValue.EMPTY);
        assertThat(webhook.valueOrNull("objectSelector")).isEqualTo(ObjectValue.EMPTY);
        assertThat(webhook.object("clientConfig").object("service").integer("port"))
                .isEqualTo(443);
        assertThat(webhook.list("rules").objects().getFirst().string("scope")).isEqualTo("*");
        assertThat(create(VALIDATING, WEBHOOK)
                        .list("webhooks")
                        .objects()
                        .getFirst()
                        .has("reinvocationPolicy"))
                .isFalse();
    }

    @Test
    void aChangeOfTheWebhooksIsANewGeneration() {
        ObjectValue created = create(MUTATING, WEBHOOK);
        assertThat(created.object("metadata").integer("generation")).isEqualTo(1);
        ObjectValue changed = server.update(
                MUTATING + "/c", created.with("webhooks", ListValue.of(WEBHOOK.with("timeoutSeconds", 5))));
        assertThat(changed.object("metadata").integer("generation")).isEqualTo(2);
    }

    @Test
    void namesAreFullyQualifiedAndUnique() {
        assertThat(refused(WEBHOOK.with("name", "short.com"), WEBHOOK, WEBHOOK))
                .containsExactly(
                        "webhooks[0].name: Invalid value: \"short.com\": should be a domain with at least three"
                                + " segments separated by dots",
                        "webhooks[2].name: Duplicate value: \"a.example.com\"");
        assertThat(refused(WEBHOOK.with("name", ""))).containsExactly("webhooks[0].name: Required value");
    }

    @Test
    void policiesAreOnesThatThereAre() {
        assertThat(refused(WEBHOOK.with("failurePolicy", "x")
                        .with("matchPolicy", "x")
                        .with("reinvocationPolicy", "x")
                        .with("sideEffects", "Some")
                        .with("timeoutSeconds", 31)))
                .containsExactly(
                        "webhooks[0].failurePolicy: Unsupported value: \"x\": supported values: \"Fail\", \"Ignore\"",
                        "webhooks[0].matchPolicy: Unsupported value: \"x\": supported values: \"Equivalent\", \"Exact\"",
                        "webhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\","
                                + " \"NoneOnDryRun\"",
                        "webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30"
                                + " seconds",
                        "webhooks[0].reinvocationPolicy: Unsupported value: \"x\": supported values: \"IfNeeded\","
                                + " \"Never\"");
        assertThat(refused(WEBHOOK.without("sideEffects")))
                .containsExactly("webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun");
    }

    @Test
    void reviewVersionsAreKnownOnes() {
        assertThat(refused(WEBHOOK.with("admissionReviewVersions", ListValue.EMPTY)))
                .containsExactly(
                        "webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1");
        Value versions = ListValue.ofStrings(List.of("v2", "v2", "1"));
        assertThat(refused(WEBHOOK.with("admissionReviewVersions", versions)))
                .hasSize(3)
                .first()
                .isEqualTo("webhooks[0].admissionReviewVersions[1]: Invalid value: \"v2\": duplicate version");
    }

    @Test
    void rulesNameSomethingAndWildcardsStandAlone() {
        assertThat(refused(rule("operations", "[]")))
                .containsExactly("webhooks[0].rules[0].operations: Required value");
        assertThat(refused(rule("operations", "[\"*\",\"GET\"]")))
                .containsExactly(
                        "webhooks[0].rules[0].operations: Invalid value: [\"*\",\"GET\"]: if '*' is present, must not"
                                + " specify other operations",
                        "webhooks[0].rules[0].operations[1]: Unsupported value: \"GET\": supported values: \"*\","
                                + " \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"");
        assertThat(refused(rule("apiVersions", "[\"\"]")))
                .containsExactly("webhooks[0].rules[0].apiVersions[0]: Required value");
        assertThat(refused(rule("apiGroups", "[]"))).containsExactly("webhooks[0].rules[0].apiGroups: Required value");
        assertThat(refused(rule("resources", "[\"pods/*\",\"pods/exec\"]")))
                .containsExactly("webhooks[0].rules[0].resources[1]: Invalid value: \"pods/exec\": if 'pods/*' is"
                        + " present, must not specify pods/exec");
        assertThat(refused(rule("resources", "[\"*\",\"pods\"]")))
                .containsExactly("webhooks[0].rules[0].resources: Invalid value: [\"*\",\"pods\"]: if '*' is present,"
                        + " must not specify other resources without subresources");
        assertThat(refused(rule("scope", "\"All\"")))
                .containsExactly("webhooks[0].rules[0].scope: Unsupported value: \"All\": supported values: \"*\","
                        + " \"Cluster\", \"Namespaced\"");
    }

    @Test
    void aClientIsAUrlOrAService() {
        assertThat(refused(client("{}")))
                .containsExactly("webhooks[0].clientConfig: Required value: exactly one of url or service is required");
        assertThat(refused(client("{\"url\":\"http://me@x/y?a=b#c\"}")))
                .containsExactly(
                        "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme;"
                                + " desired format: https://host[/path]",
                        "webhooks[0].clientConfig.url: Invalid value: \"me\": user information is not permitted in the"
                                + " URL",
                        "webhooks[0].clientConfig.url: Invalid value: \"c\": fragments are not permitted in the URL",
                        "webhooks[0].clientConfig.url: Invalid value: \"a=b\": query parameters are not permitted in the"
                                + " URL");
        assertThat(refused(client("{\"service\":{\"namespace\":\"\",\"name\":\"\",\"port\":0,\"path\":\"a//b\"}}")))
                .contains(
                        "webhooks[0].clientConfig.service.name: Required value: service name is required",
                        "webhooks[0].clientConfig.service.namespace: Required value: service namespace is required",
                        "webhooks[0].clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1"
                                + " and 65535, inclusive",
                        "webhooks[0].clientConfig.service.path: Invalid value: \"a//b\": must start with a '/'");
    }

    @Test
    void selectorsAreWellFormed() {
        ObjectValue bad = WEBHOOK.with("objectSelector", Json.parse("""
                {"matchExpressions":[{"key":"a","operator":"In"},{"key":"b","operator":"Is","values":["c"]}]}
                """));
        assertThat(refused(bad))
                .containsExactly(
                        "webhooks[0].objectSelector.matchExpressions[0].values: Required value: must be specified when"
                                + " `operator` is 'In' or 'NotIn'",
                        "webhooks[0].objectSelector.matchExpressions[1].operator: Invalid value: \"Is\": not a valid"
                                + " selector operator");
    }

    @Test
    void conditionsAreNamed() {
        ObjectValue bad = WEBHOOK.with("matchConditions", Json.parse("""
                [{"name":"","expression":" "},{"name":"a","expression":"true"},{"name":"a","expression":"true"}]
                """));
        assertThat(refused(bad))
                .contains(
                        "webhooks[0].matchConditions[0].expression: Required value",
                        "webhooks[0].matchConditions[0].name: Required value",
                        "webhooks[0].matchConditions[2].name: Duplicate value: \"a\"");
    }
}
