package dev.jarbor.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that commits are appended to. A file gets room ahead in steps, because a flush that need not make the file longer is
 * twice as quick; when it is long enough the next one begins, and files whose commits a state covers are deleted. Used by
 * one thread at a time.
 */
final class Log {
    /** How much room is made at once, at most. */
    private static final int MOST_AHEAD = 1 << 20;

    private static final int LEAST_AHEAD = 1 << 12;

    private final Disk disk;
    private final long fileBytes;
    private final ByteBuffer blank;
    /** The lengths of all files by their first revisions. */
    private final TreeMap<Long, Long> lengths = new TreeMap<>();

    private Disk.@Nullable File file;
    private long end;
    private long allocated;

    /** @param fileBytes from which length on the next file begins */
    Log(Disk disk, long fileBytes) {
        this.disk = disk;
        this.fileBytes = fileBytes;
        this.blank = ByteBuffer.allocateDirect(Math.clamp(fileBytes, LEAST_AHEAD, MOST_AHEAD));
    }

    /** Goes on where {@code end} says; what an interrupted write left behind is cut off. */
    void resume(StoreFiles.End found) throws IOException {
        for (String name : FileNames.logs(disk.names())) {
            try (Disk.File log = disk.read(name)) {
                lengths.put(FileNames.revision(name), log.size());
            }
        }
        if (found.log() == null) {
            return;
        }
        if (FileNames.revision(found.log()) > found.revision()) {
            disk.delete(found.log());
            lengths.remove(FileNames.revision(found.log()));
            return;
        }
        Disk.File last = disk.open(found.log());
        last.truncate(found.position());
        last.force();
        if (found.olderFormat()) {
            // what is appended has the newest format, and needs a file of its own
            last.close();
            return;
        }
        file = last;
        end = found.position();
        allocated = end;
    }

    /**
     * Appends {@code frames} and returns when they are durable.
     *
     * @param first the revision of the first of them
     * @throws NoSpace when there is no room; everything is as it was before
     * @throws IOException when nothing is certain any more: the log must not be used again
     */
    void append(ByteBuffer frames, long first) throws IOException {
        if (file == null || end >= fileBytes) {
            begin(first);
        }
        Disk.File current = Objects.requireNonNull(file);
        int length = frames.remaining();
        try {
            while (end + length > allocated) {
                current.write(blank.clear(), allocated);
                allocated += blank.capacity();
            }
            current.write(frames, end);
        } catch (IOException failure) {
            if (!Disk.isFull(failure)) {
                throw failure;
            }
            current.truncate(end);
            current.force();
            allocated = end;
            throw new NoSpace(failure);
        }
        current.force();
        end += length;
        lengths.put(lengths.lastKey(), end);
    }

    private void begin(long first) throws IOException {
        String name = FileNames.log(first);
        Disk.File next = disk.open(name);
        try {
            next.write(blank.clear(), 0);
            next.write(FileHeader.LOG.bytes(), 0);
            next.force();
            disk.forceNames();
        } catch (IOException failure) {
            next.close();
            if (!Disk.isFull(failure)) {
                throw failure;
            }
            disk.delete(name);
            throw new NoSpace(failure);
        }
        if (file != null) {
            file.truncate(end);
            file.close();
        }
        file = next;
        end = FileHeader.SIZE;
        allocated = blank.capacity();
        lengths.put(first, end);
    }

    /** How many bytes a state at {@code revision} would make superfluous. */
    long bytesUpTo(long revision) {
        long bytes = 0;
        for (var log : lengths.entrySet()) {
            Long next = lengths.higherKey(log.getKey());
            if (next == null || next > revision + 1) {
                break;
            }
            bytes += log.getValue();
        }
        return bytes;
    }

    /** Deletes the files that a state at {@code revision} makes superfluous. */
    void forgetUpTo(long revision) throws IOException {
        while (lengths.size() > 1 && Objects.requireNonNull(lengths.higherKey(lengths.firstKey())) <= revision + 1) {
            disk.delete(FileNames.log(lengths.firstKey()));
            lengths.pollFirstEntry();
        }
    }

    void close() throws IOException {
        if (file != null) {
            file.truncate(end);
            file.force();
            file.close();
            file = null;
        }
    }

    /** There is no room for what should be appended; nothing of it was. */
    static final class NoSpace extends IOException {
        private static final long serialVersionUID = 1;

        NoSpace(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
