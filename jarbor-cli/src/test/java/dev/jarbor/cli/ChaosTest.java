package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.http.HttpApi;
import dev.jarbor.etcd.EtcdSettings;
import dev.jarbor.etcd.EtcdStore;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.Watch;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three etcd members and two servers, each a process, of which one after the other is killed or paused while clients write:
 * what was acknowledged is there, no controller acts twice, and but for elections the API can be written. Half a minute
 * in the build; {@code -Djarbor.chaos.seconds=600} in the JVM of the tests is longer. What came of it is in {@code
 * target/chaos.txt}.
 */
@NeedsEtcd
class ChaosTest {
    private static final int WRITERS = 4;
    private static final int MEMBERS = 3;
    private static final int REPLICAS = 2;
    /** Then a writer turns to the other server. */
    private static final int PATIENCE_SECONDS = 3;
    /** Two elections of etcd on a busy machine. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

    @TempDir
    private Path home;

    private final LiveRuntime runtime = new LiveRuntime();
    private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> deployed = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Long> successes = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<String> faults = new ArrayList<>();
    /** What pods each owner was ever given, and when, by the owner's name. */
    private final Map<String, Set<String>> born = new TreeMap<>();

    private final AtomicBoolean over = new AtomicBoolean();
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void nothingAcknowledgedIsLostAndNoControllerActsTwice() throws Exception {
        long seconds = Integer.getInteger("jarbor.chaos.seconds", 30);
        try (EtcdMembers etcd = EtcdMembers.start(MEMBERS);
                ServerProcess one = server("one", etcd);
                ServerProcess other = server("other", etcd);
                EtcdStore observer = EtcdStore.open(watching(etcd), runtime);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<ServerProcess> servers = List.of(one, other);
            for (ServerProcess server : servers) {
                server.awaitReady();
            }
            var running = new ArrayList<Future<?>>();
            Watch pods = observer.watch("pods", observer.snapshot().revision(), () -> {});
            running.add(threads.submit(() -> observe(pods)));
            List<HttpApi> apis = List.of(one.api(runtime), other.api(runtime));
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                running.add(threads.submit(() -> write(writer, apis)));
            }
            running.add(threads.submit(() -> deploy(apis)));
            long begun = System.nanoTime();
            trouble(etcd, servers, begun + TimeUnit.SECONDS.toNanos(seconds));
            long ended = System.nanoTime();
            for (ServerProcess server : servers) {
                server.awaitReady();
            }
            awaitPods(observer);
            over.set(true);
            for (Future<?> task : running) {
                task.get(2, TimeUnit.MINUTES);
            }
            Duration silence = longestSilence(begun, ended);
            report(seconds, silence);
            for (HttpApi api : apis) {
                check(api);
            }
            born.values().forEach(given -> assertThat(given).hasSize(REPLICAS));
            assertThat(silence).isLessThan(LONGEST_SILENCE);
            apis.forEach(HttpApi::close);
        } finally {
            calls.shutdownNow();
            runtime.close();
        }
    }

    /** Patient: it looks on while everybody starts and ends. */
    private static EtcdSettings watching(EtcdMembers etcd) {
        return EtcdSettings.of(etcd.addresses()).withCompaction(Duration.ZERO).withTimeout(Duration.ofMinutes(1));
    }

    private ServerProcess server(String name, EtcdMembers etcd) throws IOException {
        String members = etcd.addresses().stream().map(URI::toString).collect(Collectors.joining(","));
        return new ServerProcess(home.resolve(name), freePort(), "--store", "etcd=" + members);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Creates one object after the other, at the other server after each failure. */
    private void write(int writer, List<HttpApi> apis) {
        int at = writer;
        for (int number = 0; !over.get(); number++) {
            String name = "w" + writer + "-" + number;
            HttpApi api = apis.get(at % apis.size());
            Future<ConfigMap> made = calls.submit(() ->
                    api.create(ConfigMap.KIND, ConfigMap.named("default", name).withData(Map.of("name", name))));
            try {
                made.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                successes.add(System.nanoTime());
                acknowledged.add(name);
            } catch (ExecutionException failed) {
                failures.add(String.valueOf(failed.getMessage()));
                at++;
                pause(50);
            } catch (TimeoutException silent) {
                failures.add("no answer in time");
                at++;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
            pause(5);
        }
    }

    private void deploy(List<HttpApi> apis) {
        for (int number = 0; !over.get(); number++) {
            String name = "d" + number;
            ObjectValue manifest = (ObjectValue) Yaml.parse("""
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: %1$s}
                    spec:
                      replicas: %2$d
                      selector: {matchLabels: {app: %1$s}}
                      template:
                        metadata: {labels: {app: %1$s}}
                        spec: {containers: [{name: c, image: i}]}
                    """.formatted(name, REPLICAS));
            try {
                apis.get(number % apis.size())
                        .call(ApiRequest.of(
                                Verb.CREATE,
                                ResourcePath.collection(Deployment.KIND, "default"),
                                Query.NONE,
                                manifest));
                deployed.add(name);
            } catch (ApiException failed) {
                failures.add(String.valueOf(failed.getMessage()));
            }
            pause(500);
        }
    }

    private void observe(Watch pods) {
        try (pods) {
            while (!over.get()) {
                for (StoreEvent event : pods.poll(100)) {
                    if (event instanceof StoreEvent.Created) {
                        ObjectValue metadata = event.object().object("metadata");
                        String owner = metadata.list("ownerReferences")
                                .objects()
                                .getFirst()
                                .string("name");
                        synchronized (born) {
                            born.computeIfAbsent(owner, name -> new TreeSet<>())
                                    .add(metadata.string("name") + " of revision " + event.revision());
                        }
                    }
                }
                pause(20);
            }
        }
    }

    private void trouble(EtcdMembers etcd, List<ServerProcess> servers, long end) throws Exception {
        for (int round = 0; System.nanoTime() < end; round++) {
            int member = round / 4 % MEMBERS;
            ServerProcess server = servers.get(round / 4 % servers.size());
            pause(2000);
            switch (round % 4) {
                case 0 -> {
                    faults.add("etcd member " + member + " killed");
                    etcd.kill(member);
                    pause(2000);
                    etcd.restart(member);
                }
                case 1 -> {
                    faults.add("server " + round / 4 % servers.size() + " paused");
                    server.pause();
                    // Now and then longer than its leases last.
                    pause(round % 8 == 5 ? 20_000 : 4000);
                    server.resume();
                }
                case 2 -> {
                    faults.add("etcd member " + member + " paused");
                    etcd.pause(member);
                    pause(3000);
                    etcd.resume(member);
                }
                default -> {
                    faults.add("server " + round / 4 % servers.size() + " killed");
                    server.kill();
                    pause(1000);
                    server.restart();
                    server.awaitReady();
                }
            }
        }
    }

    /** Every deployment gets its pods, whoever leads in the end. */
    private void awaitPods(EtcdStore observer) {
        for (int look = 0; look < 600; look++) {
            long wanted =
                    (long) REPLICAS * observer.current().all("deployments.apps").size();
            if (observer.current().all("pods").size() == wanted) {
                return;
            }
            pause(200);
        }
        throw new AssertionError("pods are missing or too many: "
                + observer.current().all("pods").size() + " for "
                + observer.current().all("deployments.apps").size() + " deployments");
    }

    private void check(Api api) {
        assertThat(missing(
                        acknowledged,
                        api.list(ConfigMap.KIND, "default", Query.NONE).items(),
                        ConfigMap::name))
                .isEmpty();
        assertThat(missing(
                        deployed,
                        api.list(Deployment.KIND, "default", Query.NONE).items(),
                        Deployment::name))
                .isEmpty();
    }

    /** In one pass: ten minutes acknowledge a hundred thousand. */
    private static <T> Set<String> missing(Collection<String> wanted, List<T> there, Function<T, String> name) {
        var missing = new TreeSet<>(wanted);
        there.forEach(one -> missing.remove(name.apply(one)));
        return missing;
    }

    private Duration longestSilence(long begun, long ended) {
        long last = begun;
        long longest = 0;
        for (long success : successes.stream().sorted().toList()) {
            if (success <= ended) {
                longest = Math.max(longest, success - last);
                last = success;
            }
        }
        return Duration.ofNanos(Math.max(longest, ended - last));
    }

    private void report(long seconds, Duration silence) throws IOException {
        Map<String, Long> reasons = failures.stream()
                .map(message -> message.replaceAll("[0-9]+", "N"))
                .collect(Collectors.groupingBy(message -> message, TreeMap::new, Collectors.counting()));
        var lines = new ArrayList<String>();
        lines.add("seconds " + seconds + ", faults " + faults.size());
        lines.add("acknowledged writes " + acknowledged.size() + ", deployments " + deployed.size() + ", failures "
                + failures.size());
        lines.add("longest time without a successful write " + silence.toMillis() + " ms");
        lines.add("owners of pods " + born.size() + ", most pods of one "
                + born.values().stream().mapToInt(Set::size).max().orElse(0) + " of " + REPLICAS);
        born.forEach((owner, given) -> {
            if (given.size() != REPLICAS) {
                lines.add("pods of " + owner + ": " + given);
            }
        });
        reasons.forEach((reason, count) -> lines.add(count + " × " + reason));
        lines.addAll(faults);
        Files.write(Path.of("target", "chaos.txt"), lines);
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
