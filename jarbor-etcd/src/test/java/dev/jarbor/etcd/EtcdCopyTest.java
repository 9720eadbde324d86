package dev.jarbor.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.Draft;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import dev.jarbor.store.record.Kept;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster copied out of etcd, and back into the same etcd or into a new one that has hardly counted. */
@NeedsEtcd
class EtcdCopyTest {
    private static final String PODS = "pods";
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private static EtcdMembers etcd;
    private final LiveRuntime runtime = new LiveRuntime();
    private final String prefix = "/copy" + PREFIXES.incrementAndGet();
    private final List<Kept> copied = new ArrayList<>();

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
        runtime.close();
    }

    private EtcdSettings settings() {
        return settings(etcd);
    }

    private EtcdSettings settings(EtcdMembers members) {
        return EtcdSettings.of(members.addresses()).withPrefix(prefix).withCompaction(Duration.ZERO);
    }

    private EtcdStore open() {
        return EtcdStore.open(settings(), runtime);
    }

    private long copy() {
        copied.clear();
        try (var copy = new EtcdCopy(settings(), runtime)) {
            return copy.read(copied::add);
        }
    }

    private long restore(EtcdMembers members, long revision) {
        try (var copy = new EtcdCopy(settings(members), runtime)) {
            return copy.restore(revision, copied);
        }
    }

    private static Transaction.Put put(String name, String value, long expected) {
        ObjectValue metadata = ObjectValue.EMPTY.with("name", name).with("namespace", "default");
        return new Transaction.Put(
                PODS,
                new ObjectKey("default", name),
                ObjectValue.of("metadata", metadata).with("value", value),
                expected);
    }

    private static Commit.Done commit(EtcdStore store, Transaction.Write... writes) {
        return (Commit.Done) store.commit(Transaction.of(writes));
    }

    private static Map<String, String> values(Snapshot state) {
        var values = new TreeMap<String, String>();
        state.all(PODS).forEach((key, object) -> values.put(key.name(), object.string("value")));
        return values;
    }

    private static ObjectValue secret() {
        return ObjectValue.EMPTY.with("key", "of all servers");
    }

    @Test
    void aCopyIsOfOneRevisionAndHasWhatServersShare() {
        try (EtcdStore store = open()) {
            for (int i = 0; i < 600; i++) {
                commit(store, put("p" + i, "1", Transaction.ABSENT));
            }
            store.shared("authority", EtcdCopyTest::secret);
            long revision = copy();

            assertThat(revision).isGreaterThanOrEqualTo(store.snapshot().revision());
            assertThat(copied).hasSize(601);
            assertThat(copied.stream().filter(Kept::isShared))
                    .singleElement()
                    .satisfies(kept -> assertThat(kept.key().name()).isEqualTo("authority"));
            assertThat(copied.stream().filter(kept -> !kept.isShared()))
                    .allSatisfy(kept -> assertThat(kept.revision())
                            .isEqualTo(Draft.revisionOf(
                                    store.snapshot().get(PODS, kept.key()).orElseThrow())));
        }
    }

    @Test
    void aRestoreIntoTheSameEtcdTakesBackWhatCameAfterTheCopyAndRevisionsGoOn() {
        long last;
        try (EtcdStore store = open()) {
            commit(store, put("a", "1", Transaction.ABSENT), put("b", "1", Transaction.ABSENT));
            copy();
            commit(store, put("a", "2", Transaction.ANY));
            last = commit(store, put("c", "1", Transaction.ABSENT)).revision();
        }

        long restored = restore(etcd, last);

        assertThat(restored).isGreaterThanOrEqualTo(last + EtcdCopy.REVISIONS_SKIPPED);
        try (EtcdStore store = open()) {
            assertThat(values(store.snapshot())).isEqualTo(Map.of("a", "1", "b", "1"));
            assertThat(store.snapshot().revision()).isGreaterThanOrEqualTo(restored);
            assertThatThrownBy(() -> store.watch(PODS, last, () -> {})).isInstanceOf(CompactedException.class);
            assertThat(store.snapshotAt(last)).isEmpty();
        }
    }

    @Test
    void whatIsRestoredIntoANewEtcdIsReadWrittenAndWatchedAsBefore() throws Exception {
        try (EtcdStore store = open()) {
            commit(store, put("a", "1", Transaction.ABSENT), put("b", "1", Transaction.ABSENT));
            store.shared("authority", EtcdCopyTest::secret);
        }
        long revision = copy();
        try (EtcdMembers fresh = EtcdMembers.start(1)) {
            long restored = restore(fresh, revision);
            try (EtcdStore store = EtcdStore.open(settings(fresh), runtime);
                    EtcdStore other = EtcdStore.open(settings(fresh), runtime)) {
                assertThat(store.shared("authority", () -> ObjectValue.EMPTY))
                        .satisfies(shared -> assertThat(shared.string("key")).isEqualTo("of all servers"));
                assertThat(values(store.current())).isEqualTo(Map.of("a", "1", "b", "1"));
                ObjectValue found =
                        other.current().get(PODS, new ObjectKey("default", "a")).orElseThrow();
                long version = Draft.revisionOf(found);
                assertThat(version).isBetween(revision + 1, restored);

                Watch watch = other.watch(PODS, restored, () -> {});
                assertThat(store.commit(Transaction.of(put("a", "stale", version - 1))))
                        .isInstanceOf(Commit.Conflict.class);
                assertThat(store.commit(Transaction.of(put("a", "stale", 7)))).isInstanceOf(Commit.Conflict.class);
                Commit.Done done = commit(store, put("a", "2", version));
                assertThat(done.revision()).isGreaterThan(restored);
                assertThat(values(other.current())).containsEntry("a", "2");
                assertThat(watch.poll(10))
                        .singleElement()
                        .satisfies(event -> assertThat(event.revision()).isEqualTo(done.revision()));
                Commit.Done gone =
                        commit(other, new Transaction.Delete(PODS, new ObjectKey("default", "b"), Transaction.ANY));
                assertThat(store.snapshotAt(gone.revision() - 1).map(EtcdCopyTest::values))
                        .contains(Map.of("a", "2", "b", "1"));
                store.compact(gone.revision());
                assertThat(values(store.current())).isEqualTo(Map.of("a", "2"));
            }
            try (EtcdStore later = EtcdStore.open(settings(fresh), runtime)) {
                assertThat(values(later.snapshot())).isEqualTo(Map.of("a", "2"));
            }
        }
    }

    @Test
    void aRestoreThatWasNotFinishedIsNoCluster() {
        try (EtcdStore store = open()) {
            commit(store, put("a", "1", Transaction.ABSENT));
        }
        long revision = copy();
        etcd.control("put", prefix + ".restoring", "1");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageEndingWith("a restore into it was begun and has not come to its end: restore again");
        restore(etcd, revision);
        try (EtcdStore store = open()) {
            assertThat(values(store.snapshot())).isEqualTo(Map.of("a", "1"));
        }
    }

    @Test
    void aClusterThatServersWriteIntoIsNotReplaced() {
        try (EtcdStore store = open()) {
            commit(store, put("a", "1", Transaction.ABSENT));
            long revision = copy();
            Runtime.Timer beats = beat(store);
            assertThatThrownBy(() -> restore(etcd, revision))
                    .hasMessage("a server writes into it: stop all servers first");
            beats.cancel();
            assertThat(values(store.current())).containsEntry("a", "1").containsKey("beat");
        }
    }

    private Runtime.Timer beat(EtcdStore store) {
        return runtime.schedule("beat", Duration.ofSeconds(1), () -> commit(store, put("beat", "1", Transaction.ANY)));
    }
}
