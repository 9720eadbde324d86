package dev.jarbor.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one file in their order, and looks for the next whole one where one is not. */
final class FrameReader {
    private static final int CHUNK = 1 << 20;

    private final Disk.File file;
    private final long size;
    private long position;
    private ByteBuffer chunk = ByteBuffer.allocate(CHUNK).limit(0);
    private long chunkStart;

    FrameReader(Disk.File file, long position) throws IOException {
        this.file = file;
        this.size = file.size();
        this.position = position;
    }

    /** Where the next frame begins, or would. */
    long position() {
        return position;
    }

    /** The next frame, after which the position is; null where there is none that is whole, and the position stays. */
    @Nullable
    Frame next() throws IOException {
        Frame frame = at(position);
        if (frame != null) {
            position += frame.size();
        }
        return frame;
    }

    /** Moves to the next whole frame beyond the position. */
    boolean skipToNext() throws IOException {
        for (long at = position + 1; at + Frame.HEADER <= size; at++) {
            if (!load(at, Integer.BYTES)) {
                return false;
            }
            if (chunk.getInt((int) (at - chunkStart)) == Frame.MAGIC && at(at) != null) {
                position = at;
                return true;
            }
        }
        return false;
    }

    /** Whether nothing but zeros follows: room that was made ahead. */
    boolean isBlankFromHere() throws IOException {
        for (long at = position; at < size; at++) {
            if (!load(at, 1) || chunk.get((int) (at - chunkStart)) != 0) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Frame at(long at) throws IOException {
        if (!load(at, Frame.HEADER)) {
            return null;
        }
        int start = (int) (at - chunkStart);
        int length = chunk.getInt(start + 4);
        if (chunk.getInt(start) != Frame.MAGIC || length < 0 || length > Frame.LONGEST) {
            return null;
        }
        if (at + Frame.HEADER + length > size || !load(at, Frame.HEADER + length)) {
            return null;
        }
        start = (int) (at - chunkStart);
        byte[] content = new byte[length];
        chunk.get(start + Frame.HEADER, content);
        var frame = new Frame(chunk.getLong(start + 12), chunk.getLong(start + 20), content);
        return frame.checksum() == chunk.getInt(start + 8) ? frame : null;
    }

    /** Sees to it that {@code count} bytes from {@code at} on are in the chunk; false where the file ends before. */
    private boolean load(long at, int count) throws IOException {
        if (at >= chunkStart && at + count <= chunkStart + chunk.limit()) {
            return true;
        }
        if (at + count > size) {
            return false;
        }
        if (chunk.capacity() < count) {
            chunk = ByteBuffer.allocate(Math.max(count, CHUNK));
        }
        chunk.clear();
        chunkStart = at;
        file.read(chunk, at);
        chunk.flip();
        return chunk.limit() >= count;
    }
}
