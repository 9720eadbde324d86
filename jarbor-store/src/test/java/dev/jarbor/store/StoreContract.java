package dev.jarbor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Transaction.Delete;
import dev.jarbor.store.Transaction.Put;
import dev.jarbor.store.Transaction.Require;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every store must do, whatever it keeps its objects in. */
public abstract class StoreContract {
    protected static final String PODS = "pods";
    protected static final String NODES = "nodes";

    /** A new store without objects that remembers at least the last {@code window} revisions; the subclass ends it. */
    protected abstract Store open(int window);

    protected static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }

    protected static ObjectValue object(String name, long generation) {
        return ObjectValue.of(
                "metadata",
                ObjectValue.EMPTY
                        .with("name", name)
                        .with("namespace", "default")
                        .with("generation", generation));
    }

    protected static Put put(String name, long generation, long expected) {
        return new Put(PODS, key(name), object(name, generation), expected);
    }

    protected static long commit(Store store, Transaction.Write... writes) {
        return ((Commit.Done) store.commit(Transaction.of(writes))).revision();
    }

    /** The revision of the store when it was opened: where a store that lives beside others begins. */
    private long origin;

    private Store opened() {
        Store store = open(100);
        origin = store.snapshot().revision();
        return store;
    }

    /** The revision of the store's commit of that number. */
    private long revision(long number) {
        return origin + number;
    }

    private String version(long number) {
        return Long.toString(revision(number));
    }

    private List<String> poll(Watch watch) {
        return watch.poll(100).stream().map(this::text).toList();
    }

    private String text(StoreEvent event) {
        String what = switch (event) {
            case StoreEvent.Created ignored -> "created ";
            case StoreEvent.Updated ignored -> "updated ";
            case StoreEvent.Deleted ignored -> "deleted ";
        };
        return what + event.key().name() + " at " + (event.revision() - origin);
    }

    @Test
    void aCommitGetsTheNextRevisionAndStampsItOnItsObjects() {
        Store store = opened();

        assertThat(commit(store, put("a", 1, Transaction.ABSENT))).isEqualTo(revision(1));
        assertThat(commit(store, put("b", 1, Transaction.ABSENT), put("a", 2, revision(1))))
                .isEqualTo(revision(2));

        ObjectValue found = store.snapshot().get(PODS, key("a")).orElseThrow();
        assertThat(found.object("metadata").string("resourceVersion")).isEqualTo(version(2));
        assertThat(found.object("metadata").integer("generation")).isEqualTo(2);
        assertThat(store.snapshot().revision()).isEqualTo(revision(2));
    }

    @Test
    void aConflictWritesNothingAndShowsWhatWasFound() {
        Store store = opened();
        commit(store, put("a", 1, Transaction.ABSENT));

        Commit outcome = store.commit(Transaction.of(put("b", 1, Transaction.ABSENT), put("a", 2, revision(7))));

        assertThat(outcome).isInstanceOfSatisfying(Commit.Conflict.class, conflict -> {
            assertThat(conflict.write().key()).isEqualTo(key("a"));
            assertThat(conflict.found()).isEqualTo(store.snapshot().get(PODS, key("a")));
        });
        assertThat(store.snapshot().get(PODS, key("b"))).isEqualTo(Optional.empty());
        assertThat(store.snapshot().revision()).isEqualTo(revision(1));
    }

    @Test
    void aRequirementIsCheckedAndChangesNothing() {
        Store store = opened();
        commit(store, put("a", 1, Transaction.ABSENT));

        assertThat(store.commit(Transaction.of(
                        new Require(PODS, key("a"), Transaction.ABSENT), put("b", 1, Transaction.ABSENT))))
                .isInstanceOf(Commit.Conflict.class);
        assertThat(commit(store, new Require(PODS, key("a"), revision(1)), put("b", 1, Transaction.ABSENT)))
                .isEqualTo(revision(2));
        assertThat(store.snapshot()
                        .get(PODS, key("a"))
                        .orElseThrow()
                        .object("metadata")
                        .string("resourceVersion"))
                .isEqualTo(version(1));
    }

    @Test
    void nothingIsDeletedTwice() {
        Store store = opened();
        commit(store, put("a", 1, Transaction.ABSENT));
        Commit.Done gone = (Commit.Done) store.commit(Transaction.of(new Delete(PODS, key("a"), Transaction.ANY)));

        assertThat(gone.objects().getFirst().object("metadata").string("resourceVersion"))
                .isEqualTo(version(2));
        assertThat(store.commit(Transaction.of(new Delete(PODS, key("a"), Transaction.ANY))))
                .isInstanceOf(Commit.Conflict.class);
    }

    @Test
    void aTransactionThatWritesAKeyTwiceIsRefused() {
        assertThatThrownBy(() -> Transaction.of(put("a", 1, Transaction.ANY), put("a", 2, Transaction.ANY)))
                .hasMessage("a transaction writes pods default/a twice");
    }

    @Test
    void aSnapshotStaysAsItWas() {
        Store store = opened();
        commit(store, put("a", 1, Transaction.ABSENT));
        Snapshot before = store.snapshot();
        commit(store, put("b", 1, Transaction.ABSENT));

        assertThat(before.all(PODS)).containsOnlyKeys(key("a"));
        assertThat(store.snapshotAt(revision(1)).orElseThrow().all(PODS)).containsOnlyKeys(key("a"));
        assertThat(store.snapshotAt(revision(3))).isEqualTo(Optional.empty());
    }

    @Test
    void aNamespaceHoldsItsOwnObjectsAndNoOthers() {
        Store store = opened();
        for (String namespace : List.of("a", "a-b", "a.b", "ab", "b")) {
            commit(store, new Put(PODS, new ObjectKey(namespace, "x"), object("x", 1), Transaction.ABSENT));
        }

        assertThat(store.snapshot().in(PODS, "a")).containsOnlyKeys(new ObjectKey("a", "x"));
        assertThat(store.snapshot().in(PODS, "a-b")).containsOnlyKeys(new ObjectKey("a-b", "x"));
    }

    @Test
    void aWatchReportsEachLaterChangeOfItsResourceOnce() {
        Store store = opened();
        commit(store, put("a", 1, Transaction.ABSENT));
        Watch watch = store.watch(PODS, revision(1), () -> {});
        commit(store, put("a", 2, revision(1)), put("b", 1, Transaction.ABSENT));
        commit(store, new Put(NODES, ObjectKey.cluster("n"), object("n", 1), Transaction.ABSENT));
        commit(store, new Delete(PODS, key("a"), revision(2)));

        assertThat(poll(watch)).containsExactly("updated a at 2", "created b at 2", "deleted a at 4");
        assertThat(watch.seen()).isEqualTo(revision(4));
        assertThat(poll(watch)).isEmpty();
    }

    @Test
    void aWatchThatIsAboutOneObjectMissesNothingOfIt() {
        Store store = opened();
        commit(store, put("a", 1, Transaction.ABSENT));
        var woken = new AtomicInteger();
        Watch watch = store.watch(PODS, revision(0), Interest.named("a"), woken::incrementAndGet);
        assertThat(poll(watch)).contains("created a at 1");
        assertThat(poll(watch)).isEmpty();
        int before = woken.get();

        commit(store, put("b", 1, Transaction.ABSENT));
        commit(store, put("a", 2, revision(1)));
        commit(store, put("b", 2, revision(2)));

        assertThat(woken.get()).isGreaterThan(before);
        assertThat(poll(watch)).contains("updated a at 3");
        assertThat(poll(watch)).isEmpty();
        assertThat(watch.seen()).isEqualTo(revision(4));
    }

    @Test
    void aWatchHasNotSeenARevisionOfWhichEventsAreLeft() {
        Store store = opened();
        Watch watch = store.watch(PODS, revision(0), () -> {});
        commit(store, put("a", 1, Transaction.ABSENT), put("b", 1, Transaction.ABSENT));
        commit(store, put("c", 1, Transaction.ABSENT));

        watch.poll(1);
        assertThat(watch.seen()).isEqualTo(revision(0));
        watch.poll(1);
        assertThat(watch.seen()).isEqualTo(revision(1));
    }

    @Test
    void aWatchHasSeenRevisionsOfOtherResourcesToo() {
        Store store = opened();
        Watch watch = store.watch(PODS, revision(0), () -> {});
        commit(store, new Put(NODES, ObjectKey.cluster("n"), object("n", 1), Transaction.ABSENT));

        assertThat(poll(watch)).isEmpty();
        assertThat(watch.seen()).isEqualTo(revision(1));
    }

    @Test
    void anIdleWatchIsWokenOnceForAllThatCame() {
        Store store = opened();
        var woken = new ArrayList<String>();
        Watch watch = store.watch(PODS, revision(0), () -> woken.add("woken"));
        poll(watch);
        commit(store, put("a", 1, Transaction.ABSENT));
        commit(store, put("b", 1, Transaction.ABSENT));
        assertThat(woken).hasSize(1);

        assertThat(poll(watch)).hasSize(2);
        assertThat(poll(watch)).isEmpty();
        commit(store, put("c", 1, Transaction.ABSENT));
        assertThat(woken).hasSize(2);
        watch.close();
        commit(store, put("d", 1, Transaction.ABSENT));
        assertThat(woken).hasSize(2);
    }

    @Test
    void whatIsCompactedCannotBeReadOrWatched() {
        Store store = opened();
        for (String name : List.of("a", "b", "c")) {
            commit(store, put(name, 1, Transaction.ABSENT));
        }
        Watch behind = store.watch(PODS, revision(1), () -> {});
        store.compact(revision(2));

        assertThat(store.snapshotAt(revision(1))).isEqualTo(Optional.empty());
        assertThat(store.snapshotAt(revision(2))).isPresent();
        assertThatThrownBy(() -> store.watch(PODS, revision(1), () -> {}))
                .isInstanceOf(CompactedException.class)
                .hasMessage("too old resource version: " + version(1) + " (" + version(2) + ")");
        assertThatThrownBy(() -> behind.poll(10)).isInstanceOf(CompactedException.class);
        assertThat(poll(store.watch(PODS, revision(2), () -> {}))).containsExactly("created c at 3");
    }
}
