package dev.jarbor.disk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one file of a log from its beginning to where it ends. */
final class LogScan {
    private final Disk.File file;
    private final String name;
    private final boolean isLast;
    private long revision;
    private long end = FileHeader.SIZE;
    private int format;

    /**
     * @param isLast whether no other file of the log follows: only then may it end in the middle of a write
     * @param revision the last one that is known already
     */
    LogScan(Disk.File file, String name, boolean isLast, long revision) {
        this.file = file;
        this.name = name;
        this.isLast = isLast;
        this.revision = revision;
    }

    long revision() {
        return revision;
    }

    /** Where the last whole frame ends. */
    long end() {
        return end;
    }

    /** 0 where the header is damaged. */
    int format() {
        return format;
    }

    void read(StoreFiles.Visitor visitor) throws IOException {
        format = FileHeader.LOG.read(file, name);
        var reader = new FrameReader(file, FileHeader.SIZE);
        if (format == 0 && (!isLast || !isUnbegun())) {
            visitor.lost(name + ": its header is damaged");
        }
        while (true) {
            @Nullable Frame frame = reader.next();
            if (frame != null) {
                take(frame, visitor, "");
                end = reader.position();
                continue;
            }
            long from = reader.position();
            if (reader.isBlankFromHere() || !readBeyond(reader, from, visitor)) {
                return;
            }
        }
    }

    /** A file whose first write was interrupted: nothing in it was ever acknowledged. */
    private boolean isUnbegun() throws IOException {
        var reader = new FrameReader(file, 0);
        return !reader.skipToNext();
    }

    private void take(Frame frame, StoreFiles.Visitor visitor, String where) {
        if (frame.revision() <= revision) {
            return;
        }
        if (frame.revision() > revision + 1) {
            String which = revision + 2 == frame.revision()
                    ? "commit " + (revision + 1)
                    : "commits " + (revision + 1) + " to " + (frame.revision() - 1);
            visitor.lost(name + ": " + which + where);
        }
        visitor.commit(frame.revision(), Entry.parse(frame.content()));
        revision = frame.revision();
    }

    /** Looks for proof that what cannot be read at {@code from} had been durable; then goes on behind it. */
    private boolean readBeyond(FrameReader reader, long from, StoreFiles.Visitor visitor) throws IOException {
        while (reader.skipToNext()) {
            long to = reader.position() - 1;
            @Nullable Frame frame = reader.next();
            if (frame != null && (frame.durable() > revision || frame.revision() <= revision)) {
                take(frame, visitor, ", bytes " + from + " to " + to);
                end = reader.position();
                return true;
            }
        }
        if (!isLast) {
            visitor.lost(name + ": commits after " + revision + ", from byte " + from + " to the end");
        }
        return false;
    }
}
