package dev.jarbor.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random writes against random faults. Safety: what a listener heard is consistent at every step (an update follows an
 * addition, versions only grow). Liveness: once the faults are over, the copy and what the listener heard equal the server.
 */
class InformerSimulationTest {
    /** Follows the changes and refuses those that cannot be. */
    private static final class Follower {
        private final Map<ObjectKey, ConfigMap> objects = new TreeMap<>();
        private final AtomicReference<String> fault = new AtomicReference<>("");

        synchronized void hear(Change<ConfigMap> change) {
            ConfigMap object = change.object();
            ConfigMap known = objects.get(object.key());
            switch (change) {
                case Change.Added<ConfigMap> added -> {
                    check(known == null, "added twice: " + added);
                    objects.put(object.key(), object);
                }
                case Change.Updated<ConfigMap> updated -> {
                    check(updated.before().equals(known), "updated from a state that was not told: " + updated);
                    check(version(updated.object()) > version(updated.before()), "back in time: " + updated);
                    objects.put(object.key(), object);
                }
                case Change.Deleted<ConfigMap> deleted -> {
                    check(known != null, "deleted twice: " + deleted);
                    objects.remove(object.key());
                }
            }
        }

        private void check(boolean holds, String message) {
            if (!holds) {
                fault.compareAndSet("", message);
            }
        }

        synchronized Map<ObjectKey, ConfigMap> objects() {
            return Map.copyOf(objects);
        }

        private static long version(ConfigMap object) {
            return Long.parseLong(object.metadata().resourceVersion());
        }
    }

    private static void write(FakeApi api, RandomGenerator random) {
        var key = new ObjectKey("default", "object-" + random.nextInt(12));
        var object = ConfigMap.named(key.namespace(), key.name())
                .withData(new TreeMap<>(Map.of("value", Integer.toString(random.nextInt(100)))));
        if (api.find(ConfigMap.KIND, key).isEmpty()) {
            api.create(ConfigMap.KIND, object);
        } else if (random.nextInt(3) == 0) {
            api.delete(ConfigMap.KIND, key);
        } else {
            api.update(ConfigMap.KIND, object);
        }
    }

    private static Map<ObjectKey, ConfigMap> served(FakeApi api) {
        var objects = new TreeMap<ObjectKey, ConfigMap>();
        api.list(ConfigMap.KIND, "", Query.NONE).items().forEach(object -> objects.put(object.key(), object));
        return objects;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theCopyFollowsTheServerThroughFaults(long seed) {
        var runtime = SimulatedRuntime.shuffled(seed);
        var api = new FakeApi(runtime);
        var informers = new SharedInformers(api, runtime);
        var follower = new Follower();
        var informer = informers.of(ConfigMap.KIND).onChange(follower::hear);
        informers.start();
        RandomGenerator random = runtime.random();
        for (int i = 0; i < 1500; i++) {
            fault(api, random);
            write(api, random);
            runtime.advance(
                    Duration.ofMillis(random.nextInt(400)),
                    () -> assertThat(follower.fault).as("seed %d", seed).hasValue(""));
        }
        runtime.advance(Duration.ofMinutes(30));
        assertThat(follower.objects()).as("seed %d", seed).isEqualTo(served(api));
        assertThat(informer.list())
                .as("seed %d", seed)
                .containsExactlyElementsOf(served(api).values());
    }

    private static void fault(FakeApi api, RandomGenerator random) {
        switch (random.nextInt(150)) {
            case 0 -> api.dropWatches();
            case 1 -> api.forgetHistory();
            case 2 -> {
                api.dropWatches();
                api.forgetHistory();
            }
            case 3 ->
                api.failNext(
                        request ->
                                request.verb() == Verb.LIST && request.query().has("resourceVersion"),
                        ApiException.serviceUnavailable("away"));
            case 4 ->
                api.failNext(request -> request.verb() == Verb.WATCH, ApiException.tooManyRequests("slow down", 1));
            case 5 -> api.bookmark();
            default -> {}
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theCopyFollowsTheServerWithRealThreads(int writers) throws InterruptedException {
        try (Runtime runtime = new LiveRuntime()) {
            var api = new FakeApi(runtime);
            var informers = new SharedInformers(api, runtime);
            var follower = new Follower();
            var end = new CountDownLatch(1);
            var written = new CountDownLatch(writers);
            var informer = informers.of(ConfigMap.KIND).onChange(follower::hear).onChange(change -> {
                if (change.object().name().equals("the-end")) {
                    end.countDown();
                }
            });
            informers.start();
            for (int i = 0; i < writers; i++) {
                int writer = i;
                runtime.execute("writer", () -> {
                    for (int n = 0; n < 500; n++) {
                        ownWrite(api, runtime.random(), writer);
                        if (n % 100 == 99) {
                            api.dropWatches();
                        }
                    }
                    written.countDown();
                });
            }
            assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
            api.create(ConfigMap.KIND, ConfigMap.named("default", "the-end"));
            assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(follower.fault).hasValue("");
            assertThat(follower.objects()).isEqualTo(served(api));
            assertThat(informer.list()).containsExactlyElementsOf(served(api).values());
        }
    }

    /** Writers that share no object never conflict. */
    private static void ownWrite(FakeApi api, RandomGenerator random, int writer) {
        var key = new ObjectKey("writer-" + writer, "object-" + random.nextInt(5));
        var object = ConfigMap.named(key.namespace(), key.name())
                .withData(new TreeMap<>(Map.of("value", Integer.toString(random.nextInt(100)))));
        if (api.find(ConfigMap.KIND, key).isEmpty()) {
            api.create(ConfigMap.KIND, object);
        } else if (random.nextInt(3) == 0) {
            api.delete(ConfigMap.KIND, key);
        } else {
            api.update(ConfigMap.KIND, object);
        }
    }
}
