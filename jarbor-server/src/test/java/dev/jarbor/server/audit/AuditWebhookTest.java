package dev.jarbor.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.runtime.LiveRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Audit events that another service is sent. */
class AuditWebhookTest {
    private static final Duration SOON = Duration.ofMillis(20);

    private final LiveRuntime runtime = new LiveRuntime();
    /** What the service took: the names of the events that came together. */
    private final BlockingQueue<List<String>> taken = new LinkedBlockingQueue<>();

    private final AtomicInteger asked = new AtomicInteger();
    /** How many tries the service refuses before it takes one. */
    private volatile int refusals;

    private HttpServer service;

    @BeforeEach
    void serve() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            ObjectValue list = Json.object(exchange.getRequestBody().readAllBytes());
            if (asked.incrementAndGet() <= refusals) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                assertThat(list.string("kind")).isEqualTo("EventList");
                taken.add(list.list("items").objects().stream()
                        .map(event -> event.string("auditID")
                                + event.object("annotations").strings().keySet())
                        .toList());
                // as services do that have nothing to say
                exchange.sendResponseHeaders(200, -1);
            }
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
        runtime.close();
    }

    private AuditWebhook webhook(AuditTruncation truncation) {
        ClientConfig config = ClientConfig.of(
                URI.create("http://127.0.0.1:" + service.getAddress().getPort() + "/"));
        return new AuditWebhook(config, SOON, truncation, runtime);
    }

    private static ObjectValue event(String id) {
        return ObjectValue.EMPTY.with("auditID", id);
    }

    private List<String> next() throws InterruptedException {
        List<String> batch = taken.poll(30, TimeUnit.SECONDS);
        return batch == null ? List.of("nothing came") : batch;
    }

    @Test
    void eventsGoTogetherWhenThereAreEnoughOrTheyHaveWaitedLongEnough() throws InterruptedException {
        var batches = new AuditBatches.Settings(10, 3, SOON, 0, 1);
        try (AuditSink sink = webhook(AuditTruncation.NONE).inBatches(batches)) {
            sink.record(event("lonely"));
            assertThat(next()).containsExactly("lonely[]");
        }
        var patient = new AuditBatches.Settings(10, 3, Duration.ofHours(1), 0, 1);
        try (AuditSink sink = webhook(AuditTruncation.NONE).inBatches(patient)) {
            for (String id : List.of("a", "b", "c", "d")) {
                sink.record(event(id));
            }
            assertThat(next()).startsWith("a[]", "b[]", "c[]");
        }
        assertThat(taken.stream().flatMap(List::stream).toList())
                .as("the rest is sent at the end")
                .isIn(List.of("d[]"), List.of());
    }

    @Test
    void oftenerThanTheRateNothingIsSent() throws InterruptedException {
        var batches = new AuditBatches.Settings(10, 1, SOON, 20, 1);
        long begin = System.nanoTime();
        try (AuditSink sink = webhook(AuditTruncation.NONE).inBatches(batches)) {
            for (String id : List.of("a", "b", "c")) {
                sink.record(event(id));
            }
            assertThat(List.of(next(), next(), next())).containsExactly(List.of("a[]"), List.of("b[]"), List.of("c[]"));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(90));
    }

    @Test
    void whatIsNotTakenIsSentAgain() throws InterruptedException {
        refusals = 3;

        webhook(AuditTruncation.NONE).record(event("a"));

        assertThat(next()).containsExactly("a[]");
        assertThat(asked).hasValue(4);
    }

    @Test
    void afterFiveTriesAnEventIsLost() throws InterruptedException {
        refusals = 5;
        AuditWebhook webhook = webhook(AuditTruncation.NONE);

        webhook.record(event("lost"));
        while (asked.get() < 5) {
            Thread.onSpinWait();
        }
        webhook.record(event("next"));

        assertThat(next()).containsExactly("next[]");
        assertThat(asked).hasValue(6);
        assertThat(taken).isEmpty();
    }

    @Test
    void whatIsTooLargeLosesItsObjectsAndWhatIsTooManyGoesInPortions() throws InterruptedException {
        ObjectValue large = ObjectValue.EMPTY.with("text", "x".repeat(500));
        var truncation = new AuditTruncation(400, 500);
        AuditWebhook webhook = webhook(truncation);

        webhook.record(event("objects").with("requestObject", large).with("responseObject", large));
        webhook.record(event("name".repeat(200)));
        webhook.record(event("small"));

        assertThat(next()).containsExactly("objects[audit.k8s.io/truncated]");
        assertThat(next()).containsExactly("small[]");
        assertThat(truncation.portions(
                        List.of(event("a".repeat(300)), event("b".repeat(300)), event("c"), event("d".repeat(300)))))
                .extracting(List::size)
                .containsExactly(1, 2, 1);
    }

    @Test
    void whatComesWhenTheBufferIsFullIsLost() throws InterruptedException {
        var batches = new AuditBatches.Settings(2, 3, Duration.ofHours(1), 0, 1);
        AuditSink sink = webhook(AuditTruncation.NONE).inBatches(batches);
        for (String id : List.of("a", "b", "c")) {
            sink.record(event(id));
        }

        sink.close();

        assertThat(next()).containsExactly("a[]", "b[]");
        assertThat(taken).isEmpty();
    }
}
