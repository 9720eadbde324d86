package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.tls.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a server on a real socket does when time or seats are over, and what it says of itself to browsers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsHttpTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String FLOWS = "/apis/flowcontrol.apiserver.k8s.io/v1/";

    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster(
                ServerSettings.DEFAULT,
                served -> served.withLimits(
                                RequestLimits.DEFAULT.withTimes(Duration.ofSeconds(1), Duration.ofMinutes(30)))
                        .withTransportSecurity(List.of("max-age=31536000", "includeSubDomains")));
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void aBodyThatNeverEndsIsAnsweredWith504WhenItsTimeIsOver() throws IOException {
        try (Socket socket = unfinished("")) {
            String answer = read(socket.getInputStream());

            assertThat(answer).startsWith("HTTP/1.1 504 ").contains("Connection: close");
            assertThat(answer).contains("\"reason\":\"Timeout\"", "\"code\":504");
        }
    }

    /** Says that its body is longer than what it sends of it. */
    private Socket unfinished(String headers) throws IOException {
        SSLContext tls = headers.isEmpty() ? cluster.adminTls : TlsContexts.trusting(List.of(cluster.authority));
        Socket socket = tls.getSocketFactory().createSocket("localhost", cluster.face.port());
        socket.getOutputStream()
                .write(("POST " + MAPS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers
                                + "Content-Length: 1000\r\n\r\n{\"metadata\":")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The JDK's client looks at an answer only when it has sent its body, so the server is asked what it answered. */
    @Test
    void aBodyThatNeverEndsIsAnsweredWith504InHttp2Too() {
        HttpRequest endless = cluster.request("/api/v1/namespaces/default/secrets")
                .version(HttpClient.Version.HTTP_2)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.fromPublisher(subscriber -> subscriber.onSubscribe(new Silent())))
                .build();
        CompletableFuture<HttpResponse<String>> waiting =
                cluster.admin.sendAsync(endless, HttpResponse.BodyHandlers.ofString());

        String answered = "apiserver_request_total{code=\"504\",component=\"apiserver\",dry_run=\"\",group=\"\","
                + "resource=\"secrets\",scope=\"namespace\",subresource=\"\",verb=\"POST\",version=\"v1\"} 1\n";
        awaitMetric(answered);
        waiting.cancel(true);
    }

    private void awaitMetric(String line) {
        String metrics = "";
        for (int i = 0; i < 10_000 && !metrics.contains(line); i++) {
            metrics = cluster.get("/metrics").body();
        }
        assertThat(metrics).contains(line);
    }

    /** Somebody who says that there is more, and never says it. */
    private static final class Silent implements Flow.Subscription {
        @Override
        public void request(long more) {
            // never
        }

        @Override
        public void cancel() {
            // nothing was begun
        }
    }

    @Test
    void aLevelWhoseSeatsAreTakenTurnsAwayWith429() throws IOException {
        HttpResponse<String> level = cluster.post(FLOWS + "prioritylevelconfigurations", """
                {"metadata":{"name":"none"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":0,
                 "lendablePercent":0,"borrowingLimitPercent":0,"limitResponse":{"type":"Reject"}}}}
                """);
        HttpResponse<String> schema = cluster.post(FLOWS + "flowschemas", """
                {"metadata":{"name":"none"},"spec":{"matchingPrecedence":10,"priorityLevelConfiguration":{"name":"none"},
                 "rules":[{"subjects":[{"kind":"User","user":{"name":"reader"}}],
                  "resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"namespaces":["*"]}]}]}}
                """);

        assertThat(List.of(level.statusCode(), schema.statusCode()))
                .as(level.body() + schema.body())
                .containsOnly(201);
        try (Socket busy = unfinished("Authorization: Bearer " + HttpCluster.TOKEN + "\r\n")) {
            // Not before the other one has the seat: whoever comes second is turned away.
            awaitMetric("apiserver_flowcontrol_current_executing_seats{priority_level=\"none\"} 1\n");
            HttpResponse<String> answer = get();

            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body()).isEqualTo("Too many requests, please try again later.\n");
            assertThat(cluster.get(MAPS).statusCode()).isEqualTo(200);
            assertThat(busy.isConnected()).isTrue();
        }
    }

    private HttpResponse<String> get() {
        return HttpCluster.send(
                cluster.nobody, cluster.request(MAPS).header("Authorization", "Bearer " + HttpCluster.TOKEN));
    }

    @Test
    void everyAnswerTellsBrowsersToStayWithHttps() {
        assertThat(cluster.get("/version").headers().firstValue("Strict-Transport-Security"))
                .contains("max-age=31536000; includeSubDomains");
        assertThat(cluster.get("/nowhere").headers().firstValue("Strict-Transport-Security"))
                .isPresent();
    }
}
