package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Stores that end at any operation of their disk, with the process or with the power, many times one after the other. */
class PowerLossTest {
    private static final DurableSettings SMALL = Stores.SETTINGS.withWindow(30).withLogBytes(3000);

    @Test
    void noAcknowledgedCommitIsLostAndNoneIsThereByHalf() {
        for (int seed = 0; seed < 150; seed++) {
            try {
                live(new Random(seed));
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    private static void live(Random random) {
        var disk = new SimulatedDisk();
        Snapshot acknowledged = Snapshot.EMPTY;
        for (int life = 0; life < 12; life++) {
            var runtime = new SimulatedRuntime(1);
            runtime.onFailure((task, cause) -> assertThat(disk.isBroken()).isTrue());
            disk.breakAfter(random.nextInt(300));
            try {
                Store store = DurableStore.open(disk, SMALL, runtime);
                Snapshot found = store.snapshot();
                // at most the one commit that nobody was told of is there in addition
                assertThat(found.revision()).isBetween(acknowledged.revision(), acknowledged.revision() + 1);
                if (found.revision() == acknowledged.revision()) {
                    assertThat(found).isEqualTo(acknowledged);
                }
                checkPairs(found);
                checkHistory(store);
                acknowledged = found;
                while (true) {
                    int number = random.nextInt(1000);
                    Stores.commit(store, Stores.put("left", number), Stores.put("right", number));
                    acknowledged = store.snapshot();
                    if (random.nextInt(4) == 0) {
                        runtime.runUntilIdle();
                    }
                }
            } catch (StoreException | CannotOpen broken) {
                assertThat(disk.isBroken()).as("%s", broken).isTrue();
            }
            if (random.nextBoolean()) {
                disk.losePower(random);
            } else {
                disk.restartProcess();
            }
        }
    }

    /** Each commit writes the same number to two objects. */
    private static void checkPairs(Snapshot found) {
        assertThat(found.get(Stores.PODS, Stores.key("left")).map(object -> object.integer("number")))
                .isEqualTo(found.get(Stores.PODS, Stores.key("right")).map(object -> object.integer("number")));
    }

    private static void checkHistory(Store store) {
        long last = store.snapshot().revision();
        long from = Math.max(0, last - 29);
        var revisions = new ArrayList<Long>();
        try (Watch watch = store.watch(Stores.PODS, from, () -> {})) {
            List<StoreEvent> events = watch.poll(1000);
            events.forEach(event -> revisions.add(event.revision()));
        }
        var expected = new ArrayList<Long>();
        for (long revision = from + 1; revision <= last; revision++) {
            expected.add(revision);
            expected.add(revision);
        }
        assertThat(revisions).isEqualTo(expected);
    }
}
