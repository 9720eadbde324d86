package dev.jarbor.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A folder's disk that has room for so many bytes more, or fails from one operation on.
 *
 * @param room bytes that files may still grow by
 * @param operations that still succeed
 */
record FaultyDisk(Disk disk, AtomicLong room, AtomicLong operations) implements Disk {
    private void operation() throws IOException {
        if (operations.decrementAndGet() < 0) {
            throw new IOException("Input/output error");
        }
    }

    @Override
    public List<String> names() throws IOException {
        return disk.names();
    }

    @Override
    public File open(String name) throws IOException {
        return new Faulty(disk.open(name));
    }

    @Override
    public File read(String name) throws IOException {
        return disk.read(name);
    }

    @Override
    public void delete(String name) throws IOException {
        operation();
        disk.delete(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        operation();
        disk.rename(from, to);
    }

    @Override
    public void forceNames() throws IOException {
        operation();
        disk.forceNames();
    }

    private final class Faulty implements File {
        private final File file;

        Faulty(File file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            operation();
            long grows = Math.max(0, position + from.remaining() - file.size());
            if (grows > 0 && room.addAndGet(-grows) < 0) {
                room.addAndGet(grows);
                from.limit(from.position() + from.remaining() / 3);
                file.write(from, position);
                throw new IOException("No space left on device");
            }
            file.write(from, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            operation();
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            operation();
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
