package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.webhook.WebhookServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How the server says that it is well, and how it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthHttpTest {
    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void everyCheckIsToldAndHasAPathOfItsOwn() {
        assertThat(cluster.get("/readyz?verbose").body()).isEqualTo("""
                [+]ping ok
                [+]log ok
                [+]etcd ok
                [+]etcd-readiness ok
                [+]informer-sync ok
                [+]poststarthook/priority-and-fairness-config-consumer ok
                [+]poststarthook/rbac/bootstrap-roles ok
                [+]poststarthook/scheduling/bootstrap-system-priority-classes ok
                [+]shutdown ok
                readyz check passed
                """);
        assertThat(cluster.get("/livez?verbose").body())
                .doesNotContain("informer-sync")
                .doesNotContain("shutdown")
                .endsWith("livez check passed\n");
        for (String path :
                List.of("/livez/ping", "/readyz/informer-sync", "/healthz/poststarthook/rbac/bootstrap-roles")) {
            HttpResponse<String> one = cluster.get(path);
            assertThat(one.body()).isEqualTo("ok");
            assertThat(one.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        assertThat(cluster.get("/livez/informer-sync").statusCode()).isEqualTo(404);
        assertThat(cluster.get("/debug/pprof").statusCode()).isEqualTo(404);
    }

    @Test
    void checksAreLeftOutWhenAsked() {
        assertThat(cluster.get("/readyz?verbose&exclude=etcd&exclude=nothing").body())
                .contains("[+]etcd excluded: ok\n")
                .contains("warn: some health checks cannot be excluded: no matches for \"nothing\"\n")
                .endsWith("readyz check passed\n");
    }

    @Test
    void allPathsAreListed() {
        assertThat(HttpCluster.json(cluster.get("/")).list("paths").strings())
                .contains(
                        "/api",
                        "/api/v1",
                        "/apis",
                        "/apis/apps",
                        "/apis/apps/v1",
                        "/healthz",
                        "/livez/ping",
                        "/metrics",
                        "/metrics/resources",
                        "/readyz/shutdown",
                        "/version")
                .isSorted();
    }

    @Test
    void whenItEndsWhatIsAtWorkIsFinishedAndWatchesHaveACleanEnd() throws Exception {
        var ending = new HttpCluster();
        var arrived = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        try (var hook = new WebhookServer()) {
            hook.on("/slow", request -> {
                arrived.countDown();
                await(released);
                return WebhookServer.allowed();
            });
            slow(ending, hook);
            HttpResponse<Stream<String>> watch = ending.admin.send(
                    ending.request("/api/v1/namespaces?watch=1&resourceVersion=0")
                            .build(),
                    HttpResponse.BodyHandlers.ofLines());
            var lines = watch.body().iterator();
            assertThat(lines.next()).contains("ADDED");
            CompletableFuture<HttpResponse<String>> write = ending.admin.sendAsync(
                    ending.request("/api/v1/namespaces/default/configmaps")
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"metadata\":{\"name\":\"late\"}}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            await(arrived);

            var ended = new CountDownLatch(1);
            ending.runtime.execute("the end", () -> {
                ending.face.close();
                ended.countDown();
            });
            while (lines.hasNext()) {
                assertThat(lines.next())
                        .as("nothing but whole events until the end")
                        .endsWith("}");
            }
            assertThat(ended.getCount()).as("it waits for the write").isOne();
            released.countDown();

            assertThat(write.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
            await(ended);
        }
        ending.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static void slow(HttpCluster cluster, WebhookServer hook) {
        ObjectValue webhook = Json.object("""
                {"name":"slow.example.com","sideEffects":"None","admissionReviewVersions":["v1"],"timeoutSeconds":30,
                 "rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}]}
                """).with("clientConfig", hook.clientConfig("/slow"));
        cluster.post(
                "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
                Json.text(ObjectValue.EMPTY
                        .with("metadata", ObjectValue.EMPTY.with("name", "slow"))
                        .with("webhooks", ListValue.of(webhook))));
    }
}
