package dev.jarbor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {
    @Override
    protected Store open(int window) {
        return new MemoryStore(Snapshot.EMPTY, window);
    }

    @Test
    void onlyTheLastRevisionsOfTheWindowAreKept() {
        var store = new MemoryStore(Snapshot.EMPTY, 64);
        Watch slow = store.watch(PODS, 0, () -> {});
        for (int i = 1; i <= 100; i++) {
            commit(store, put("a", i, Transaction.ANY));
        }

        assertThat(store.snapshotAt(36)).isEqualTo(Optional.empty());
        assertThat(store.snapshotAt(37).orElseThrow().revision()).isEqualTo(37);
        assertThatThrownBy(() -> slow.poll(10)).isInstanceOf(CompactedException.class);
        assertThat(store.watch(PODS, 36, () -> {}).poll(1000)).hasSize(64);
        assertThatThrownBy(() -> store.watch(PODS, 35, () -> {})).isInstanceOf(CompactedException.class);
    }

    @Test
    void whatHappensToOthersNeitherWakesNorOvertakesAWatchThatIsAboutSome() {
        var store = new MemoryStore(Snapshot.EMPTY, 64);
        var woken = new AtomicInteger();
        Watch watch = store.watch(PODS, 0, Interest.named("a"), woken::incrementAndGet);
        assertThat(watch.poll(10)).isEmpty();
        for (int i = 1; i <= 100; i++) {
            commit(store, put("b", i, Transaction.ANY));
        }

        assertThat(woken).hasValue(0);
        assertThat(watch.poll(10)).isEmpty();
        assertThat(watch.seen()).isEqualTo(100);
        for (int i = 1; i <= 100; i++) {
            commit(store, put("b", i, Transaction.ANY));
        }
        commit(store, put("a", 1, Transaction.ABSENT));
        assertThat(woken).hasValue(1);
        assertThat(watch.poll(10)).extracting(StoreEvent::key).containsExactly(key("a"));
    }

    @Test
    void aForkGoesOnFromItsSnapshotWithoutTouchingTheOriginal() {
        Store original = open(100);
        commit(original, put("a", 1, Transaction.ABSENT));
        Store fork = new MemoryStore(original.snapshot(), 100);
        assertThat(commit(fork, put("b", 1, Transaction.ABSENT))).isEqualTo(2);

        assertThat(original.snapshot().all(PODS)).containsOnlyKeys(key("a"));
        assertThat(fork.snapshot().all(PODS)).containsOnlyKeys(key("a"), key("b"));
        assertThatThrownBy(() -> fork.watch(PODS, 0, () -> {})).isInstanceOf(CompactedException.class);
        assertThat(fork.watch(PODS, 1, () -> {}).poll(10)).hasSize(1);
    }
}
