package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.Watch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** One store, whose process is killed again and again; after each time everything that was ever acknowledged must be there. */
final class CrashRounds {
    /** What ends a process, or is done to its files when it is dead. */
    enum Fault {
        /** It is killed, and that is all. */
        KILL,
        /** The disk is full again and again; then it is killed. */
        FULL,
        /** The disk fails in the middle of something. */
        BROKEN,
        /** It is killed, and behind what was flushed lies what an interrupted write may leave. */
        TORN
    }

    private final Path folder;
    private final Random random;
    private final TreeMap<Integer, Long> acknowledged = new TreeMap<>();
    private final TreeMap<Integer, Long> attempted = new TreeMap<>();
    private Snapshot last = Snapshot.EMPTY;
    private long commits;

    CrashRounds(Path folder, long seed) {
        this.folder = folder;
        this.random = new Random(seed);
    }

    /** How many commits were acknowledged in all rounds. */
    long commits() {
        return commits;
    }

    void run(Fault fault) throws IOException, InterruptedException {
        long room = fault == Fault.FULL ? random.nextInt(200_000) : Long.MAX_VALUE / 2;
        long operations = fault == Fault.BROKEN ? random.nextInt(1500) : Long.MAX_VALUE / 2;
        Set<Long> revisions = watchOver(room, operations);
        if (fault == Fault.TORN) {
            tear();
        }
        check(revisions);
    }

    /** Runs a process until it ends or has said a random number of lines, then kills it. */
    private Set<Long> watchOver(long room, long operations) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashWriter.class.getName(),
                        folder.toString(),
                        Long.toString(room),
                        Long.toString(operations))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var revisions = new HashSet<Long>();
        int lines = 1 + random.nextInt(random.nextInt(10) == 0 ? 5000 : 600);
        var failed = new HashSet<Integer>();
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (--lines == 0) {
                    process.toHandle().destroyForcibly();
                }
                String[] words = line.split(" ", -1);
                if (words.length == 4) {
                    heard(words, revisions, failed);
                }
            }
        }
        process.waitFor();
        return revisions;
    }

    private void heard(String[] words, Set<Long> revisions, Set<Integer> failed) {
        int writer = Integer.parseInt(words[1]);
        long number = Long.parseLong(words[2]);
        attempted.merge(writer, number, Math::max);
        if (words[0].equals("done")) {
            assertThat(number).isEqualTo(acknowledged.getOrDefault(writer, 0L) + 1);
            assertThat(revisions.add(Long.parseLong(words[3])))
                    .as("a revision twice")
                    .isTrue();
            acknowledged.put(writer, number);
            commits++;
        } else if (words[3].equals("UNKNOWN")) {
            failed.add(writer);
        }
        assertThat(failed.contains(writer) && words[0].equals("done"))
                .as("acknowledged after an error")
                .isFalse();
    }

    /** Writes the beginning of a frame, or noise, where the log has room. */
    private void tear() throws IOException {
        FolderDisk disk = FolderDisk.in(folder);
        StoreFiles.End end = StoreFiles.read(disk, new Ignoring());
        if (end.log() == null) {
            return;
        }
        byte[] content = new byte[random.nextInt(3000)];
        random.nextBytes(content);
        ByteBuffer frame = ByteBuffer.allocate(Frame.HEADER + content.length);
        new Frame(end.revision() + 1, end.revision(), content).write(frame);
        frame.flip();
        byte[] torn = frame.array();
        int damage = random.nextInt(torn.length);
        if (random.nextBoolean()) {
            torn[damage] ^= 1;
        } else {
            frame.limit(Math.max(1, damage));
        }
        try (Disk.File log = disk.open(end.log())) {
            log.truncate(end.position() + random.nextInt(200));
            log.write(frame, end.position());
        }
    }

    private void check(Set<Long> revisions) throws IOException {
        try (var runtime = new LiveRuntime()) {
            runtime.onFailure((task, cause) -> {
                throw new AssertionError(task, cause);
            });
            DurableStore store = DurableStore.open(folder, CrashWriter.SETTINGS, runtime);
            Snapshot now = store.snapshot();
            for (var writer : acknowledged.entrySet()) {
                long left = number(now, CrashWriter.left(writer.getKey()));
                assertThat(number(now, CrashWriter.right(writer.getKey())))
                        .as("half a write")
                        .isEqualTo(left);
                assertThat(left).as("writer " + writer.getKey()).isBetween(writer.getValue(), writer.getValue() + 1);
                writer.setValue(left);
            }
            assertThat(now.revision()).isGreaterThanOrEqualTo(last.revision());
            revisions.forEach(revision -> assertThat(revision).isBetween(last.revision() + 1, now.revision()));
            checkWatch(store, now);
            last = now;
            store.close();
        }
    }

    /** A watch from where the last one ended hears every revision after it, and so comes to the same state. */
    private void checkWatch(Store store, Snapshot now) {
        // each commit is two events, and so many events are kept
        long kept = CrashWriter.SETTINGS.window() / 2 - 1L;
        long from = Math.max(last.revision(), now.revision() - kept);
        Snapshot start = from == last.revision() ? last : store.snapshotAt(from).orElseThrow();
        assertThat(store.snapshotAt(from).map(Snapshot::revision)).hasValue(from);
        var state = new TreeMap<>(start.all(Stores.PODS));
        long revision = from;
        try (Watch watch = store.watch(Stores.PODS, from, () -> {})) {
            for (List<StoreEvent> next = watch.poll(1000); !next.isEmpty(); next = watch.poll(1000)) {
                for (StoreEvent event : next) {
                    assertThat(event.revision()).as("a gap, or out of order").isBetween(revision, revision + 1);
                    revision = event.revision();
                    ObjectKey key = event.key();
                    state.put(key, event.object());
                }
            }
        }
        assertThat(revision).isEqualTo(now.revision());
        assertThat(state).isEqualTo(new TreeMap<>(now.all(Stores.PODS)));
    }

    private static long number(Snapshot state, String name) {
        return state.get(Stores.PODS, Stores.key(name))
                .map(object -> object.integer("number"))
                .orElse(0L);
    }

    /** Reads for the end alone. */
    private static final class Ignoring implements StoreFiles.Visitor {
        @Override
        public void object(StateFile.Written object) {}

        @Override
        public void lost(String what) {
            throw new AssertionError("damaged: " + what);
        }

        @Override
        public void base(long revision) {}

        @Override
        public void commit(long revision, List<Entry> entries) {}
    }
}
