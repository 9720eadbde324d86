package dev.jarbor.server;

import static dev.jarbor.server.webhook.WebhookServer.allowed;
import static dev.jarbor.server.webhook.WebhookServer.denied;
import static dev.jarbor.server.webhook.WebhookServer.patched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.webhook.WebhookServer;
import dev.jarbor.testing.Conformance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhooks and custom resources; follows test/e2e/apimachinery/webhook.go of the reference. */
class CustomResourceWebhookTest {
    private static final String MUTATING = "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private static final String VALIDATING = "admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    private static final String DEFINITIONS = "apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String THINGS = "webhook.example.com/v1/namespaces/shop/things";
    private static final String FREE = "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}";

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

    private static String version(String name, boolean stored, String schema) {
        return "{\"name\":\"%s\",\"served\":true,\"storage\":%s,\"schema\":{\"openAPIV3Schema\":%s}}"
                .formatted(name, stored, schema);
    }

    private void define(String versions) {
        server.create(DEFINITIONS, """
                {"metadata":{"name":"things.webhook.example.com"},"spec":{"group":"webhook.example.com","scope":"Namespaced",
                 "names":{"plural":"things","singular":"thing","kind":"Thing","listKind":"ThingList"},"versions":[%s]}}
                """.formatted(versions));
        server.runtime.runUntilIdle();
    }

    private ObjectValue webhook(String path, String operations, String version) {
        return Json.object("""
                {"name":"%s.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
                 "rules":[{"operations":[%s],"apiGroups":["webhook.example.com"],"apiVersions":["%s"],
                  "resources":["things"]}]}
                """.formatted(path.substring(1), operations, version))
                .with("clientConfig", hook.clientConfig(path));
    }

    private void configure(String storage, ObjectValue... webhooks) {
        server.handle(
                Verb.CREATE,
                storage,
                Query.NONE,
                ObjectValue.EMPTY
                        .with("metadata", ObjectValue.EMPTY.with("name", "c"))
                        .with("webhooks", ListValue.of(webhooks)));
    }

    private void configureStages() {
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
                webhook("/stage-1", "\"CREATE\",\"UPDATE\"", "*"),
                webhook("/stage-2", "\"CREATE\",\"UPDATE\"", "*"));
    }

    private ObjectValue thing(String data) {
        return server.create(
                THINGS,
                "{\"apiVersion\":\"webhook.example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"t\"},\"data\":%s}"
                        .formatted(data));
    }

    @Test
    @Conformance("AM-10")
    void creationUpdateAndDeletionAreDenied() {
        define(version("v1", true, FREE));
        hook.on("/deny", request -> {
            ObjectValue subject =
                    request.object("object").isEmpty() ? request.object("oldObject") : request.object("object");
            return subject.object("data").string("webhook-e2e-test").startsWith("webhook-disallow")
                            || (request.string("operation").equals("DELETE")
                                    && !subject.object("data")
                                            .string("webhook-e2e-test")
                                            .equals("webhook-allow"))
                    ? denied("the custom resource contains unwanted data")
                    : allowed();
        });
        configure(VALIDATING, webhook("/deny", "\"CREATE\",\"UPDATE\",\"DELETE\"", "v1"));
        assertThatThrownBy(() -> thing("{\"webhook-e2e-test\":\"webhook-disallow\"}"))
                .hasMessage("admission webhook \"deny.example.com\" denied the request: the custom resource contains"
                        + " unwanted data");
        thing("{\"webhook-e2e-test\":\"webhook-nondeletable\"}");
        assertThatThrownBy(() -> server.patch(
                        PatchType.MERGE, THINGS + "/t", "{\"data\":{\"webhook-e2e-test\":\"webhook-disallow\"}}"))
                .hasMessageContaining("the custom resource contains unwanted data");
        assertThatThrownBy(() -> server.delete(THINGS + "/t", "{}"))
                .hasMessageContaining("the custom resource contains unwanted data");
        server.patch(PatchType.MERGE, THINGS + "/t", "{\"data\":{\"webhook-e2e-test\":\"webhook-allow\"}}");
        server.delete(THINGS + "/t", "{}");
    }

    @Test
    @Conformance("AM-16")
    void webhooksChangeACustomResource() {
        define(version("v1", true, FREE));
        configureStages();
        assertThat(thing("{\"mutation-start\":\"yes\"}").object("data").strings())
                .containsOnlyKeys("mutation-start", "mutation-stage-1", "mutation-stage-2");
    }

    @Test
    @Conformance("AM-18")
    void whatWebhooksAddToACustomResourceIsPruned() {
        define(version("v1", true, """
                {"type":"object","properties":{"data":{"type":"object","properties":{
                 "mutation-start":{"type":"string"},"mutation-stage-1":{"type":"string"}}}}}"""));
        configureStages();
        assertThat(thing("{\"mutation-start\":\"yes\"}").object("data").strings())
                .containsOnlyKeys("mutation-start", "mutation-stage-1");
    }

    @Test
    @Conformance("AM-17")
    void webhooksChangeACustomResourceAfterItsStoredVersionHasChanged() {
        define(version("v1", true, FREE) + "," + version("v2", false, FREE));
        configureStages();
        thing("{\"mutation-start\":\"yes\"}");
        server.patch(
                PatchType.MERGE,
                DEFINITIONS + "/things.webhook.example.com",
                "{\"spec\":{\"versions\":[%s,%s]}}".formatted(version("v1", false, FREE), version("v2", true, FREE)));
        server.runtime.runUntilIdle();
        ObjectValue patched = server.patch(PatchType.MERGE, THINGS + "/t", "{\"dummy\":\"test\"}");
        assertThat(patched.string("apiVersion")).isEqualTo("webhook.example.com/v1");
        assertThat(patched.object("data").strings())
                .containsOnlyKeys("mutation-start", "mutation-stage-1", "mutation-stage-2");
    }

    @Test
    void aWebhookForOneVersionSeesAllVersionsInThatOne() {
        define(version("v1", true, FREE) + "," + version("v2", false, FREE));
        hook.on("/see", request -> allowed());
        configure(VALIDATING, webhook("/see", "\"CREATE\"", "v2"));
        thing("{}");
        ObjectValue request = hook.requests.getFirst();
        assertThat(request.object("object").string("apiVersion")).isEqualTo("webhook.example.com/v2");
        assertThat(request.object("requestKind").string("version")).isEqualTo("v1");
    }
}
