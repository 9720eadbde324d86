package dev.jarbor.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.StoreHealth;
import dev.jarbor.store.Transaction;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An etcd that is full says so, is read on, and takes writes again when its keepers have made room. */
@NeedsEtcd
class EtcdSpaceTest {
    private static final String MAPS = "configmaps";
    private static final int QUOTA = 16 << 20;

    private final LiveRuntime runtime = new LiveRuntime();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** One object of half a megabyte, written over and over: its history is what fills etcd. */
    private static Commit write(Store store) {
        ObjectValue object = ObjectValue.of("metadata", ObjectValue.EMPTY.with("name", "large"))
                .with("data", "x".repeat(512 << 10));
        return store.commit(
                Transaction.of(new Transaction.Put(MAPS, ObjectKey.cluster("large"), object, Transaction.ANY)));
    }

    private static void until(String what, BooleanSupplier holds) throws InterruptedException {
        for (int look = 0; look < 600; look++) {
            if (holds.getAsBoolean()) {
                return;
            }
            if (new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nobody counts this latch down");
            }
        }
        throw new AssertionError("never: " + what);
    }

    private static boolean isForgotten(EtcdMembers etcd, long revision) {
        try {
            etcd.control("get", "/jarbor/.revision", "--rev=" + revision);
            return false;
        } catch (IllegalStateException refused) {
            return String.valueOf(refused.getMessage()).contains("required revision has been compacted");
        }
    }

    @Test
    void aFullEtcdIsReadAndCompactedAndWrittenAgainWhenItsAlarmIsDisarmed() throws InterruptedException {
        try (EtcdMembers etcd = EtcdMembers.start(1, List.of("--quota-backend-bytes=" + QUOTA));
                EtcdStore store = EtcdStore.open(
                        EtcdSettings.of(etcd.addresses()).withCompaction(Duration.ofSeconds(2)), runtime)) {
            until("its size is known", () -> store.health().space().size() > 0);
            assertThat(store.health().space().alarms()).isEmpty();

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            write(store);
                        }
                    })
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            refused -> assertThat(refused.outcome()).isEqualTo(StoreException.Outcome.NOT_DONE))
                    .hasMessage("etcdserver: mvcc: database space exceeded");

            until("its alarm is known", () -> store.health().space().alarms().equals(List.of("NOSPACE")));
            StoreHealth full = store.health();
            assertThat(full.answers()).isTrue();
            assertThat(full.inStep()).isTrue();
            assertThat(full.space().size()).isGreaterThan(QUOTA / 2);
            assertThat(store.current().all(MAPS)).hasSize(1);
            long last = store.snapshot().revision();
            until("history is forgotten although nothing can be written", () -> isForgotten(etcd, last - 1));

            etcd.control("defrag");
            etcd.control("alarm", "disarm");
            until("its alarm is over", () -> store.health().space().alarms().isEmpty());
            assertThat(write(store)).isInstanceOf(Commit.Done.class);
            until("its file is small again", () -> store.health().space().size() < QUOTA / 2);
        }
    }
}
