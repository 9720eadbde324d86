package dev.jarbor.store.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Watch;
import dev.jarbor.store.linear.WatchProperties.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories of the store in memory: of many threads, and of steps that a seed puts in order. */
class MemoryStoreHistoryTest {
    private static final int CLIENTS = 5;
    private static final int CALLS = 40;

    private static void check(Store store, Workload workload, List<Told> told) {
        List<Operation> history = workload.history();
        assertThat(Linearizability.objection(history)).isEmpty();
        assertThat(WatchProperties.objection(0, told, history)).isEmpty();
        long middle = store.snapshot().revision() / 2;
        var rest = new ArrayList<Told>();
        try (Watch late = store.watch(Workload.RESOURCE, middle, () -> {})) {
            Workload.drain(late, rest);
        }
        assertThat(WatchProperties.after(0, rest)).isEqualTo(WatchProperties.after(middle, told));
        assertThat(workload.acknowledged()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void everyOrderOfStepsIsExplained(long seed) {
        var runtime = SimulatedRuntime.shuffled(seed);
        var store = new MemoryStore(Snapshot.EMPTY, 10_000);
        var workload = new Workload(4);
        var told = new ArrayList<Told>();
        try (Watch watch = store.watch(Workload.RESOURCE, 0, () -> {})) {
            for (int client = 0; client < CLIENTS; client++) {
                again(runtime, store, workload, client, CALLS);
            }
            runtime.execute("watch", () -> Workload.drain(watch, told));
            runtime.runUntilIdle();
            Workload.drain(watch, told);
        }
        check(store, workload, told);
    }

    /** Each step is a task of its own, so those of others come between; a client's next call follows its last. */
    private static void again(SimulatedRuntime runtime, Store store, Workload workload, int client, int left) {
        if (left > 0) {
            workload.begin(client, store, runtime.random(), step -> runtime.execute("client " + client, step));
            runtime.execute("client " + client, () -> again(runtime, store, workload, client, left - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatManyThreadsSawIsExplained(long seed) throws Exception {
        var store = new MemoryStore(Snapshot.EMPTY, 10_000);
        var workload = new Workload(8);
        var told = new ArrayList<Told>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Watch watch = store.watch(Workload.RESOURCE, 0, () -> {})) {
            var clients = new ArrayList<Callable<Void>>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                clients.add(() -> {
                    var random = new SplittableRandom(seed * 100 + client);
                    for (int call = 0; call < 5 * CALLS; call++) {
                        workload.step(client, store, random);
                    }
                    return null;
                });
            }
            for (Future<Void> client : threads.invokeAll(clients)) {
                client.get();
            }
            Workload.drain(watch, told);
        }
        check(store, workload, told);
    }
}
