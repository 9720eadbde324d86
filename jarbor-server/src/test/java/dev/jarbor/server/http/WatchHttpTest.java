package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Watches over a socket, in both HTTP versions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchHttpTest {
    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(cluster.adminTls)
                .version(version)
                .build();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void events_arrive_as_they_happen(HttpClient.Version version) throws IOException, InterruptedException {
        String path = namespace("live-" + (version == HttpClient.Version.HTTP_2 ? "h2" : "h1"));
        HttpResponse<Stream<String>> watch = client(version)
                .send(cluster.request(path + "?watch=true").build(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = watch.body()) {
            var events = lines.iterator();
            cluster.post(path, "{\"metadata\":{\"name\":\"one\"}}");
            assertThat(event(events.next())).isEqualTo("ADDED one");
            HttpCluster.send(cluster.admin, cluster.request(path + "/one").DELETE());
            assertThat(event(events.next())).isEqualTo("DELETED one");
        }
        assertThat(watch.headers().firstValue("Content-Type")).contains("application/json");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void a_watch_ends_when_its_time_is_over(HttpClient.Version version) throws IOException, InterruptedException {
        HttpResponse<String> watch = client(version)
                .send(
                        cluster.request("/api/v1/namespaces?watch=true&timeoutSeconds=1")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(watch.statusCode()).isEqualTo(200);
        assertThat(watch.body().lines().map(WatchHttpTest::event)).contains("ADDED default");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void the_columns_of_a_table_come_once(HttpClient.Version version) throws IOException, InterruptedException {
        HttpResponse<String> watch = client(version)
                .send(
                        HttpRequest.newBuilder(cluster.uri("/api/v1/namespaces?watch=true&timeoutSeconds=1"))
                                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        List<ObjectValue> tables = watch.body()
                .lines()
                .map(line -> Json.object(line).object("object"))
                .toList();
        assertThat(tables).hasSizeGreaterThan(1);
        assertThat(tables.getFirst().list("columnDefinitions").isEmpty()).isFalse();
        assertThat(tables.subList(1, tables.size()))
                .allMatch(table -> table.list("columnDefinitions").isEmpty());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void a_client_that_reads_slowly_still_sees_every_event(HttpClient.Version version)
            throws IOException, InterruptedException {
        String path = namespace("slow-" + (version == HttpClient.Version.HTTP_2 ? "h2" : "h1"));
        HttpResponse<InputStream> watch = client(version)
                .send(cluster.request(path + "?watch=true").build(), HttpResponse.BodyHandlers.ofInputStream());
        String filling = "x".repeat(4000);
        for (int i = 0; i < 1500; i++) {
            cluster.post(path, "{\"metadata\":{\"name\":\"c" + i + "\"},\"data\":{\"a\":\"" + filling + "\"}}");
        }
        var names = new ArrayList<String>();
        try (var reader = new java.io.BufferedReader(
                new java.io.InputStreamReader(watch.body(), java.nio.charset.StandardCharsets.UTF_8))) {
            while (names.size() < 1500) {
                names.add(event(reader.readLine()));
            }
        }
        assertThat(names).first().isEqualTo("ADDED c0");
        assertThat(names).last().isEqualTo("ADDED c1499");
    }

    /** So browsers and the Fabric8 client watch. */
    @Test
    void a_watch_over_a_web_socket_has_one_message_an_event() throws InterruptedException {
        var messages = new LinkedBlockingQueue<String>();
        String path = namespace("socket");
        WebSocket socket = client(HttpClient.Version.HTTP_1_1)
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create(cluster.uri(path + "?watch=true").toString().replace("https:", "wss:")),
                        new WebSocket.Listener() {
                            @Override
                            public @Nullable CompletionStage<?> onText(
                                    WebSocket from, CharSequence text, boolean last) {
                                messages.add(text.toString());
                                from.request(1);
                                return null;
                            }
                        })
                .join();
        cluster.post(path, "{\"metadata\":{\"name\":\"one\"}}");
        assertThat(event(String.valueOf(messages.poll(20, TimeUnit.SECONDS)))).isEqualTo("ADDED one");
        cluster.post(path, "{\"metadata\":{\"name\":\"two\"}}");
        assertThat(event(String.valueOf(messages.poll(20, TimeUnit.SECONDS)))).isEqualTo("ADDED two");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    @Test
    void a_web_socket_is_refused_to_whom_a_watch_is() {
        var stranger = HttpClient.newBuilder().sslContext(cluster.adminTls).build();

        assertThatThrownBy(() -> stranger.newWebSocketBuilder()
                        .header("Impersonate-User", "stranger")
                        .buildAsync(
                                URI.create(cluster.uri("/api/v1/namespaces?watch=true")
                                        .toString()
                                        .replace("https:", "wss:")),
                                new WebSocket.Listener() {})
                        .join())
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void a_watch_whose_client_leaves_is_over_at_once(HttpClient.Version version) throws Exception {
        String path = namespace("left-" + (version == HttpClient.Version.HTTP_2 ? "h2" : "h1"));
        String watching = "apiserver_longrunning_requests{component=\"apiserver\",group=\"\",resource=\"configmaps\","
                + "scope=\"namespace\",subresource=\"\",verb=\"WATCH\",version=\"v1\"} ";
        HttpClient client = client(version);
        long before = running(watching);
        for (int i = 0; i < 300; i++) {
            HttpResponse<InputStream> watch = client.send(
                    cluster.request(path + "?watch=true").build(), HttpResponse.BodyHandlers.ofInputStream());
            watch.body().close();
        }
        while (running(watching) > before) {
            Thread.onSpinWait();
        }
        assertThat(running(watching)).isEqualTo(before);
    }

    private long running(String series) {
        return cluster.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToLong(line -> Long.parseLong(line.substring(series.length())))
                .sum();
    }

    private String namespace(String name) {
        cluster.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + name + "\"}}");
        return "/api/v1/namespaces/" + name + "/configmaps";
    }

    private static String event(String line) {
        ObjectValue frame = Json.object(line);
        return frame.string("type") + " "
                + frame.object("object").object("metadata").string("name");
    }
}
