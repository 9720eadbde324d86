package dev.jarbor.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A folder of the file system, which only its owner may read. */
final class FolderDisk implements Disk {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;

    FolderDisk(Path folder) {
        this.folder = folder;
    }

    /** Makes the folder where it is not there. */
    static FolderDisk in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return new FolderDisk(folder);
    }

    /** Takes the folder for this process; empty while it is taken. */
    Optional<AutoCloseable> lock() throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve("lock"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException sameProcess) {
            // as taken as by another process
        }
        channel.close();
        return Optional.empty();
    }

    @Override
    public List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public File open(String name) throws IOException {
        return new Opened(
                folder.resolve(name),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public File read(String name) throws IOException {
        return new Opened(folder.resolve(name), Set.of(StandardOpenOption.READ));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Path target = folder.resolve(to);
        Files.createDirectories(target.getParent());
        Files.move(folder.resolve(from), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void forceNames() throws IOException {
        uninterrupted(() -> {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
            return 0;
        });
    }

    private interface Operation {
        long run() throws IOException;
    }

    private interface OnChannel {
        long run(FileChannel channel) throws IOException;
    }

    /**
     * Does it however often the thread is interrupted: the JDK closes the channel then, and what was done may be done again. The
     * interrupt stays for whoever minds it.
     */
    private static long uninterrupted(Operation operation) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return operation.run();
                } catch (ClosedByInterruptException closed) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A file that is opened again where an interrupt has closed it. */
    private static final class Opened implements File {
        private final Path path;
        private final Set<StandardOpenOption> options;
        private FileChannel channel;

        Opened(Path path, Set<StandardOpenOption> options) throws IOException {
            this.path = path;
            this.options = options;
            this.channel = FileChannel.open(path, options, OWNER_ONLY);
        }

        /** Does it on a channel that is open. */
        private long onOpen(OnChannel operation) throws IOException {
            return uninterrupted(() -> {
                if (!channel.isOpen()) {
                    channel = FileChannel.open(path, options, OWNER_ONLY);
                }
                return operation.run(channel);
            });
        }

        @Override
        public long size() throws IOException {
            return onOpen(FileChannel::size);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int start = into.position();
            return (int) onOpen(open -> {
                into.position(start);
                while (into.hasRemaining() && open.read(into, position + into.position() - start) >= 0) {
                    // until it is full or the file ends
                }
                return (long) into.position() - start;
            });
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            int start = from.position();
            onOpen(open -> {
                from.position(start);
                while (from.hasRemaining()) {
                    open.write(from, position + from.position() - start);
                }
                return 0;
            });
        }

        @Override
        public void truncate(long size) throws IOException {
            onOpen(open -> open.truncate(size).size());
        }

        @Override
        public void force() throws IOException {
            onOpen(open -> {
                open.force(false);
                return 0;
            });
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
