package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.server.ServerSettings;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What browsers are told of pages of other origins. */
class CrossOriginHttpTest {
    private final HttpCluster cluster = new HttpCluster(
            ServerSettings.DEFAULT,
            settings ->
                    settings.withCrossOrigin(CrossOrigin.of(List.of("^https://example\\.com$", "//.*\\.test(:|$)"))));

    @AfterEach
    void end() {
        cluster.close();
    }

    private HttpResponse<String> ask(HttpClient client, String method, String origin) {
        return HttpCluster.send(
                client, cluster.request("/version").header("Origin", origin).method(method, BodyPublishers.noBody()));
    }

    @Test
    void pagesOfAllowedOriginsMayUseTheServer() {
        for (String origin : List.of("https://example.com", "http://a.test:8080")) {
            HttpResponse<String> answer = ask(cluster.admin, "GET", origin);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains(origin);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                    .contains("true");
            assertThat(answer.headers().firstValue("Access-Control-Expose-Headers"))
                    .contains("Date");
        }
    }

    @Test
    void browsersAskBeforeTheyAskWithoutSayingWhoAsks() {
        HttpResponse<String> answer = ask(cluster.nobody, "OPTIONS", "https://example.com");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
                .contains("POST, GET, OPTIONS, PUT, DELETE, PATCH");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
                .contains("Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization,"
                        + " X-Requested-With, If-Modified-Since");
    }

    @Test
    void refusalsCanBeReadByPagesToo() {
        HttpResponse<String> refused = HttpCluster.send(
                cluster.nobody, cluster.request("/api/v1/secrets").header("Origin", "https://example.com"));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).contains("https://example.com");
    }

    @Test
    void pagesOfOtherOriginsAreToldNothing() {
        for (String origin : List.of("https://example.com.evil.org", "https://example.org")) {
            assertThat(ask(cluster.admin, "GET", origin).headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
            assertThat(ask(cluster.nobody, "OPTIONS", origin).statusCode()).isNotEqualTo(204);
        }
        assertThatThrownBy(() -> CrossOrigin.of(List.of("(")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing closing )");
    }
}
