package dev.jarbor.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How much a disk has room for: of a small file system of its own really, by a file beside the store that takes what is too much; of any
 * other by {@link FaultyDisk}, which counts.
 *
 * @param bytes what is counted
 * @param ballast the file; null on a file system that others use
 */
record Room(AtomicLong bytes, @Nullable Path ballast) {
    private static final long SMALL = 64 << 20;
    private static final long LITTLE = 40_000;

    /** @param bytes that are left to begin with */
    static Room in(Path folder, long bytes) throws IOException {
        boolean small = Files.getFileStore(folder.getParent()).getTotalSpace() < SMALL;
        if (!small) {
            return new Room(new AtomicLong(bytes), null);
        }
        Path ballast = folder.resolveSibling("ballast");
        leave(ballast, bytes);
        return new Room(new AtomicLong(CrashWriter.UNLIMITED), ballast);
    }

    /** Somebody makes a little, soon to be full again. */
    synchronized void make() {
        bytes.set(ballast == null ? LITTLE : CrashWriter.UNLIMITED);
        if (ballast != null) {
            try {
                leave(ballast, LITTLE);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private static void leave(Path ballast, long bytes) throws IOException {
        try (FileChannel file = FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long size = file.size() + Files.getFileStore(ballast.getParent()).getUsableSpace() - bytes;
            file.truncate(Math.max(0, size));
            for (long at = file.size(); at < size; at += 4096) {
                file.write(ByteBuffer.allocate(4096), at);
            }
        } catch (IOException failure) {
            // What a file system says is usable is more than it then gives: so it is full.
            if (!Disk.isFull(failure)) {
                throw failure;
            }
        }
    }
}
