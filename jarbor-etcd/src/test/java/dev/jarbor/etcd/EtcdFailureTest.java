package dev.jarbor.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.History;
import dev.jarbor.store.Interest;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import dev.jarbor.store.sealing.Sealing;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the store makes of members that die, hang, come back, or have forgotten. */
@NeedsEtcd
class EtcdFailureTest {
    private static final String NODES = "nodes";
    private final LiveRuntime runtime = new LiveRuntime();

    @AfterEach
    void close() {
        runtime.close();
    }

    private EtcdStore open(EtcdMembers etcd) {
        EtcdSettings settings = EtcdSettings.of(etcd.addresses()).withTimeout(Duration.ofSeconds(2));
        return EtcdStore.open(settings, runtime);
    }

    private static Transaction put(String name, long expected) {
        ObjectValue object = ObjectValue.of("metadata", ObjectValue.EMPTY.with("name", name));
        return Transaction.of(new Transaction.Put(NODES, ObjectKey.cluster(name), object, expected));
    }

    /** Creates it, looking after each failure whose outcome is unknown whether it happened. */
    private static void create(Store store, String name) {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                if (store.commit(put(name, Transaction.ABSENT)) instanceof Commit.Done
                        || store.current().get(NODES, ObjectKey.cluster(name)).isPresent()) {
                    return;
                }
            } catch (StoreException unknown) {
                // looked for in the next round
            }
        }
        throw new AssertionError("could not create " + name);
    }

    private static List<String> names(Watch watch, Semaphore wake, int count) throws InterruptedException {
        var heard = new ArrayList<String>();
        while (heard.size() < count) {
            List<StoreEvent> events = watch.poll(100);
            events.forEach(event -> heard.add(event.key().name()));
            if (events.isEmpty()) {
                assertThat(wake.tryAcquire(30, TimeUnit.SECONDS))
                        .as("heard %s", heard)
                        .isTrue();
            }
        }
        return heard;
    }

    @Test
    void oneMemberOfThreeMayDieHangAndComeBackAndNothingIsMissed() throws Exception {
        try (EtcdMembers etcd = EtcdMembers.start(3);
                EtcdStore one = open(etcd);
                EtcdStore other = open(etcd)) {
            var wake = new Semaphore(0);
            var expected = new ArrayList<String>();
            try (Watch watch = other.watch(NODES, other.snapshot().revision(), wake::release)) {
                for (int member = 0; member < 3; member++) {
                    etcd.kill(member);
                    create(one, "killed" + member);
                    etcd.restart(member);
                    create(one, "back" + member);
                    expected.addAll(List.of("killed" + member, "back" + member));
                }
                int leader = Math.max(0, etcd.leader());
                etcd.pause(leader);
                create(one, "paused");
                etcd.resume(leader);
                create(one, "resumed");
                expected.addAll(List.of("paused", "resumed"));

                assertThat(names(watch, wake, expected.size())).isEqualTo(expected);
            }
            assertThat(other.current().all(NODES)).hasSize(expected.size());
        }
    }

    @Test
    void withoutAMajorityNothingIsWrittenAndReadsThatMustBeConsistentFail() {
        try (EtcdMembers etcd = EtcdMembers.start(3);
                EtcdStore store = open(etcd)) {
            create(store, "a");
            etcd.kill(0);
            etcd.kill(1);

            assertThatThrownBy(() -> store.commit(put("b", Transaction.ABSENT))).isInstanceOf(StoreException.class);
            assertThatThrownBy(store::current).isInstanceOf(StoreException.class);
            assertThat(store.snapshot().all(NODES)).containsOnlyKeys(ObjectKey.cluster("a"));
            assertThat(store.health().answers()).isFalse();
            etcd.restart(0);
            create(store, "c");
            assertThat(store.current().get(NODES, ObjectKey.cluster("c"))).isPresent();
        }
    }

    @Test
    void defragmentationOfEachMemberInTurnIsSurvived() {
        try (EtcdMembers etcd = EtcdMembers.start(3);
                EtcdStore store = open(etcd)) {
            for (int i = 0; i < 20; i++) {
                create(store, "n" + i);
            }
            etcd.control("defrag");
            create(store, "after");
            assertThat(store.current().all(NODES)).hasSize(21);
        }
    }

    @Test
    void whereEtcdHasForgottenWhatFollowsEverythingIsReadAnewAndWatchesAreRefused() {
        try (EtcdMembers etcd = EtcdMembers.start(1);
                EtcdStore store = open(etcd)) {
            create(store, "a");
            Following late = following(etcd);
            Cache cache = late.cache;
            Snapshot old = cache.history().latest();
            Watch watch = cache.history().watch(NODES, old.revision(), Interest.ALL, () -> {});
            assertThat(watch.poll(10)).isEmpty();
            create(store, "b");
            create(store, "c");
            store.compact(store.snapshot().revision());

            late.follower.start();
            assertThat(cache.await(store.snapshot().revision(), Duration.ofSeconds(20)))
                    .isTrue();
            assertThat(cache.history().latest().all(NODES))
                    .isEqualTo(store.snapshot().all(NODES));
            assertThatThrownBy(() -> watch.poll(10)).isInstanceOf(CompactedException.class);
            create(store, "d");
            assertThat(cache.await(store.snapshot().revision(), Duration.ofSeconds(20)))
                    .isTrue();
            late.close();
        }
    }

    @Test
    void aWatchThatManySuspectAtOnceHasItsTimeAllTheSame() throws Exception {
        try (EtcdMembers etcd = EtcdMembers.start(1);
                EtcdStore store = open(etcd);
                Following other = following(etcd)) {
            var suspecting = new AtomicBoolean(true);
            Thread many = Thread.ofPlatform().start(() -> {
                while (suspecting.get()) {
                    other.follower.suspect();
                }
            });
            try {
                other.follower.start();
                for (int i = 0; i < 3; i++) {
                    create(store, "n" + i);
                    assertThat(other.cache.await(store.snapshot().revision(), Duration.ofSeconds(10)))
                            .isTrue();
                }
            } finally {
                suspecting.set(false);
                many.join();
            }
        }
    }

    /** A cache of its own, which begins with what etcd has now, and what keeps it in step once started. */
    private Following following(EtcdMembers etcd) {
        var keys = new EtcdKeys(EtcdSettings.PREFIX);
        var revisions = new Revisions();
        var records = new Records(Sealing.NONE, revisions);
        var client = new EtcdClient(EtcdSettings.of(etcd.addresses()), runtime);
        var loader = new Loader(client, keys, records, revisions);
        var cache = new Cache(keys, records, revisions, runtime, new History(loader.latest(), 100));
        return new Following(client, cache, new Follower(client, keys, loader, cache, revisions, runtime));
    }

    private record Following(EtcdClient client, Cache cache, Follower follower) implements AutoCloseable {
        @Override
        public void close() {
            follower.close();
            client.close();
        }
    }

    @Test
    void anEtcdThatHasLostItsHistoryIsReadAnew() throws Exception {
        try (EtcdMembers etcd = EtcdMembers.start(1);
                EtcdStore store = open(etcd)) {
            for (int i = 0; i < 10; i++) {
                create(store, "n" + i);
            }
            var refused = new Semaphore(0);
            Watch watch = store.watch(NODES, store.snapshot().revision(), refused::release);
            assertThat(watch.poll(10)).isEmpty();
            etcd.kill(0);
            etcd.wipe(0);
            etcd.restart(0);

            assertThat(refused.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> watch.poll(10)).isInstanceOf(CompactedException.class);
            assertThat(store.current().all(NODES)).isEmpty();
            create(store, "new");
            assertThat(store.current().all(NODES)).containsOnlyKeys(ObjectKey.cluster("new"));
        }
    }
}
