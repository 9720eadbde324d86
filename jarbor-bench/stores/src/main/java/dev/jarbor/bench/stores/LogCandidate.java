package dev.jarbor.bench.stores;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/** No library: frames with a checksum at the end of a file whose blocks are there before they are needed. */
final class LogCandidate implements Candidate {
    private static final int HEADER = 16;
    private static final int AHEAD = 1 << 20;

    private final FileChannel file;
    private long end;
    private long allocated;

    LogCandidate(Path folder) throws IOException {
        file = FileChannel.open(
                folder.resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        allocated = file.size();
    }

    @Override
    public void commit(long first, List<byte[]> group) throws IOException {
        ByteBuffer frames = ByteBuffer.allocateDirect(
                group.stream().mapToInt(object -> HEADER + object.length).sum());
        long number = first;
        for (byte[] object : group) {
            var checksum = new CRC32C();
            checksum.update(object);
            frames.putInt(object.length).putInt((int) checksum.getValue()).putLong(number++).put(object);
        }
        frames.flip();
        while (end + frames.remaining() > allocated) {
            allocated += file.write(ByteBuffer.allocateDirect(AHEAD), allocated);
        }
        end += file.write(frames, end);
        file.force(false);
    }

    @Override
    public long count() throws IOException {
        long at = 0;
        long count = 0;
        while (at + HEADER <= allocated) {
            ByteBuffer header = ByteBuffer.allocate(HEADER);
            file.read(header, at);
            header.flip();
            int length = header.getInt();
            if (length == 0) {
                break;
            }
            int expected = header.getInt();
            if (header.getLong() != count + 1 || length < 0 || at + HEADER + length > allocated) {
                throw new IOException("damaged at " + at);
            }
            ByteBuffer object = ByteBuffer.allocate(length);
            file.read(object, at + HEADER);
            var checksum = new CRC32C();
            checksum.update(object.flip());
            if ((int) checksum.getValue() != expected) {
                throw new IOException("damaged at " + at + ", after commit " + count);
            }
            count++;
            at += HEADER + length;
        }
        end = at;
        return count;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
