package dev.jarbor.disk;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Draft;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The process that is killed: writers that each count up in two objects at once and say so on standard output when a write was
 * acknowledged, and a watch that says what it hears. It ends when nobody listens. {@code FOLDER ROOM OPERATIONS}: after how many bytes the disk is full, and
 * after how many operations broken.
 */
final class CrashWriter {
    static final int WRITERS = 8;
    static final long UNLIMITED = Long.MAX_VALUE / 2;
    static final DurableSettings SETTINGS =
            DurableSettings.DEFAULT.withWindow(2000).withLogBytes(20_000);

    private CrashWriter() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Room room = Room.in(folder, Long.parseLong(arguments[1]));
        var disk = new FaultyDisk(FolderDisk.in(folder), room.bytes(), new AtomicLong(Long.parseLong(arguments[2])));
        var runtime = new LiveRuntime();
        runtime.onFailure((task, cause) -> {
            // a state that was not written: its time will come
        });
        DurableStore store = DurableStore.open(disk, SETTINGS, runtime);
        runtime.execute("watch", () -> hear(store, store.snapshot().revision(), System.out));
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

    private static void hear(DurableStore store, long after, PrintStream out) {
        var woken = new Semaphore(1);
        try (Watch watch = store.watch(Stores.PODS, after, woken::release)) {
            while (true) {
                woken.acquireUninterruptibly();
                for (List<StoreEvent> next = watch.poll(100); !next.isEmpty(); next = watch.poll(100)) {
                    next.forEach(event -> out.println("heard " + text(event)));
                }
            }
        }
    }

    /** Such as {@code 7 left-1 4}: revision, name and number. */
    static String text(StoreEvent event) {
        return event.revision() + " " + event.key().name() + " "
                + event.object().integer("number");
    }

    private static Transaction count(int writer, long number, long revision) {
        return Transaction.of(put(left(writer), number, revision), put(right(writer), number, revision));
    }

    private static Transaction.Put put(String name, long number, long revision) {
        return new Transaction.Put(
                Stores.PODS, Stores.key(name), Stores.put(name, number).object(), revision);
    }

    static String left(int writer) {
        return "left-" + writer;
    }

    static String right(int writer) {
        return "right-" + writer;
    }

    private static void write(DurableStore store, int writer, Room room, PrintStream out) {
        Optional<ObjectValue> found = store.snapshot().get(Stores.PODS, Stores.key(left(writer)));
        long number = found.map(object -> object.integer("number")).orElse(0L);
        long revision = found.map(Draft::revisionOf).orElse(Transaction.ABSENT);
        while (!out.checkError()) {
            try {
                switch (store.commit(count(writer, number + 1, revision))) {
                    case Commit.Done done -> {
                        number++;
                        revision = done.revision();
                        out.println("done " + writer + " " + number + " " + revision);
                    }
                    // nobody else writes these: what was not done was done
                    case Commit.Conflict conflict -> out.println("conflict of " + writer + ": " + conflict);
                }
            } catch (StoreException failure) {
                if (!String.valueOf(failure.getMessage()).startsWith("no space")) {
                    out.println("unknown " + writer);
                    return;
                }
                out.println(failure.outcome() == StoreException.Outcome.NOT_DONE ? "full" : "full, and who knows");
                room.make();
            }
        }
    }
}
