package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Priority and fairness, time limits and what is counted, at the face. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowHttpTest {
    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private String uid(String path) {
        return HttpCluster.json(cluster.get("/apis/flowcontrol.apiserver.k8s.io/v1/" + path))
                .object("metadata")
                .string("uid");
    }

    @Test
    void answersSayHowTheirRequestWasClassified() {
        HttpResponse<String> answer = HttpCluster.send(
                cluster.nobody,
                cluster.request("/api/v1/namespaces").header("Authorization", "Bearer " + HttpCluster.TOKEN));

        assertThat(answer.headers().firstValue("X-Kubernetes-PF-FlowSchema-UID"))
                .contains(uid("flowschemas/global-default"));
        assertThat(answer.headers().firstValue("X-Kubernetes-PF-PriorityLevel-UID"))
                .contains(uid("prioritylevelconfigurations/global-default"));
    }

    @Test
    void aWatchGivesItsSeatsBackOnceItHasBegun() throws Exception {
        HttpResponse<Stream<String>> watch = cluster.admin.send(
                cluster.request("/api/v1/namespaces?watch=1")
                        .header("Impersonate-User", "watcher")
                        .header("Impersonate-Group", "system:masters")
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = watch.body()) {
            assertThat(lines.iterator().next()).contains("ADDED");
            String metrics = cluster.get("/metrics").body();
            assertThat(metrics)
                    .contains("apiserver_flowcontrol_current_executing_requests{priority_level=\"global-default\"} 0")
                    .containsPattern(
                            "apiserver_longrunning_requests\\{component=\"apiserver\",group=\"\","
                                    + "resource=\"namespaces\",scope=\"cluster\",subresource=\"\",verb=\"WATCH\",version=\"v1\"} 1");
        }
    }

    @Test
    void aTimeLimitThatIsNoDurationIsRefused() {
        HttpResponse<String> answer = cluster.get("/api/v1/namespaces?timeout=soon");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(HttpCluster.json(answer).string("message"))
                .isEqualTo("invalid timeout specified in the request URL - time: invalid duration \"soon\"");
        assertThat(cluster.get("/api/v1/namespaces?timeout=30s").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsHaveTheReferencesNamesLabelsAndTypes() {
        cluster.get("/api/v1/namespaces/default");
        cluster.get("/api/v1/namespaces/none");
        HttpResponse<String> answer = cluster.get("/metrics");

        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(answer.body())
                .contains("# TYPE apiserver_request_total counter")
                .containsPattern(
                        "apiserver_request_total\\{code=\"200\",component=\"apiserver\",dry_run=\"\",group=\"\","
                                + "resource=\"namespaces\",scope=\"resource\",subresource=\"\",verb=\"GET\",version=\"v1\"} \\d+")
                .contains("apiserver_request_total{code=\"404\"")
                .contains("# TYPE apiserver_request_duration_seconds histogram")
                .contains("subresource=\"\",verb=\"GET\",version=\"v1\",le=\"0.005\"}")
                .contains("# TYPE apiserver_current_inflight_requests gauge")
                .contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} 1")
                .containsPattern("apiserver_storage_objects\\{resource=\"namespaces\"} \\d")
                .contains("# TYPE apiserver_response_sizes histogram")
                .contains("apiserver_flowcontrol_nominal_limit_seats{priority_level=\"workload-low\"} 245")
                .contains("kubernetes_build_info{")
                .contains("process_start_time_seconds");
    }
}
