package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import dev.jarbor.client.http.HttpApi;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.linear.Linearizability;
import dev.jarbor.store.linear.Operation;
import dev.jarbor.store.linear.WatchProperties;
import dev.jarbor.store.linear.WatchProperties.Told;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Histories of {@code jarbor server} with its store on disk, over HTTPS, while its process is killed and started again: what
 * clients were answered has an order that explains it, and watches that go on over the deaths tell each change once, in order and
 * without a gap. Two rounds in the build; {@code -Djarbor.history.rounds=100} in the JVM of the tests is more, and {@code
 * -Djarbor.history.seed=7} others. What came of it is in {@code target/history.txt}.
 */
class DiskHistoryTest {
    private static final int CLIENTS = 6;
    private static final int KEYS = 16;

    @TempDir
    private Path home;

    private final LiveRuntime runtime = new LiveRuntime();
    private long operations;
    private long unknown;
    private long changes;
    private long bookmarks;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void whatClientsSawWhileTheServerWasKilledAndStartedAgainIsExplained() throws Exception {
        int rounds = Integer.getInteger("jarbor.history.rounds", 2);
        long seed = Long.getLong("jarbor.history.seed", 1);
        var random = new Random(seed);
        try (ServerProcess server = new ServerProcess(home, freePort())) {
            server.awaitReady();
            try (HttpApi api = server.api(runtime)) {
                for (int round = 1; round <= rounds; round++) {
                    try {
                        run(round, server, api, random);
                    } catch (AssertionError failure) {
                        throw new AssertionError("seed " + seed + ", round " + round, failure);
                    }
                    Files.writeString(
                            Path.of("target", "history.txt"),
                            "%d rounds of seed %d, %d operations, %d of them unanswered, %d changes told, %d bookmarks%n"
                                    .formatted(round, seed, operations, unknown, changes, bookmarks));
                }
            }
        } finally {
            runtime.close();
        }
        assertThat(changes).isGreaterThan(10);
    }

    /** Clients at work in a namespace of their own, before, while and after the server dies. */
    private void run(int round, ServerProcess server, Api api, Random random) throws Exception {
        String namespace = "round-" + round;
        long start = begin(api, namespace);
        var history = new ApiHistory(api, namespace, KEYS);
        var watch = new FollowingWatch(api, namespace, start);
        var over = new AtomicBoolean();
        var end = new AtomicLong(Long.MAX_VALUE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            running.add(threads.submit(() -> {
                watch.follow(() -> watch.seen() >= end.get());
                return null;
            }));
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                var choices = new SplittableRandom(random.nextLong());
                running.add(threads.submit(() -> {
                    while (!over.get()) {
                        pause(history.step(client, choices) ? choices.nextInt(10) : 100);
                    }
                }));
            }
            pause(300 + random.nextInt(2500));
            server.kill();
            server.restart();
            server.awaitReady();
            pause(1500 + random.nextInt(1000));
            over.set(true);
            for (Future<?> client : running.subList(1, running.size())) {
                client.get(2, TimeUnit.MINUTES);
            }
            end.set(history.mark());
            running.getFirst().get(1, TimeUnit.MINUTES);
        }
        check(api, namespace, start, history.operations(watch.told()), watch.told());
    }

    /** Makes the namespace, in as many tries as a busy machine takes; the revision after that. */
    private static long begin(Api api, String namespace) {
        for (int attempt = 1; true; attempt++) {
            try {
                if (api.find(Namespace.KIND, ObjectKey.cluster(namespace)).isEmpty()) {
                    api.create(Namespace.KIND, Namespace.named(namespace));
                }
                return Long.parseLong(
                        api.list(ConfigMap.KIND, namespace, Query.NONE).resourceVersion());
            } catch (ApiException away) {
                if (attempt == 10) {
                    throw away;
                }
                pause(500);
            }
        }
    }

    private void check(Api api, String namespace, long start, List<Operation> history, List<Told> told)
            throws InterruptedException {
        assertThat(Linearizability.objection(history)).isEmpty();
        assertThat(WatchProperties.objection(start, told, history)).isEmpty();
        List<Told.Change> all = WatchProperties.after(start, told);
        long middle = all.get(all.size() / 2).revision();
        var late = new FollowingWatch(api, namespace, middle);
        late.follow(() -> late.seen() >= all.getLast().revision());
        assertThat(WatchProperties.after(0, late.told())).isEqualTo(WatchProperties.after(middle, told));
        operations += history.size();
        unknown += history.stream()
                .filter(operation -> operation.end() == Operation.NEVER)
                .count();
        changes += all.size();
        bookmarks += told.size() - all.size();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void pause(long millis) {
        try {
            if (new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nobody counts this latch down");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
