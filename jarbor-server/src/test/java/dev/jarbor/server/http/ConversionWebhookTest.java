package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.webhook.WebhookServer;
import dev.jarbor.testing.Conformance;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Custom resources in several versions, converted by a webhook that the test serves over TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConversionWebhookTest {
    private HttpCluster cluster;
    private WebhookServer webhook;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
        webhook = new WebhookServer().on("/crdconvert", ConversionWebhookTest::converted);
    }

    @AfterAll
    void stop() {
        webhook.close();
        cluster.close();
    }

    /** Splits {@code hostPort} of v1 into {@code host} and {@code port} of v2, and joins them again. */
    private static ObjectValue converted(ObjectValue request) {
        String wanted = request.string("desiredAPIVersion");
        var objects = new ArrayList<Value>();
        for (ObjectValue object : request.list("objects").objects()) {
            ObjectValue other = object.with("apiVersion", wanted);
            if (wanted.endsWith("/v2")) {
                List<String> parts = List.of(object.string("hostPort").split(":", -1));
                other = other.without("hostPort").with("host", parts.get(0)).with("port", parts.get(1));
            } else {
                other = other.without("host")
                        .without("port")
                        .with("hostPort", object.string("host") + ":" + object.string("port"));
            }
            objects.add(other);
        }
        return ObjectValue.EMPTY
                .with("convertedObjects", ListValue.of(objects))
                .with("result", ObjectValue.EMPTY.with("status", "Success"));
    }

    private void define(String plural, String kind, boolean secondIsStored) {
        HttpResponse<String> created =
                cluster.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"%s.webhook.example.com"},
                 "spec":{"group":"webhook.example.com","scope":"Namespaced",
                   "names":{"plural":"%s","kind":"%s"},
                   "conversion":{"strategy":"Webhook","webhook":{"clientConfig":%s,"conversionReviewVersions":["v1"]}},
                   "versions":[
                    {"name":"v1","served":true,"storage":%s,"schema":{"openAPIV3Schema":{"type":"object","properties":{
                      "hostPort":{"type":"string"}}}}},
                    {"name":"v2","served":true,"storage":%s,"schema":{"openAPIV3Schema":{"type":"object","properties":{
                      "host":{"type":"string"},"port":{"type":"string"}}}}}]}}
                """.formatted(
                                plural,
                                plural,
                                kind,
                                Json.text(webhook.clientConfig("/crdconvert")),
                                !secondIsStored,
                                secondIsStored));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    }

    private static String at(String version, String plural) {
        return "/apis/webhook.example.com/" + version + "/namespaces/default/" + plural;
    }

    private ObjectValue patch(String path, String body) {
        return json(send(
                cluster.admin,
                cluster.request(path)
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", HttpRequest.BodyPublishers.ofString(body))));
    }

    @Test
    @Conformance("AM-31")
    void an_object_of_the_first_version_is_read_in_the_second() {
        define("ones", "One", false);
        HttpResponse<String> created = cluster.post(
                at("v1", "ones"),
                "{\"apiVersion\":\"webhook.example.com/v1\",\"kind\":\"One\",\"metadata\":{\"name\":\"a\"},\"hostPort\":\"localhost:8080\"}");
        ObjectValue second = json(cluster.get(at("v2", "ones") + "/a"));

        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(second.string("apiVersion")).isEqualTo("webhook.example.com/v2");
        assertThat(second.string("host")).isEqualTo("localhost");
        assertThat(second.string("port")).isEqualTo("8080");
        assertThat(second.has("hostPort")).isFalse();
        ObjectValue changed = patch(at("v2", "ones") + "/a", "{\"port\":\"9090\"}");
        assertThat(changed.string("port")).isEqualTo("9090");
        assertThat(json(cluster.get(at("v1", "ones") + "/a")).string("hostPort"))
                .isEqualTo("localhost:9090");
    }

    @Test
    @Conformance("AM-30")
    void a_list_of_objects_stored_in_different_versions_is_shown_in_one() {
        define("mixeds", "Mixed", false);
        cluster.post(
                at("v1", "mixeds"),
                "{\"apiVersion\":\"webhook.example.com/v1\",\"kind\":\"Mixed\",\"metadata\":{\"name\":\"a\"},\"hostPort\":\"localhost:8080\"}");
        ObjectValue definition =
                json(cluster.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/mixeds.webhook.example.com"));
        List<ObjectValue> versions = definition.object("spec").list("versions").objects();
        patch(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/mixeds.webhook.example.com",
                Json.text(ObjectValue.of(
                        "spec",
                        ObjectValue.of(
                                "versions",
                                ListValue.of(
                                        versions.get(0).with("storage", false),
                                        versions.get(1).with("storage", true))))));
        cluster.post(
                at("v2", "mixeds"),
                "{\"apiVersion\":\"webhook.example.com/v2\",\"kind\":\"Mixed\",\"metadata\":{\"name\":\"b\"},\"host\":\"localhost\",\"port\":\"8081\"}");
        List<ObjectValue> first =
                json(cluster.get(at("v1", "mixeds"))).list("items").objects();
        List<ObjectValue> second =
                json(cluster.get(at("v2", "mixeds"))).list("items").objects();

        assertThat(first)
                .extracting(item -> item.string("hostPort"))
                .containsExactly("localhost:8080", "localhost:8081");
        assertThat(second)
                .extracting(item -> item.string("host") + ":" + item.string("port"))
                .containsExactly("localhost:8080", "localhost:8081");
        assertThat(json(cluster.get(
                                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/mixeds.webhook.example.com"))
                        .object("status")
                        .list("storedVersions")
                        .strings())
                .containsExactly("v1", "v2");
    }

    @Test
    void a_webhook_that_fails_fails_the_request_with_its_reason() {
        webhook.on(
                "/refuses",
                request -> ObjectValue.of(
                        "result", ObjectValue.EMPTY.with("status", "Failed").with("message", "no such luck")));
        define("brokens", "Broken", true);
        patch(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/brokens.webhook.example.com",
                "{\"spec\":{\"conversion\":{\"webhook\":{\"clientConfig\":"
                        + Json.text(webhook.clientConfig("/refuses")) + "}}}}");
        HttpResponse<String> refused = cluster.post(
                at("v1", "brokens"),
                "{\"apiVersion\":\"webhook.example.com/v1\",\"kind\":\"Broken\",\"metadata\":{\"name\":\"a\"},\"hostPort\":\"a:1\"}");

        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(json(refused).string("message"))
                .isEqualTo("conversion webhook for webhook.example.com/v1, Kind=Broken failed: no such luck");
    }
}
