package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
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
                        "/readyz/shutdown",
                        "/version")
                .isSorted();
    }

    @Test
    void whenItEndsReadinessFailsFirstThenWatchesEndAndWhatIsAtWorkIsFinished() throws Exception {
        var ending = new HttpCluster();
        HttpResponse<Stream<String>> watch = ending.admin.send(
                ending.request("/api/v1/namespaces?watch=1&resourceVersion=0").build(),
                HttpResponse.BodyHandlers.ofLines());
        var lines = watch.body().iterator();
        lines.next();
        var shutdown = new Shutdown(ending.runtime);
        assertThat(shutdown.hasBegun()).isFalse();

        ending.face.close();

        long rest = 0;
        while (lines.hasNext()) {
            lines.next();
            rest++;
        }
        assertThat(rest).as("the stream has a clean end").isGreaterThanOrEqualTo(0);
        ending.close();
    }
}
