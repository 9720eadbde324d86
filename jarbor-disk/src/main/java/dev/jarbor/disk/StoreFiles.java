package dev.jarbor.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a store: the last state, then every commit after it. Changes nothing, so that it may run beside the
 * process that has the store open.
 *
 * <p><b>Damage or an interrupted write.</b> Frames are written in groups, and the next group only when the last one is durable; each
 * frame says up to which revision that is. Where a frame is not whole, and a whole one that follows says that the broken one
 * had been durable, it is damage, and commits are lost that somebody was told of. Where nothing follows that says so, it is the
 * end of a write that was interrupted, of which nobody was told: the log ends there.
 */
final class StoreFiles {
    private StoreFiles() {}

    /** Told what there is, in the order of revisions: objects, then {@link #base}, then commits. */
    interface Visitor extends StateFile.Visitor {
        /** All objects have been told: this is how it was after {@code revision}. */
        void base(long revision);

        void commit(long revision, List<Entry> entries);
    }

    /**
     * Where a log ends.
     *
     * @param revision of the last commit; that of the state where there is none after it
     * @param log the last file of the log; null where there is none
     * @param position where the last whole frame of that file ends
     * @param olderFormat whether something was written in a format before the newest
     */
    record End(long revision, @Nullable String log, long position, boolean olderFormat) {}

    /** Reads all. */
    static End read(Disk disk, Visitor visitor) throws IOException {
        List<String> names = disk.names();
        boolean olderFormat = false;
        long revision = 0;
        List<String> states = FileNames.states(names);
        if (!states.isEmpty()) {
            String name = states.getLast();
            try (Disk.File file = disk.read(name)) {
                olderFormat = isOlder(FileHeader.STATE.read(file, name));
                revision = StateFile.read(file, name, FileNames.revision(name), visitor);
            }
        }
        visitor.base(revision);
        String last = null;
        long position = 0;
        for (String name : needed(FileNames.logs(names), revision)) {
            boolean isLast = name.equals(FileNames.logs(names).getLast());
            try (Disk.File file = disk.read(name)) {
                var log = new LogScan(file, name, isLast, revision);
                log.read(visitor);
                olderFormat |= isOlder(log.format());
                revision = log.revision();
                position = log.end();
                last = name;
            }
        }
        checkClosed(disk, names, revision, visitor);
        return new End(revision, last, position, olderFormat);
    }

    private static boolean isOlder(int format) {
        return format > 0 && format < FileHeader.NEWEST;
    }

    /** Without those whose commits all come before the state. */
    static List<String> needed(List<String> logs, long stateRevision) {
        int first = 0;
        while (first + 1 < logs.size() && FileNames.revision(logs.get(first + 1)) <= stateRevision + 1) {
            first++;
        }
        return logs.subList(first, logs.size());
    }

    private static void checkClosed(Disk disk, List<String> names, long revision, Visitor visitor) throws IOException {
        if (!names.contains(FileNames.CLOSED)) {
            return;
        }
        try (Disk.File file = disk.read(FileNames.CLOSED)) {
            ByteBuffer closed = ByteBuffer.allocate(Long.BYTES);
            if (FileHeader.CLOSED.read(file, FileNames.CLOSED) > 0
                    && file.read(closed, FileHeader.SIZE) == Long.BYTES
                    && closed.getLong(0) > revision) {
                visitor.lost("commits " + (revision + 1) + " to " + closed.getLong(0)
                        + ": the store was closed after them, and its files end before");
            }
        }
    }

    /** Notes where the log ends, when a store is closed. */
    static void writeClosed(Disk disk, long revision) throws IOException {
        try (Disk.File file = disk.open(FileNames.CLOSED)) {
            file.write(FileHeader.CLOSED.bytes(), 0);
            file.write(ByteBuffer.allocate(Long.BYTES).putLong(0, revision), FileHeader.SIZE);
            file.force();
        }
        disk.forceNames();
    }
}
