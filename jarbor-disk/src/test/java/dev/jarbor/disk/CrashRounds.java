package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Draft;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.Watch;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    private static final int SECTOR = 512;

    private final Path folder;
    private final Random random;
    /** What each writer has counted up to, as far as anybody knows. */
    private final long[] counted = new long[CrashWriter.WRITERS];

    private Snapshot last = Snapshot.EMPTY;
    private long commits;
    private long faults;

    /** What one process said before it ended. */
    private static final class Said {
        /** What was acknowledged, by revision: {@code writer number}. */
        final TreeMap<Long, String> done = new TreeMap<>();
        /** What its watch heard, in order: {@code revision name number}. */
        final List<String> heard = new ArrayList<>();
        /** Who must not be acknowledged anything any more. */
        final Set<Integer> failed = new HashSet<>();
        /** Whether it met a disk without room. */
        boolean full;
    }

    CrashRounds(Path folder, long seed) {
        this.folder = folder;
        this.random = new Random(seed);
    }

    /** How many commits were acknowledged in all rounds. */
    long commits() {
        return commits;
    }

    /** In how many rounds the fault really happened. */
    long faults() {
        return faults;
    }

    void run(Fault fault) throws IOException, InterruptedException {
        long room = fault == Fault.FULL ? random.nextInt(40_000) : CrashWriter.UNLIMITED;
        long operations = fault == Fault.BROKEN ? random.nextInt(400) : CrashWriter.UNLIMITED;
        Said said = watchOver(fault, room, operations);
        if (fault == Fault.TORN) {
            tear();
        }
        check(said);
    }

    /** Runs a process until it ends or has said a random number of lines, then kills it. */
    private Said watchOver(Fault fault, long room, long operations) throws IOException, InterruptedException {
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
                .redirectError(fault == Fault.BROKEN ? Redirect.DISCARD : Redirect.INHERIT)
                .start();
        var said = new Said();
        long lines =
                fault == Fault.BROKEN ? Long.MAX_VALUE : 1 + random.nextInt(random.nextInt(10) == 0 ? 10_000 : 1500);
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (--lines == 0) {
                    process.toHandle().destroyForcibly();
                }
                hear(line.split(" ", -1), said);
            }
        }
        process.waitFor();
        boolean happened = fault != Fault.FULL || said.full;
        faults += happened ? 1 : 0;
        return said;
    }

    private void hear(String[] words, Said said) {
        switch (words[0]) {
            case "done" -> {
                int writer = Integer.parseInt(words[1]);
                long number = Long.parseLong(words[2]);
                assertThat(said.failed).as("acknowledged after an error").doesNotContain(writer);
                assertThat(number).as("what writer " + writer + " counts").isEqualTo(counted[writer] + 1);
                String before = said.done.put(Long.parseLong(words[3]), writer + " " + number);
                assertThat(before).as("what else had revision " + words[3]).isNull();
                counted[writer] = number;
                commits++;
            }
            case "heard" -> said.heard.add(words[1] + " " + words[2] + " " + words[3]);
            case "full" -> said.full = true;
            case "unknown" -> said.failed.add(Integer.parseInt(words[1]));
            case "ended" -> {}
            default -> throw new AssertionError(String.join(" ", words));
        }
    }

    /**
     * Writes, where the log ends, what a write of up to three frames leaves that was interrupted: the first is damaged or cut off, of
     * the rest any sectors may be missing.
     */
    private void tear() throws IOException {
        FolderDisk disk = FolderDisk.in(folder);
        StoreFiles.End end = StoreFiles.read(disk, new Ignoring());
        if (end.log() == null) {
            return;
        }
        ByteBuffer frames = ByteBuffer.allocate(10_000);
        int first = 0;
        for (int i = 1; i <= 1 + random.nextInt(3); i++) {
            byte[] content = new byte[random.nextInt(3000)];
            random.nextBytes(content);
            new Frame(end.revision() + i, end.revision(), content).write(frames);
            first = first == 0 ? frames.position() : first;
        }
        frames.flip();
        byte[] torn = frames.array();
        if (random.nextBoolean()) {
            torn[random.nextInt(first)] ^= 1;
            loseSectors(torn, (int) (end.position() % SECTOR));
        } else {
            frames.limit(Math.max(1, random.nextInt(first)));
        }
        try (Disk.File log = disk.open(end.log())) {
            log.truncate(end.position() + random.nextInt(200));
            log.write(frames, end.position());
        }
    }

    /** @param offset of the first byte in its sector */
    private void loseSectors(byte[] torn, int offset) {
        for (int sector = SECTOR - offset; sector < torn.length; sector += SECTOR) {
            if (random.nextInt(3) == 0) {
                Arrays.fill(torn, sector, Math.min(torn.length, sector + SECTOR), (byte) 0);
            }
        }
    }

    private void check(Said said) throws IOException {
        try (var runtime = new LiveRuntime()) {
            runtime.onFailure((task, cause) -> {
                throw new AssertionError(task, cause);
            });
            DurableStore store = DurableStore.open(folder, CrashWriter.SETTINGS, runtime);
            Snapshot now = store.snapshot();
            for (int writer = 0; writer < CrashWriter.WRITERS; writer++) {
                long left = number(now, CrashWriter.left(writer));
                assertThat(revision(now, CrashWriter.right(writer)))
                        .as("half a write")
                        .isEqualTo(revision(now, CrashWriter.left(writer)));
                assertThat(number(now, CrashWriter.right(writer)))
                        .as("half a write")
                        .isEqualTo(left);
                assertThat(left).as("writer " + writer).isBetween(counted[writer], counted[writer] + 1);
                counted[writer] = left;
            }
            assertThat(now.revision()).isGreaterThanOrEqualTo(last.revision());
            said.done
                    .keySet()
                    .forEach(revision ->
                            assertThat(revision).as("a revision").isBetween(last.revision() + 1, now.revision()));
            checkWatch(store, now, said);
            last = now;
            store.close();
        }
    }

    /**
     * A watch from where the last round ended hears every revision after it, each with what was acknowledged under it, and so comes to the
     * same state; what the watch of the killed process heard is how it begins, and one that goes on from there hears the rest.
     */
    private void checkWatch(Store store, Snapshot now, Said said) {
        // each commit is two events, and so many events are kept
        long kept = CrashWriter.SETTINGS.window() / 2 - 1L;
        long from = Math.max(last.revision(), now.revision() - kept);
        Snapshot start = from == last.revision() ? last : store.snapshotAt(from).orElseThrow();
        assertThat(store.snapshotAt(from).map(Snapshot::revision)).hasValue(from);
        var state = new TreeMap<>(start.all(Stores.PODS));
        var told = new ArrayList<String>();
        long revision = from;
        for (StoreEvent event : events(store, from)) {
            assertThat(event.revision()).as("a gap, or out of order").isBetween(revision, revision + 1);
            revision = event.revision();
            state.put(event.key(), event.object());
            told.add(CrashWriter.text(event));
        }
        assertThat(revision).isEqualTo(now.revision());
        assertThat(state).isEqualTo(new TreeMap<>(now.all(Stores.PODS)));
        said.done.tailMap(from, false).forEach((done, what) -> {
            String[] words = what.split(" ", -1);
            assertThat(told)
                    .contains(
                            done + " " + CrashWriter.left(Integer.parseInt(words[0])) + " " + words[1],
                            done + " " + CrashWriter.right(Integer.parseInt(words[0])) + " " + words[1]);
        });
        List<String> heard =
                said.heard.stream().filter(text -> revisionOf(text) > from).toList();
        assertThat(told.subList(0, Math.min(heard.size(), told.size())))
                .as("what was heard before the process ended")
                .isEqualTo(heard);
        long resumed = heard.isEmpty() ? from : revisionOf(heard.getLast());
        assertThat(events(store, resumed).stream().map(CrashWriter::text))
                .as("what follows " + resumed)
                .isEqualTo(
                        told.stream().filter(text -> revisionOf(text) > resumed).toList());
    }

    private static List<StoreEvent> events(Store store, long after) {
        var events = new ArrayList<StoreEvent>();
        try (Watch watch = store.watch(Stores.PODS, after, () -> {})) {
            for (List<StoreEvent> next = watch.poll(1000); !next.isEmpty(); next = watch.poll(1000)) {
                events.addAll(next);
            }
        }
        return events;
    }

    private static long revisionOf(String text) {
        return Long.parseLong(text.substring(0, text.indexOf(' ')));
    }

    private static long revision(Snapshot state, String name) {
        return state.get(Stores.PODS, Stores.key(name)).map(Draft::revisionOf).orElse(0L);
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
