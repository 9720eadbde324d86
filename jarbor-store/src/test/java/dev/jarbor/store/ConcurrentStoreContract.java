package dev.jarbor.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Many writers and readers at once, as on the live runtime. */
public abstract class ConcurrentStoreContract {
    private static final int WRITERS = 6;
    private static final int INCREMENTS = 500;
    private static final ObjectKey COUNTER = ObjectKey.cluster("counter");

    /** A new store without objects that remembers at least the last {@code window} revisions; the subclass ends it. */
    protected abstract Store open(int window);

    private static long count(ObjectValue object) {
        return object.integer("count");
    }

    /** Adds one by reading, deciding and writing on condition, however often it takes. */
    private static void increment(Store store) {
        while (true) {
            Snapshot now = store.snapshot();
            ObjectValue before = now.get("counters", COUNTER).orElseThrow();
            long revision = Long.parseLong(before.object("metadata").string("resourceVersion"));
            var write = new Transaction.Put("counters", COUNTER, before.with("count", count(before) + 1), revision);
            if (store.commit(Transaction.of(write)) instanceof Commit.Done) {
                return;
            }
        }
    }

    /** Reads a watch, sleeping on its wake-up call only, until the count is reached. */
    private static List<Long> follow(Store store, long until) throws InterruptedException {
        var wake = new Semaphore(0);
        var counts = new ArrayList<Long>();
        try (Watch watch = store.watch("counters", 1, wake::release)) {
            while (counts.isEmpty() || counts.getLast() < until) {
                List<StoreEvent> events = watch.poll(16);
                events.forEach(event -> counts.add(count(event.object())));
                if (events.isEmpty()) {
                    wake.acquire();
                }
            }
        }
        return counts;
    }

    @Test
    void noIncrementIsLostAndEveryWatchHearsAllOfThemInOrder() throws Exception {
        Store store = open(8192);
        ObjectValue zero = ObjectValue.EMPTY
                .with("metadata", ObjectValue.EMPTY.with("name", "counter"))
                .with("count", 0);
        store.commit(Transaction.of(new Transaction.Put("counters", COUNTER, zero, Transaction.ABSENT)));
        long total = (long) WRITERS * INCREMENTS;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var watches = new ArrayList<Future<List<Long>>>();
            for (int i = 0; i < 4; i++) {
                watches.add(threads.submit(() -> follow(store, total)));
            }
            var writers = new ArrayList<Callable<Void>>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(() -> {
                    for (int j = 0; j < INCREMENTS; j++) {
                        increment(store);
                    }
                    return null;
                });
            }
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
            assertThat(count(store.snapshot().get("counters", COUNTER).orElseThrow()))
                    .isEqualTo(total);
            for (Future<List<Long>> watch : watches) {
                List<Long> counts = watch.get();
                assertThat(counts).hasSize((int) total).isSorted().doesNotHaveDuplicates();
            }
        }
    }
}
