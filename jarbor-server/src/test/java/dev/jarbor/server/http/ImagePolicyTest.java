package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.audit.AuditPolicy;
import dev.jarbor.server.audit.AuditSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that decides over images (ImagePolicyWebhook). */
class ImagePolicyTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    @TempDir
    private Path folder;

    private final BlockingQueue<ObjectValue> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<ObjectValue> events = new LinkedBlockingQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile int failure = 500;
    private HttpServer service;
    private final List<HttpCluster> clusters = new ArrayList<>();

    @BeforeEach
    void serve() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            ObjectValue review = Json.object(exchange.getRequestBody().readAllBytes());
            if (failures.getAndDecrement() > 0) {
                exchange.sendResponseHeaders(failure, -1);
            } else {
                asked.add(review);
                boolean allowed = review.object("spec").list("containers").objects().stream()
                        .noneMatch(container -> container.string("image").startsWith("evil"));
                ObjectValue status = allowed
                        ? Json.object("{\"allowed\":true,\"auditAnnotations\":{\"seen\":\"yes\"}}")
                        : Json.object("{\"allowed\":false,\"reason\":\"image currently blacklisted\"}");
                byte[] answer = Json.text(review.with("status", status)).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
        clusters.forEach(HttpCluster::close);
    }

    private AdmissionSettings told(String more) throws IOException {
        Path kubeconfig = Files.writeString(
                folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: images, cluster: {server: "http://127.0.0.1:%d/"}}]
                users: [{name: me, user: {}}]
                contexts: [{name: images, context: {cluster: images, user: me}}]
                current-context: images
                """.formatted(service.getAddress().getPort()));
        return AdmissionSettings.DEFAULT.enabling("ImagePolicyWebhook").configuring("ImagePolicyWebhook", (ObjectValue)
                Yaml.parse("imagePolicy: {kubeConfigFile: " + kubeconfig + more + "}"));
    }

    private void start(String more) throws IOException {
        var policy = AuditPolicy.of((ObjectValue) Yaml.parse("""
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules: [{level: Metadata, resources: [{group: "", resources: [pods]}]}]
                """));
        clusters.add(new HttpCluster(ServerSettings.DEFAULT
                .withAdmission(told(more))
                .withAudit(new AuditSettings(policy, List.of(runtime -> events::add)))));
        cluster().post("/api/v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
    }

    private HttpCluster cluster() {
        return clusters.getLast();
    }

    private String create(String name, String image) {
        return cluster().post(PODS, """
                        {"metadata":{"name":"%s","annotations":{"a.image-policy.k8s.io/ticket":"1","other":"2"}},
                         "spec":{"containers":[{"name":"c","image":"%s"}],"initContainers":[{"name":"i","image":"init"}]}}
                        """.formatted(name, image)).body();
    }

    private String told() throws InterruptedException {
        ObjectValue event = events.poll(30, TimeUnit.SECONDS);
        return event == null ? "nothing" : Json.text(event.object("annotations"));
    }

    @Test
    void theServiceIsAskedAndItsAnswerHoldsForAWhile() throws Exception {
        start("");

        assertThat(create("good", "nginx")).contains("\"uid\"");
        ObjectValue review = asked.take();
        assertThat(review.string("apiVersion")).isEqualTo("imagepolicy.k8s.io/v1alpha1");
        assertThat(review.string("kind")).isEqualTo("ImageReview");
        assertThat(review.object("spec")).isEqualTo(Json.object("""
                {"containers":[{"image":"nginx"},{"image":"init"}],
                 "annotations":{"a.image-policy.k8s.io/ticket":"1"},"namespace":"default"}
                """));
        assertThat(told()).contains("\"imagepolicywebhook.image-policy.k8s.io/seen\":\"yes\"");

        assertThat(create("again", "nginx")).contains("\"uid\"");
        assertThat(asked).isEmpty();
    }

    @Test
    void whatItDeniesIsForbiddenWithItsReason() throws Exception {
        start(", denyTTL: -1");

        for (int i = 1; i <= 2; i++) {
            assertThat(Json.object(create("bad", "evil:1")).string("message"))
                    .isEqualTo("pods \"bad\" is forbidden: image policy webhook backend denied one or more images:"
                            + " image currently blacklisted");
            assertThat(asked).as("no is not remembered").hasSize(i);
        }
    }

    @Test
    void aServiceThatCannotAnswerJustNowIsAskedAgain() throws Exception {
        failures.set(2);
        start(", retryBackoff: 1");

        assertThat(create("good", "nginx")).contains("\"uid\"");
        assertThat(asked).hasSize(1);
    }

    @Test
    void withoutAnAnswerTheOwnersChoiceHolds() throws Exception {
        failure = 403;
        failures.set(1);
        start("");
        assertThat(Json.object(create("web", "nginx")).string("message"))
                .startsWith("pods \"web\" is forbidden: the webhook at http://127.0.0.1:")
                .endsWith("answered 403");
        assertThat(told()).doesNotContain("failed-open");

        failures.set(1);
        start(", defaultAllow: true");
        assertThat(create("web", "nginx")).contains("\"uid\"");
        assertThat(told()).contains("\"imagepolicywebhook.image-policy.k8s.io/failed-open\":\"true\"");
    }

    @Test
    void ephemeralContainersAreLookedAtToo() throws Exception {
        start("");
        create("web", "nginx");

        assertThat(HttpCluster.send(
                                cluster().admin,
                                cluster()
                                        .request(PODS + "/web/ephemeralcontainers")
                                        .header("Content-Type", "application/strategic-merge-patch+json")
                                        .method(
                                                "PATCH",
                                                HttpRequest.BodyPublishers.ofString(
                                                        "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"e\","
                                                                + "\"image\":\"evil\"}]}}")))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aConfigurationThatCannotBeUsedIsAnErrorAtTheStart() {
        assertThatThrownBy(() -> new HttpCluster(
                        ServerSettings.DEFAULT.withAdmission(AdmissionSettings.DEFAULT.enabling("ImagePolicyWebhook"))))
                .hasMessageContaining("no config specified");
        assertThatThrownBy(() -> start(", allowTTL: 7200"))
                .hasMessage("ImagePolicyWebhook: valid value is between 1s and 1800s, got 7200000ms");
    }
}
