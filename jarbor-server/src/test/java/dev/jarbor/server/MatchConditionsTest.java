package dev.jarbor.server;

import static dev.jarbor.server.webhook.WebhookServer.allowed;
import static dev.jarbor.server.webhook.WebhookServer.patched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.webhook.WebhookServer;
import dev.jarbor.testing.Conformance;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Match conditions of webhooks; follows test/e2e/apimachinery/webhook.go of the reference. */
class MatchConditionsTest {
    private static final String MUTATING = "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private static final String VALIDATING = "admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    private static final String MAPS = "v1/namespaces/shop/configmaps";
    private static final String PRODUCTION = "object.metadata.namespace == 'production'";

    private final TestServer server = new TestServer();
    private final WebhookServer hook = new WebhookServer();

    @BeforeEach
    void aNamespace() {
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}");
    }

    @AfterEach
    void close() {
        hook.close();
    }

    private ObjectValue webhook(String... expressions) {
        var conditions = new ArrayList<ObjectValue>();
        for (String expression : expressions) {
            conditions.add(ObjectValue.EMPTY
                    .with("name", "expression-" + (conditions.size() + 1))
                    .with("expression", expression));
        }
        return Json.object("""
                {"name":"cond.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
                 "rules":[{"operations":["CREATE","DELETE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}]}
                """)
                .with("clientConfig", hook.clientConfig("/cond"))
                .with("matchConditions", ListValue.of(conditions));
    }

    private ObjectValue configure(String storage, ObjectValue webhook) {
        ObjectValue configuration = ObjectValue.EMPTY
                .with("metadata", ObjectValue.EMPTY.with("name", "cond"))
                .with("webhooks", ListValue.of(webhook));
        return server.handle(Verb.CREATE, storage, Query.NONE, configuration).body();
    }

    private ObjectValue map(String name) {
        return server.create(MAPS, "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"mutation-start\":\"yes\"}}");
    }

    private void createAndUpdate(String storage) {
        ObjectValue created = configure(storage, webhook(PRODUCTION));
        ObjectValue updated = server.update(
                storage + "/cond",
                created.with("webhooks", ListValue.of(webhook(PRODUCTION, "object.metadata.namespace == 'staging'"))));
        assertThat(updated.list("webhooks")
                        .objects()
                        .getFirst()
                        .list("matchConditions")
                        .objects())
                .extracting(condition -> condition.string("name"))
                .containsExactly("expression-1", "expression-2");
    }

    @Test
    @Conformance("AM-07")
    void mutatingConfigurationsWithConditionsAreCreatedAndUpdated() {
        createAndUpdate(MUTATING);
    }

    @Test
    @Conformance("AM-08")
    void validatingConfigurationsWithConditionsAreCreatedAndUpdated() {
        createAndUpdate(VALIDATING);
    }

    private void rejected(String storage) {
        ApiStatus status = catchThrowableOfType(
                        ApiException.class, () -> configure(storage, webhook("... [] bad expression")))
                .status();
        assertThat(status.code()).isEqualTo(422);
        assertThat(status.message())
                .contains("webhooks[0].matchConditions[0].expression: Invalid value: \"... [] bad expression\":"
                        + " compilation failed");
    }

    @Test
    @Conformance("AM-22")
    void mutatingConfigurationsWithUnreadableConditionsAreRejected() {
        rejected(MUTATING);
    }

    @Test
    @Conformance("AM-23")
    void validatingConfigurationsWithUnreadableConditionsAreRejected() {
        rejected(VALIDATING);
    }

    @Test
    @Conformance("AM-19")
    void everythingIsChangedExceptWhatTheConditionLeavesOut() {
        hook.on(
                "/cond",
                request -> patched("[{\"op\":\"add\",\"path\":\"/data/mutation-stage-1\",\"value\":\"yes\"}]"));
        configure(MUTATING, webhook("object.metadata.name != 'skip-me'"));
        assertThat(map("skip-me").object("data").has("mutation-stage-1")).isFalse();
        assertThat(map("mutate-me").object("data").has("mutation-stage-1")).isTrue();
    }

    @Test
    void conditionsSpeakOfTheRequest() {
        hook.on("/cond", request -> allowed());
        configure(VALIDATING, webhook("request.operation == 'DELETE' && oldObject.metadata.name == 'm'"));
        map("m");
        assertThat(hook.requests).isEmpty();
        server.delete(MAPS + "/m", "{}");
        assertThat(hook.requests).hasSize(1);
    }

    @Test
    void aConditionThatCannotBeDecidedCountsAsTheFailurePolicySays() {
        hook.on("/cond", request -> allowed());
        String undecided = "object.data.nothing == 'x'";
        configure(VALIDATING, webhook(undecided));
        ApiStatus refused =
                catchThrowableOfType(ApiException.class, () -> map("m")).status();
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.message())
                .startsWith("configmaps \"m\" is forbidden: ")
                .contains("no such key: nothing");
        server.delete(VALIDATING + "/cond", "{}");
        configure(VALIDATING, webhook(undecided).with("failurePolicy", "Ignore"));
        map("m");
        server.delete(VALIDATING + "/cond", "{}");
        configure(VALIDATING, webhook(undecided, "false"));
        map("n");
        assertThat(hook.requests).as("a false condition decides").isEmpty();
    }
}
