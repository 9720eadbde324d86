package dev.jarbor.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Watch;
import dev.jarbor.store.linear.Linearizability;
import dev.jarbor.store.linear.Operation;
import dev.jarbor.store.linear.WatchProperties;
import dev.jarbor.store.linear.WatchProperties.Told;
import dev.jarbor.store.linear.Workload;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Histories of two stores on three members, of which one after the other is killed or paused: leaders change, outcomes get lost. */
@NeedsEtcd
class EtcdHistoryTest {
    private static final int CLIENTS = 6;
    private static final int MEMBERS = 3;

    @Test
    void whatClientsSawWhileMembersDiedAndHungIsExplained() throws Exception {
        var workload = new Workload(24);
        try (EtcdMembers etcd = EtcdMembers.start(MEMBERS);
                LiveRuntime runtime = new LiveRuntime();
                EtcdStore one = open(etcd, runtime);
                EtcdStore other = open(etcd, runtime);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = Math.max(one.snapshot().revision(), other.snapshot().revision());
            List<EtcdStore> stores = List.of(one, other);
            var over = new AtomicBoolean();
            var told = new ArrayList<List<Told>>();
            var running = new ArrayList<Future<?>>();
            for (EtcdStore store : stores) {
                var heard = new ArrayList<Told>();
                told.add(heard);
                Watch watch = store.watch(Workload.RESOURCE, start, () -> {});
                running.add(threads.submit(() -> follow(watch, heard, over)));
            }
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                running.add(threads.submit(() -> {
                    var random = new SplittableRandom(client);
                    for (int call = 0; call < 400 && !over.get(); call++) {
                        workload.step(client, stores.get(client % 2), random);
                        pause(random.nextInt(20));
                    }
                }));
            }
            trouble(etcd);
            over.set(true);
            for (Future<?> task : running) {
                task.get();
            }
            assertThat(one.current()).isEqualTo(other.current());
            check(start, workload.history(), told, stores);
        }
        assertThat(workload.acknowledged()).isGreaterThan(100);
    }

    private static EtcdStore open(EtcdMembers etcd, LiveRuntime runtime) {
        EtcdSettings settings = EtcdSettings.of(etcd.addresses()).withTimeout(Duration.ofSeconds(2));
        return EtcdStore.open(settings, runtime);
    }

    private static void trouble(EtcdMembers etcd) {
        for (int round = 0; round < 2 * MEMBERS; round++) {
            int member = round % MEMBERS;
            pause(500);
            if (round < MEMBERS) {
                etcd.kill(member);
                pause(700);
                etcd.restart(member);
            } else {
                etcd.pause(member);
                pause(1500);
                etcd.resume(member);
            }
        }
        pause(500);
    }

    private static void follow(Watch watch, List<Told> heard, AtomicBoolean over) {
        try (watch) {
            while (!over.get()) {
                Workload.drain(watch, heard);
                pause(20);
            }
            Workload.drain(watch, heard);
        }
    }

    private static void check(long start, List<Operation> history, List<List<Told>> told, List<EtcdStore> stores) {
        assertThat(Linearizability.objection(history)).isEmpty();
        for (int i = 0; i < stores.size(); i++) {
            assertThat(WatchProperties.objection(start, told.get(i), history)).isEmpty();
            long middle = (start + stores.get(i).snapshot().revision()) / 2;
            var rest = new ArrayList<Told>();
            try (Watch late = stores.get(i).watch(Workload.RESOURCE, middle, () -> {})) {
                Workload.drain(late, rest);
            }
            List<Told.Change> resumed = WatchProperties.after(0, rest);
            List<Told.Change> whole = WatchProperties.after(middle, told.get(i));
            assertThat(resumed.subList(0, whole.size())).isEqualTo(whole);
        }
    }

    private static void pause(long millis) {
        try {
            if (new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nobody counts this latch down");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
