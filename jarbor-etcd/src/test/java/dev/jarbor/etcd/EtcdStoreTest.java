package dev.jarbor.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Transaction.Delete;
import dev.jarbor.store.Transaction.Put;
import dev.jarbor.store.Watch;
import dev.jarbor.store.record.Kept;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is particular to a store in etcd: several servers on one, and what becomes of a cache that falls behind. */
@NeedsEtcd
class EtcdStoreTest {
    private static final String PODS = "pods";
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private static EtcdMembers etcd;
    private final LiveRuntime runtime = new LiveRuntime();
    private final List<Store> opened = new ArrayList<>();
    private final String prefix = "/test" + PREFIXES.incrementAndGet();

    @BeforeAll
    static void start() {
        etcd = EtcdMembers.start(1);
    }

    @AfterAll
    static void stop() {
        etcd.close();
    }

    @AfterEach
    void close() {
        opened.forEach(Store::close);
        runtime.close();
    }

    private EtcdSettings settings() {
        return EtcdSettings.of(etcd.addresses()).withPrefix(prefix).withCompaction(Duration.ZERO);
    }

    private EtcdStore open() {
        return open(settings());
    }

    private EtcdStore open(EtcdSettings settings) {
        EtcdStore store = EtcdStore.open(settings, runtime);
        opened.add(store);
        return store;
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }

    private static Put put(String name, long generation, long expected) {
        ObjectValue metadata = ObjectValue.EMPTY
                .with("name", name)
                .with("namespace", "default")
                .with("generation", generation);
        return new Put(PODS, key(name), ObjectValue.of("metadata", metadata), expected);
    }

    private static long commit(Store store, Transaction.Write... writes) {
        return ((Commit.Done) store.commit(Transaction.of(writes))).revision();
    }

    private static long generation(Store store, String name) {
        return store.current()
                .get(PODS, key(name))
                .orElseThrow()
                .object("metadata")
                .integer("generation");
    }

    /** The next {@code count} events, slept for on the wake-up call only. */
    private static List<String> follow(Store store, long after, int count) throws InterruptedException {
        var wake = new Semaphore(0);
        var heard = new ArrayList<String>();
        try (Watch watch = store.watch(PODS, after, wake::release)) {
            while (heard.size() < count) {
                List<StoreEvent> events = watch.poll(100);
                events.forEach(event -> heard.add(
                        event.getClass().getSimpleName() + " " + event.key().name() + " " + event.revision()));
                if (events.isEmpty()) {
                    assertThat(wake.tryAcquire(20, TimeUnit.SECONDS))
                            .as("woken")
                            .isTrue();
                }
            }
        }
        return heard;
    }

    @Test
    void aServerReadsAtOnceWhatAnotherHasWritten() {
        EtcdStore one = open();
        EtcdStore other = open();
        for (int i = 1; i <= 50; i++) {
            commit(one, put("a", i, Transaction.ANY));
            assertThat(generation(other, "a")).isEqualTo(i);
        }
    }

    @Test
    void aWatchOnOneServerHearsWhatTheOtherWritesWithTheSameRevisions() throws InterruptedException {
        EtcdStore one = open();
        EtcdStore other = open();
        long start = other.snapshot().revision();
        long first = commit(one, put("a", 1, Transaction.ABSENT), put("b", 1, Transaction.ABSENT));
        long second = commit(other, put("a", 2, first));
        long third = commit(one, new Delete(PODS, key("b"), first));

        List<String> expected =
                List.of("Created a " + first, "Created b " + first, "Updated a " + second, "Deleted b " + third);
        assertThat(follow(one, start, 4)).isEqualTo(expected);
        assertThat(follow(other, start, 4)).isEqualTo(expected);
        assertThat(follow(other, second, 1)).containsExactly("Deleted b " + third);
    }

    @Test
    void ofTwoServersThatChangeOneStateOneMeetsAConflict() {
        EtcdStore one = open();
        EtcdStore other = open();
        long first = commit(one, put("a", 1, Transaction.ABSENT));
        long second = commit(one, put("a", 2, first));

        assertThat(other.commit(Transaction.of(put("b", 1, Transaction.ABSENT), put("a", 3, first))))
                .isInstanceOfSatisfying(Commit.Conflict.class, conflict -> {
                    assertThat(conflict.write().key()).isEqualTo(key("a"));
                    assertThat(conflict.found().orElseThrow().object("metadata").string("resourceVersion"))
                            .isEqualTo(Long.toString(second));
                });
        assertThat(other.snapshot().get(PODS, key("a"))).isPresent();
        assertThat(other.current().get(PODS, key("b"))).isEmpty();
    }

    @Test
    void aServerThatStartsLaterReadsEverythingAndTheRevisionsBefore() {
        EtcdStore one = open();
        long first = commit(one, put("a", 1, Transaction.ABSENT));
        for (int i = 0; i < 2 * Loader.PAGE + 1; i++) {
            commit(one, put("p" + i, 1, Transaction.ABSENT));
        }
        EtcdStore late = open();

        assertThat(late.snapshot().all(PODS)).hasSize(2 * Loader.PAGE + 2);
        assertThat(late.snapshot().all(PODS)).isEqualTo(one.snapshot().all(PODS));
        assertThat(late.snapshotAt(first).orElseThrow().all(PODS)).containsOnlyKeys(key("a"));
        assertThat(late.snapshotAt(late.snapshot().revision() + 1)).isEmpty();
        assertThatThrownBy(() -> late.watch(PODS, first, () -> {})).isInstanceOf(CompactedException.class);
    }

    @Test
    void whatIsCompactedIsGoneOnEveryServerThatDoesNotRememberIt() {
        EtcdStore one = open();
        long first = commit(one, put("a", 1, Transaction.ABSENT));
        long second = commit(one, put("a", 2, first));
        one.compact(second);

        assertThat(one.snapshotAt(first)).isEmpty();
        assertThat(open().snapshotAt(first)).isEmpty();
        assertThatThrownBy(() -> one.watch(PODS, first, () -> {})).isInstanceOf(CompactedException.class);
    }

    @Test
    void serversAgreeOnWhoCompactsAndKeepTheLastRound() {
        EtcdStore store = open();
        var client = new EtcdClient(settings(), runtime);
        var one = new Compactor(client, runtime, Duration.ofMinutes(5));
        var other = new Compactor(client, runtime, Duration.ofMinutes(5));
        one.round();
        other.round();
        long old = commit(store, put("a", 1, Transaction.ANY));
        one.round();
        long young = commit(store, put("a", 2, Transaction.ANY));

        assertThat(List.of(one.round(), other.round())).containsExactly(true, false);
        EtcdStore late = open();
        assertThat(late.snapshotAt(old)).as("older than a round").isEmpty();
        assertThat(late.snapshotAt(young)).isPresent();
        client.close();
    }

    @Test
    void whatServersShareIsWhatTheFirstOfThemMade() {
        for (int server = 1; server <= 2; server++) {
            ObjectValue mine = ObjectValue.of("metadata", ObjectValue.EMPTY.with("name", "made by " + server));
            assertThat(open().shared("keys", () -> mine).object("metadata").string("name"))
                    .isEqualTo("made by 1");
        }
        assertThat(open().snapshot().resourceNames()).isEmpty();
    }

    @Test
    void anEtcdThatCannotBeReachedIsOneClearError() {
        EtcdSettings nowhere =
                EtcdSettings.of(List.of(URI.create("http://127.0.0.1:1"))).withTimeout(Duration.ofMillis(300));

        assertThatThrownBy(() -> EtcdStore.open(nowhere, runtime))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("etcd at http://127.0.0.1:1 cannot be used: rpc error: code = Unavailable")
                .hasMessageContaining("Connection refused");
    }

    @Test
    void healthSaysThatEtcdAnswersAndTheCacheIsInStep() {
        EtcdStore store = open();
        commit(store, put("a", 1, Transaction.ABSENT));

        assertThat(store.health().answers()).isTrue();
        assertThat(store.health().inStep()).isTrue();
        assertThat(store.health().lag()).isZero();
    }

    @Test
    void whatANewerServerWroteIsLeftAsItIsAndNamedInOneLine() {
        byte[] record = {9, 0, 0, 0, 0, 1, 2, 3};
        var checksum = new CRC32C();
        checksum.update(record[0]);
        checksum.update("pods/default/web\0".getBytes(StandardCharsets.UTF_8));
        checksum.update(record, 5, 3);
        ByteBuffer.wrap(record).putInt(1, (int) checksum.getValue());
        try (var copy = new EtcdCopy(settings(), runtime)) {
            copy.restore(1, List.of(new Kept(PODS, key("web"), 1, record)));
        }
        String before = etcd.control("get", prefix + "/", "--prefix", "--write-out=json");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageEndingWith(
                        "cannot read what etcd has under " + prefix + "/pods/default/web: the record of pods"
                                + " default/web has format 9, and this program knows formats up to 1: use the newer jarbor that"
                                + " wrote it");
        assertThat(kvs(etcd.control("get", prefix + "/", "--prefix", "--write-out=json")))
                .isEqualTo(kvs(before));
    }

    private static String kvs(String json) {
        return Json.object(json).list("kvs").toString();
    }
}
