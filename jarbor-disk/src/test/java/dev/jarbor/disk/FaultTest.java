package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a store does when its disk is full or broken. */
class FaultTest {
    private final SimulatedDisk disk = new SimulatedDisk();

    private static StoreException.Outcome outcome(Store store, Transaction.Write write) {
        try {
            store.commit(Transaction.of(write));
        } catch (StoreException failure) {
            return failure.outcome();
        }
        throw new AssertionError("it was written");
    }

    @Test
    void withoutRoomNothingIsWrittenAndReadsGoOnUntilThereIsRoomAgain() {
        Store store = Stores.open(disk);
        Stores.commit(store, Stores.put("a", 1));
        disk.capacity(disk.used());
        long written = 1;
        while (written < 100_000) {
            try {
                Stores.commit(store, Stores.put("a", written + 1));
                written++;
            } catch (StoreException full) {
                assertThat(full).hasMessage("no space left for the store in memory: nothing was written");
                break;
            }
        }
        assertThat(outcome(store, Stores.put("b", 1))).isEqualTo(StoreException.Outcome.NOT_DONE);
        assertThat(Stores.contents(store)).containsExactly("a=" + written + "@" + written);
        assertThat(store.snapshot().revision()).isEqualTo(written);

        disk.capacity(Long.MAX_VALUE);
        assertThat(Stores.commit(store, Stores.put("b", 2))).isEqualTo(written + 1);
        assertThat(Stores.contents(Stores.open(disk)))
                .containsExactly("a=" + written + "@" + written, "b=2@" + (written + 1));
    }

    @Test
    void aStoreOpensOnAFullDisk() {
        Store store = Stores.open(disk);
        Stores.commit(store, Stores.put("a", 1));
        disk.capacity(disk.used());

        Store again = Stores.open(disk);
        assertThat(Stores.contents(again)).containsExactly("a=1@1");
    }

    /** Whatever operation fails first: nothing is acknowledged from then on, and a restart finds all that was. */
    @Test
    void aBrokenDiskStopsTheStoreAndARestartFindsAllThatWasAcknowledged() {
        for (int operations = 0; operations < 60; operations++) {
            var broken = new SimulatedDisk();
            Store store = DurableStore.open(broken, Stores.SETTINGS.withLogBytes(500), new SimulatedRuntime(1));
            broken.breakAfter(operations);
            var outcomes = new ArrayList<StoreException.Outcome>();
            int acknowledged = 0;
            for (int i = 1; i <= 40; i++) {
                try {
                    Stores.commit(store, Stores.put("p", i));
                    assertThat(outcomes).as("acknowledged after a failure").isEmpty();
                    acknowledged = i;
                } catch (StoreException failure) {
                    outcomes.add(failure.outcome());
                }
            }
            assertThat(store.snapshot().revision()).isEqualTo(acknowledged);
            if (broken.isBroken()) {
                assertThat(outcomes.getFirst()).isEqualTo(StoreException.Outcome.UNKNOWN);
                assertThat(outcomes.subList(1, outcomes.size())).containsOnly(StoreException.Outcome.NOT_DONE);
            }
            broken.restartProcess();
            assertThat(Stores.open(broken).snapshot().revision()).isIn((long) acknowledged, acknowledged + 1L);
        }
    }

    @Test
    void aRefusalIsNotGivenForAWriteThatFails() {
        Store store = Stores.open(disk);
        Stores.commit(store, Stores.put("a", 1));
        disk.breakAfter(0);
        assertThat(outcome(store, Stores.put("b", 1))).isEqualTo(StoreException.Outcome.UNKNOWN);

        assertThatThrownBy(() -> store.commit(Transaction.of(new Transaction.Put(
                        Stores.PODS, Stores.key("b"), Stores.put("b", 2).object(), Transaction.ABSENT))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has stopped");
        assertThat(List.copyOf(Stores.contents(store))).containsExactly("a=1@1");
    }
}
