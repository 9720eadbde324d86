package dev.jarbor.server.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.outbound.ServiceResolver;
import dev.jarbor.server.outbound.SocketLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookClientTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final ObjectValue REVIEW =
            ObjectValue.EMPTY.with("kind", "AdmissionReview").with("request", ObjectValue.EMPTY.with("uid", "u1"));

    private final LiveRuntime runtime = new LiveRuntime();
    private final WebhookServer hook = new WebhookServer("hook.shop.svc");

    @AfterEach
    void close() {
        hook.close();
        runtime.close();
    }

    private WebhookClient client(Runtime runtime) {
        ServiceResolver services = (namespace, name, port) -> {
            if (!name.equals("hook") && !name.equals("stranger")) {
                throw new IOException("service \"" + name + "\" not found");
            }
            return patience -> SocketLine.dial("127.0.0.1", hook.port(), patience);
        };
        return new WebhookClient(services, runtime);
    }

    private ObjectValue post(String path) {
        return post(ClientConfig.of(hook.clientConfig(path)), LONG);
    }

    private ObjectValue post(ClientConfig config, Duration timeout) {
        return client(runtime).post(config, REVIEW, timeout);
    }

    private ClientConfig service(String name) {
        ObjectValue service =
                ObjectValue.EMPTY.with("namespace", "shop").with("name", name).with("path", "/allow");
        return ClientConfig.of(hook.clientConfig("").without("url").with("service", service));
    }

    @Test
    void aReviewIsPostedAndAnswered() {
        hook.on("/allow", request -> WebhookServer.allowed());
        assertThat(post("/allow").object("response").string("uid")).isEqualTo("u1");
        assertThat(hook.requests).hasSize(1);
    }

    @Test
    void theTimeoutIsToldInWholeSeconds() {
        hook.raw(
                "/query",
                exchange -> WebhookServer.reply(
                        exchange,
                        200,
                        "{\"query\":\"" + exchange.getRequestURI().getQuery() + "\"}"));
        ClientConfig config = ClientConfig.of(hook.clientConfig("/query"));
        assertThat(post(config, Duration.ofMillis(9_100)).string("query")).isEqualTo("timeout=10s");
    }

    @Test
    void aServiceIsAddressedByItsNameWhoeverAnswersForIt() {
        hook.on("/allow", request -> WebhookServer.allowed());
        assertThat(post(service("hook"), LONG).object("response").bool("allowed"))
                .isTrue();
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        assertThatThrownBy(() -> post(service("stranger"), LONG))
                .isInstanceOf(WebhookCallException.class)
                .hasMessageStartingWith("Post \"https://stranger.shop.svc:443/allow?timeout=20s\":"
                        + " tls: failed to verify certificate: x509: ");
    }

    @Test
    void aServiceThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> post(service("nobody"), LONG))
                .hasMessage("Post \"https://nobody.shop.svc:443/allow?timeout=20s\": service \"nobody\" not found");
    }

    @Test
    void aCertificateOfAStrangerIsRefused() {
        try (var other = new WebhookServer()) {
            assertThatThrownBy(() -> post(ClientConfig.ofUrl(hook.url("/allow"), other.authorityPem()), LONG))
                    .hasMessageEndingWith(
                            "tls: failed to verify certificate: x509: certificate signed by unknown authority");
        }
        assertThatThrownBy(() -> post(ClientConfig.ofUrl(hook.url("/allow"), ""), LONG))
                .as("without a bundle the system's authorities count")
                .hasMessageEndingWith("x509: certificate signed by unknown authority");
    }

    @Test
    void aRefusedConnectionIsSaidAsGoSaysIt() throws IOException {
        int port;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        assertThatThrownBy(() -> post(ClientConfig.ofUrl("https://127.0.0.1:" + port + "/x", ""), LONG))
                .hasMessage("Post \"https://127.0.0.1:" + port + "/x?timeout=20s\": dial tcp 127.0.0.1:" + port
                        + ": connect: connection refused");
    }

    @Test
    void anAnswerThatDoesNotComeIsGivenUp() {
        var over = new CountDownLatch(1);
        hook.raw("/slow", exchange -> await(over));
        try {
            assertThatThrownBy(() -> post(ClientConfig.of(hook.clientConfig("/slow")), Duration.ofMillis(300)))
                    .hasMessage("Post \"" + hook.url("/slow") + "?timeout=1s\": context deadline exceeded");
        } finally {
            over.countDown();
        }
    }

    @Test
    void anAnswerThatDripsIsGivenUpInTime() {
        hook.raw("/drip", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                await(new CountDownLatch(1), Duration.ofMillis(20));
            }
        });
        assertThatThrownBy(() -> post(ClientConfig.of(hook.clientConfig("/drip")), Duration.ofMillis(500)))
                .hasMessageEndingWith("context deadline exceeded");
    }

    private static void await(CountDownLatch latch) {
        await(latch, LONG);
    }

    private static void await(CountDownLatch latch, Duration most) {
        try {
            boolean done = latch.await(most.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
            assertThat(done || latch.getCount() > 0).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void anAnswerThatIsTooLongIsNotRead() {
        hook.raw("/long", exchange -> WebhookServer.reply(exchange, 200, "\"" + "x".repeat(10_000_000) + "\""));
        assertThatThrownBy(() -> post("/long")).hasMessageContaining("the response body is larger than");
    }

    @Test
    void anAnswerThatIsNoJsonIsAFailure() {
        hook.raw("/text", exchange -> WebhookServer.reply(exchange, 200, "hello"));
        assertThatThrownBy(() -> post("/text")).hasMessageStartingWith("couldn't get version/kind; json parse error: ");
    }

    @Test
    void aFailureOfTheWebhookIsSaidAsTheReferenceSaysIt() {
        hook.raw("/broken", exchange -> WebhookServer.reply(exchange, 500, "boom"));
        assertThatThrownBy(() -> post("/broken"))
                .hasMessage("an error on the server (\"boom\") has prevented the request from succeeding");
        assertThatThrownBy(() -> post("/missing")).hasMessage("the server could not find the requested resource");
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        assertThatThrownBy(() -> post(ClientConfig.of(ObjectValue.EMPTY), LONG))
                .hasMessage("webhook configuration must have either service or URL");
    }

    @Test
    void aSimulatedClusterReachesARealWebhook() {
        hook.on("/allow", request -> WebhookServer.allowed());
        ObjectValue answer =
                client(new SimulatedRuntime(1)).post(ClientConfig.of(hook.clientConfig("/allow")), REVIEW, LONG);
        assertThat(answer.object("response").bool("allowed")).isTrue();
    }
}
