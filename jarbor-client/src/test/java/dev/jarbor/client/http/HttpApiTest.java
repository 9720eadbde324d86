package dev.jarbor.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiContract;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.SimulatedRuntime;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API over plain HTTP, against a port of this machine with a {@link FakeApi} behind it. */
class HttpApiTest extends ApiContract {
    private final LiveRuntime runtime = new LiveRuntime();
    private final FakeApi fake = new FakeApi(runtime);
    private ServedApi server;
    private HttpApi api;

    @BeforeEach
    void serve() throws IOException {
        server = ServedApi.plain(fake);
        api = new HttpApi(ClientConfig.of(server.url()), runtime);
    }

    @AfterEach
    void close() {
        api.close();
        server.close();
        runtime.close();
    }

    @Override
    protected Api api() {
        return api;
    }

    @Override
    protected String next(BlockingQueue<String> events) throws InterruptedException {
        String event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("an event within 20 s").isNotNull();
        return event;
    }

    private static ConfigMap config(String name) {
        return ConfigMap.named("default", name);
    }

    private void refuse(int times, int code, String retryAfter) {
        var left = new AtomicInteger(times);
        server.intercept(exchange -> {
            if (left.getAndDecrement() <= 0) {
                return false;
            }
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
            ServedApi.answer(exchange, code, new byte[0]);
            return true;
        });
    }

    @Test
    void aRequestThatWasPutOffIsRepeatedWhenTheServerSays() {
        refuse(2, 429, "0");
        assertThat(api.create(ConfigMap.KIND, config("a")).name()).isEqualTo("a");
        assertThat(server.headers()).hasSize(3);
    }

    @Test
    void aServerThatKeepsPuttingOffIsGivenUp() {
        refuse(100, 429, "0");
        assertThatThrownBy(() -> api.create(ConfigMap.KIND, config("a")))
                .hasMessage("the server answered with HTTP status 429");
        assertThat(server.headers()).hasSize(HttpApi.TRIES);
    }

    @Test
    void aServerThatAsksForALongWaitIsNotWaitedFor() {
        refuse(1, 429, "3600");
        assertThatThrownBy(() -> api.create(ConfigMap.KIND, config("a"))).isInstanceOf(ApiException.class);
        assertThat(server.headers()).hasSize(1);
    }

    @Test
    void anUnavailableServerIsAskedAgainOnlyWhereThatDoesNoHarm() {
        fake.create(ConfigMap.KIND, config("a"));
        refuse(1, 503, "0");
        assertThat(api.get(ConfigMap.KIND, new ObjectKey("default", "a")).name())
                .isEqualTo("a");
        refuse(1, 503, "0");
        assertThatThrownBy(() -> api.create(ConfigMap.KIND, config("b"))).isInstanceOf(ApiException.class);
        assertThat(fake.find(ConfigMap.KIND, new ObjectKey("default", "b"))).isEmpty();
    }

    @Test
    void aRefusalWithoutAStatusSaysWhatCame() {
        server.intercept(exchange -> {
            ServedApi.answer(exchange, 403, "<html>proxy".getBytes(StandardCharsets.UTF_8));
            return true;
        });
        assertThatThrownBy(() -> api.get(ConfigMap.KIND, new ObjectKey("default", "a")))
                .hasMessage("the server answered with HTTP status 403: <html>proxy")
                .satisfies(refused ->
                        assertThat(((ApiException) refused).status().reason()).isEqualTo("Forbidden"));
    }

    @Test
    void anAnswerThatIsNoJsonIsAnError() {
        server.intercept(exchange -> {
            ServedApi.answer(exchange, 200, "hello".getBytes(StandardCharsets.UTF_8));
            return true;
        });
        assertThatThrownBy(() -> api.get(ConfigMap.KIND, new ObjectKey("default", "a")))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("answered with something that is no JSON");
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() {
        server.close();
        assertThatThrownBy(() -> api.get(ConfigMap.KIND, new ObjectKey("default", "a")))
                .isInstanceOf(ApiException.class)
                .hasMessageStartingWith("cannot reach " + server.url() + ": ")
                .satisfies(refused ->
                        assertThat(((ApiException) refused).isRetryable()).isTrue());
    }

    @Test
    void aTokenIsSentAndSoIsWhomToActAs() {
        var as = new ClientConfig.Impersonation("ada", "", List.of("admins", "staff"));
        ClientConfig config = ClientConfig.of(server.url()).withToken("secret").withImpersonation(as);
        try (var other = new HttpApi(config, runtime)) {
            other.list(ConfigMap.KIND, "", Query.NONE);
        }
        var headers = server.headers().getLast();
        assertThat(headers.get("Authorization")).containsExactly("Bearer secret");
        assertThat(headers.get("Impersonate-user")).containsExactly("ada");
        assertThat(headers.get("Impersonate-group")).containsExactlyInAnyOrder("admins", "staff");
        assertThat(config.toString()).doesNotContain("secret");
    }

    @Test
    void aTokenFileIsReadAgainAfterTheServerRefusedItsToken(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "old\n");
        ClientConfig config = ClientConfig.of(server.url()).withCredential(new ClientConfig.Credential.TokenFile(file));
        try (var other = new HttpApi(config, runtime)) {
            other.list(ConfigMap.KIND, "", Query.NONE);
            Files.writeString(file, "new\n");
            refuse(1, 401, "0");
            assertThatThrownBy(() -> other.list(ConfigMap.KIND, "", Query.NONE)).isInstanceOf(ApiException.class);
            other.list(ConfigMap.KIND, "", Query.NONE);
        }
        assertThat(server.headers())
                .extracting(headers ->
                        headers.getOrDefault("Authorization", List.of()).getFirst())
                .containsExactly("Bearer old", "Bearer old", "Bearer new");
    }

    @Test
    void namesAndOptionsAreEscaped() {
        var path = new ResourcePath("rbac.authorization.k8s.io", "v1", "clusterroles", "", "system:a b/c%d+é", "");
        assertThatThrownBy(() -> api.call(ApiRequest.of(Verb.GET, path)))
                .hasMessage("clusterroles.rbac.authorization.k8s.io \"system:a b/c%d+é\" not found");
        assertThat(api.list(ConfigMap.KIND, "", Query.labels("a in (b, c),d!=e"))
                        .items())
                .isEmpty();
    }

    @Test
    void informersFollowAServerThroughBrokenConnections() throws InterruptedException {
        try (var informers = new SharedInformers(api, runtime)) {
            var added = new CountDownLatch(20);
            informers.of(ConfigMap.KIND).onChange(change -> added.countDown());
            informers.start();
            for (int i = 0; i < 20; i++) {
                fake.create(ConfigMap.KIND, config("object-" + i));
                if (i % 7 == 3) {
                    fake.dropWatches();
                }
            }
            assertThat(added.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(informers.of(ConfigMap.KIND).list()).hasSize(20);
        }
    }

    @Test
    void virtualTimeIsRefused() {
        assertThatThrownBy(() -> new HttpApi(ClientConfig.of(server.url()), new SimulatedRuntime(1)))
                .hasMessageContaining("needs a live runtime");
    }

    @Test
    void aUrlOfAnotherKindIsRefused() {
        assertThatThrownBy(() -> ClientConfig.of(URI.create("ftp://x")))
                .hasMessageContaining("must start with https://");
        assertThatThrownBy(() -> ClientConfig.of(URI.create("localhost:8080"))).hasMessageContaining("must start with");
    }
}
