package dev.jarbor.bench;

import dev.jarbor.api.codec.Json;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The API server over TLS, the whole path: server and clients share the machine and the JVM. */
final class ServerBenchmark {
    /** Held, because the JDK forgets the level of a logger that nobody holds. */
    private static final Logger HELIDON = Logger.getLogger("io.helidon");

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int CLIENTS = 16;

    private ServerBenchmark() {}

    /** Arguments: seconds of mixed requests, pods, watchers. */
    public static void main(String[] arguments) throws Exception {
        HELIDON.setLevel(Level.WARNING);
        run(
                        Duration.ofSeconds(Integer.parseInt(arguments[0])),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]))
                .forEach(figures -> System.out.println(figures.row()));
    }

    static List<Figures> run(Duration mixed, int pods, int watchers) throws InterruptedException {
        var figures = new ArrayList<Figures>();
        figures.add(heap(pods));
        try (var server = new BenchServer()) {
            figures.addAll(mixed(server, mixed));
            figures.addAll(lists(server, pods));
            figures.addAll(watches(server, watchers));
        }
        return figures;
    }

    /** Creates, reads, changes and deletes one object after the other, from several clients at once. */
    private static List<Figures> mixed(BenchServer server, Duration time) throws InterruptedException {
        var rate = new Figures("single-object requests of " + CLIENTS + " clients", "requests/s");
        var slow = new Figures("their 99th percentile", "ms");
        var slowest = new ConcurrentLinkedQueue<Long>();
        var done = new CountDownLatch(CLIENTS);
        Runtime runtime = server.runtime;
        HttpClient client = server.client(HttpClient.Version.HTTP_2);
        long start = runtime.nanoTime();
        long warm = start + time.toNanos() / 3;
        long end = start + time.toNanos();
        for (int i = 0; i < CLIENTS; i++) {
            String name = "bench-" + i;
            runtime.execute("client", () -> {
                try {
                    while (runtime.nanoTime() < end) {
                        round(server, client, name, warm, slowest);
                    }
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        double seconds = (runtime.nanoTime() - warm) / 1e9;
        List<Long> sorted = slowest.stream().sorted().toList();
        rate.add(sorted.size() / seconds);
        slow.add(sorted.isEmpty() ? 0 : sorted.get((int) (sorted.size() * 0.99)) / 1e6);
        return List.of(rate, slow);
    }

    private static void round(
            BenchServer server, HttpClient client, String name, long warm, ConcurrentLinkedQueue<Long> times) {
        String json = "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"a\":\"" + "x".repeat(500) + "\"}}";
        String one = MAPS + "/" + name;
        var steps = List.of(
                server.request(MAPS)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)),
                server.request(one),
                server.request(one)
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"data\":{\"b\":\"c\"}}")),
                server.request(one),
                server.request(one).DELETE());
        for (HttpRequest.Builder step : steps) {
            long begin = server.runtime.nanoTime();
            BenchServer.send(client, step);
            if (begin > warm) {
                times.add(server.runtime.nanoTime() - begin);
            }
        }
    }

    private static List<Figures> lists(BenchServer server, int pods) {
        for (int i = 0; i < pods; i++) {
            server.createPod(i);
        }
        var json = new Figures("LIST of " + pods + " pods in JSON", "ms");
        var protobuf = new Figures("LIST of " + pods + " pods in protobuf", "ms");
        HttpClient client = server.client(HttpClient.Version.HTTP_2);
        for (int i = 0; i < 10; i++) {
            time(server, client, "application/json", json);
            time(server, client, "application/vnd.kubernetes.protobuf", protobuf);
        }
        return List.of(json, protobuf);
    }

    private static void time(BenchServer server, HttpClient client, String type, Figures figures) {
        long start = server.runtime.nanoTime();
        BenchServer.send(client, server.request("/api/v1/pods").setHeader("Accept", type));
        figures.add((server.runtime.nanoTime() - start) / 1e6);
    }

    /** Watchers on connections of their own see a hundred events each. */
    private static List<Figures> watches(BenchServer server, int watchers) throws InterruptedException {
        int events = 100;
        var rate = new Figures("events to " + watchers + " watchers", "events/s");
        var begun = new CountDownLatch(watchers);
        var done = new CountDownLatch(watchers);
        HttpClient client = server.client(HttpClient.Version.HTTP_1_1);
        for (int i = 0; i < watchers; i++) {
            server.runtime.execute("watcher", () -> {
                String path = MAPS + "?watch=true&labelSelector=fan%3Dout";
                try {
                    HttpResponse<Stream<String>> watch =
                            client.send(server.request(path).build(), HttpResponse.BodyHandlers.ofLines());
                    begun.countDown();
                    try (Stream<String> lines = watch.body()) {
                        lines.limit(events).forEach(line -> {});
                    }
                } catch (IOException | InterruptedException broken) {
                    throw new IllegalStateException(broken);
                } finally {
                    done.countDown();
                }
            });
        }
        begun.await();
        long start = server.runtime.nanoTime();
        for (int i = 0; i < events; i++) {
            server.create(
                    "configmaps",
                    "{\"metadata\":{\"name\":\"fan-" + i + "\",\"labels\":{\"fan\":\"out\"}},\"data\":{\"a\":\""
                            + "x".repeat(500) + "\"}}");
        }
        done.await();
        rate.add((double) watchers * events / ((server.runtime.nanoTime() - start) / 1e9));
        return List.of(rate);
    }

    /** How much more memory a stored pod takes than its JSON, in percent of that. */
    private static Figures heap(int pods) {
        var figures = new Figures("heap of a stored pod, of its JSON's size", "%");
        try (var server = new BenchServer()) {
            server.createPod(-1);
            long before = used();
            long bytes = 0;
            for (int i = 0; i < pods; i++) {
                bytes += Json.bytes(server.createPod(i)).length;
            }
            figures.add(100.0 * (used() - before) / bytes);
        }
        return figures;
    }

    private static long used() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
