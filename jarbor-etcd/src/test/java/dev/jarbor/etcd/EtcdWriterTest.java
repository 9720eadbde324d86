package dev.jarbor.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.etcd.proto.TxnRequest;
import dev.jarbor.etcd.proto.TxnResponse;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import dev.jarbor.store.sealing.Sealing;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A commit whose answer is lost is done once or not at all, and whoever asked for it hears which. */
@NeedsEtcd
class EtcdWriterTest {
    private static final String NODES = "nodes";
    private final LiveRuntime runtime = new LiveRuntime();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Transaction put(String name) {
        ObjectValue object = ObjectValue.of("metadata", ObjectValue.EMPTY.with("name", name));
        return Transaction.of(new Transaction.Put(NODES, ObjectKey.cluster(name), object, Transaction.ANY));
    }

    private static EtcdSettings settings(EtcdMembers etcd) {
        return EtcdSettings.of(etcd.addresses()).withTimeout(Duration.ofSeconds(4));
    }

    @Test
    void whatWasSentBeforeALineDoesNotHappenAfterIt() {
        try (EtcdMembers etcd = EtcdMembers.start(1);
                EtcdClient client = new EtcdClient(settings(etcd), runtime)) {
            var keys = new EtcdKeys(EtcdSettings.PREFIX);
            var revisions = new Revisions();
            var commits = new Commits(keys, new Records(Sealing.NONE, revisions), revisions);
            var writer = new Writer(client, keys, "me");
            var other = new Writer(client, keys, "other");
            TxnRequest sent = commits.request(put("late"), ByteString.copyFromUtf8("1"), writer.key(), writer.line());
            TxnRequest others = commits.request(put("other"), ByteString.copyFromUtf8("2"), other.key(), other.line());

            long line = writer.drawAfter(0);
            assertThat(line).isPositive().isEqualTo(writer.line());
            assertThat(writer.drawAfter(0)).isEqualTo(line);

            TxnResponse late = client.commit("update", "", sent);
            assertThat(late.getSucceeded()).isFalse();
            assertThat(Commits.line(put("late"), late)).isEqualTo(line);
            assertThat(client.commit("update", "", others).getSucceeded()).isTrue();
            TxnRequest again = commits.request(put("late"), ByteString.copyFromUtf8("3"), writer.key(), writer.line());
            assertThat(client.commit("update", "", again).getSucceeded()).isTrue();
        }
    }

    @Test
    void whileMembersHangInTurnEveryCommitIsAnsweredAndDoneOnce() throws Exception {
        try (EtcdMembers etcd = EtcdMembers.start(3);
                EtcdStore store = EtcdStore.open(settings(etcd), runtime);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Watch watch = store.watch(NODES, store.snapshot().revision(), () -> {});
            var running = new ArrayList<Future<Commit>>();
            for (int member = 0; member < 3; member++) {
                etcd.pause(member);
                for (int i = 0; i < 20; i++) {
                    String name = "m" + member + "-" + i;
                    running.add(threads.submit(() -> store.commit(put(name))));
                }
                for (Future<Commit> commit : running) {
                    assertThat(commit.get()).isInstanceOf(Commit.Done.class);
                }
                etcd.resume(member);
                commitOnceMore(store, member);
            }
            store.current();
            List<StoreEvent> events = watch.poll(1000);
            assertThat(events).allSatisfy(event -> assertThat(event).isInstanceOf(StoreEvent.Created.class));
            assertThat(events).hasSize(63);
        }
    }

    /** With a member that has just come back, and does what it had received before. */
    private static void commitOnceMore(Store store, int member) {
        assertThat(store.commit(put("back" + member))).isInstanceOf(Commit.Done.class);
    }
}
