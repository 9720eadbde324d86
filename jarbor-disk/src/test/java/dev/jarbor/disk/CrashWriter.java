package dev.jarbor.disk;

import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The process that is killed: writers that each count up in two objects at once, and say so on standard output when a write was
 * acknowledged. {@code FOLDER ROOM OPERATIONS}: after how many bytes the disk is full, and after how many operations broken.
 */
final class CrashWriter {
    static final int WRITERS = 8;
    static final DurableSettings SETTINGS =
            DurableSettings.DEFAULT.withWindow(2000).withLogBytes(20_000);

    private CrashWriter() {}

    public static void main(String[] arguments) throws Exception {
        var room = new AtomicLong(Long.parseLong(arguments[1]));
        var disk = new FaultyDisk(
                FolderDisk.in(Path.of(arguments[0])), room, new AtomicLong(Long.parseLong(arguments[2])));
        var runtime = new LiveRuntime();
        runtime.onFailure((task, cause) -> {
            // a state that was not written: its time will come
        });
        DurableStore store = DurableStore.open(disk, SETTINGS, runtime);
        var ended = new CountDownLatch(WRITERS);
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            runtime.execute("writer", () -> {
                write(store, writer, room, System.out);
                ended.countDown();
            });
        }
        ended.await();
        System.out.println("ended");
        java.lang.Runtime.getRuntime().halt(0);
    }

    static Transaction count(int writer, long number) {
        return Transaction.of(Stores.put(left(writer), number), Stores.put(right(writer), number));
    }

    static String left(int writer) {
        return "left-" + writer;
    }

    static String right(int writer) {
        return "right-" + writer;
    }

    private static void write(DurableStore store, int writer, AtomicLong room, PrintStream out) {
        long number = store.snapshot()
                .get(Stores.PODS, Stores.key(left(writer)))
                .map(object -> object.integer("number"))
                .orElse(0L);
        while (true) {
            try {
                if (store.commit(count(writer, number + 1)) instanceof Commit.Done done) {
                    number++;
                    out.println("done " + writer + " " + number + " " + done.revision());
                }
            } catch (StoreException failure) {
                out.println("failed " + writer + " " + (number + 1) + " " + failure.outcome());
                if (!String.valueOf(failure.getMessage()).startsWith("no space")) {
                    return;
                }
                // somebody makes room
                room.set(1 << 20);
            }
        }
    }
}
