package dev.jarbor.disk;

import dev.jarbor.store.record.Kept;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All objects of one revision in one file: a frame each, with the revision that wrote it, and at the end a frame without an
 * object that has the revision of the whole and the number of the objects. A backup is such a file.
 */
final class StateFile {
    private static final int CHUNK = 1 << 20;

    private StateFile() {}

    /**
     * An object as it is written.
     *
     * @param revision of the commit that wrote it
     */
    record Written(long revision, Entry entry) {
        Kept kept() {
            return new Kept(entry.resource(), entry.key(), revision, entry.written());
        }
    }

    /**
     * Writes a file to its end and makes it durable; returns its size in bytes. Whoever calls gives it its name only then.
     *
     * @param revision of the whole
     */
    static long write(Disk.File file, long revision, Iterator<Written> objects) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).put(FileHeader.STATE.bytes());
        long position = 0;
        long count = 0;
        while (objects.hasNext()) {
            Written next = objects.next();
            var frame = new Frame(next.revision(), 0, Entry.content(List.of(next.entry())));
            if (frame.size() > chunk.remaining()) {
                position += drain(chunk, file, position);
            }
            if (frame.size() > chunk.capacity()) {
                chunk = ByteBuffer.allocateDirect(frame.size());
            }
            frame.write(chunk);
            count++;
        }
        var end = new Frame(revision, count, Entry.content(List.of()));
        if (end.size() > chunk.remaining()) {
            position += drain(chunk, file, position);
        }
        end.write(chunk);
        position += drain(chunk, file, position);
        file.truncate(position);
        file.force();
        return position;
    }

    private static int drain(ByteBuffer chunk, Disk.File file, long position) throws IOException {
        chunk.flip();
        int length = chunk.remaining();
        file.write(chunk, position);
        chunk.clear();
        return length;
    }

    /** Told what a file holds. */
    interface Visitor {
        /** Called for each object, in the order of the file. */
        void object(Written object);

        /** Called for each part that is not whole, with one sentence. */
        void lost(String what);
    }

    /** Reads a file; the revision of the whole, or what {@code expected} says where the end is lost. */
    static long read(Disk.File file, String name, long expected, Visitor visitor) throws IOException {
        if (FileHeader.STATE.read(file, name) == 0) {
            visitor.lost(name + ": its header is damaged");
        }
        var reader = new FrameReader(file, FileHeader.SIZE);
        long count = 0;
        String last = "the beginning";
        while (true) {
            @Nullable Frame frame = reader.next();
            if (frame == null) {
                long from = reader.position();
                if (!reader.skipToNext()) {
                    visitor.lost(name + ": objects after " + last + ", from byte " + from + " to the end");
                    return expected;
                }
                visitor.lost(name + ": objects after " + last + ", bytes " + from + " to " + (reader.position() - 1));
                continue;
            }
            List<Entry> entries = Entry.parse(frame.content());
            if (entries.isEmpty()) {
                if (frame.durable() > count) {
                    visitor.lost(name + ": " + (frame.durable() - count) + " of its " + frame.durable() + " objects");
                }
                return frame.revision();
            }
            Entry entry = entries.getFirst();
            visitor.object(new Written(frame.revision(), entry));
            last = entry.resource() + " " + entry.key();
            count++;
        }
    }
}
