package dev.jarbor.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The folder a cluster keeps its files in: certificates, the node's containers and volumes, and who runs it now.
 *
 * <pre>
 * format           version of this layout
 * lock             held by the process that runs the cluster
 * running.json     process id, address and nodes of that process
 * kubeconfig       administrator access
 * jarbor.log       what a detached cluster prints
 * pki/             certificate authority and service account keys
 * store/           the cluster's objects (jarbor-disk)
 * node/            containerd's state, pod volumes and logs, local volumes
 * </pre>
 */
public final class DataFolder {
    /** Version of the layout above. */
    public static final String FORMAT = "1";

    private final Path root;

    public DataFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    public Path root() {
        return root;
    }

    public Path kubeconfig() {
        return root.resolve("kubeconfig");
    }

    public Path log() {
        return root.resolve("jarbor.log");
    }

    public Path pki() {
        return root.resolve("pki");
    }

    /** The files of the durable store. */
    public Path store() {
        return root.resolve("store");
    }

    public Path node() {
        return root.resolve("node");
    }

    /** Whether a cluster was ever started here. */
    public boolean exists() {
        return Files.exists(format());
    }

    /**
     * Makes the folder, or checks that it is one of ours.
     *
     * @throws CannotStart when it cannot be written, holds other files, or has another format
     */
    public void prepare() {
        try {
            if (!exists()) {
                refuseForeignFiles();
                Files.createDirectories(
                        root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                writeAtomically(format(), FORMAT + "\n");
            }
            String found = Files.readString(format()).strip();
            if (!found.equals(FORMAT)) {
                throw new CannotStart("data folder " + root + " has format " + found + ", this Jarbor reads format "
                        + FORMAT + "; use the Jarbor that wrote it, or another --data");
            }
        } catch (AccessDeniedException denied) {
            throw new CannotStart(
                    "no permission to write " + denied.getFile() + "; use --data with a folder of yours", denied);
        } catch (FileAlreadyExistsException file) {
            throw new CannotStart(root + " is a file; use --data with a folder", file);
        } catch (IOException failure) {
            throw new CannotStart("cannot use data folder " + root + ": " + failure.getMessage(), failure);
        }
    }

    private void refuseForeignFiles() throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (var entries = Files.list(root)) {
            Optional<Path> first = entries.sorted().findFirst();
            if (first.isPresent()) {
                throw new CannotStart("data folder " + root + " is not empty and not a Jarbor folder (it holds "
                        + first.get().getFileName() + "); use an empty --data");
            }
        }
    }

    /** Takes the folder for this process; empty while another process holds it. */
    public Optional<AutoCloseable> lock() {
        try {
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock held = channel.tryLock();
                if (held != null) {
                    return Optional.of(channel);
                }
            } catch (OverlappingFileLockException sameProcess) {
                // another cluster of this process holds it: as taken as by another process
            }
            channel.close();
            return Optional.empty();
        } catch (IOException failure) {
            throw new CannotStart("cannot lock data folder " + root + ": " + failure.getMessage(), failure);
        }
    }

    /** What the running process wrote about itself; empty when none runs (or it died without saying so). */
    public Optional<Running> running() {
        try {
            return Optional.of(Running.parse(Files.readString(root.resolve("running.json"))));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    public void announce(Running running) {
        try {
            writeAtomically(root.resolve("running.json"), running.print());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public void withdraw() {
        try {
            Files.deleteIfExists(root.resolve("running.json"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Replaces {@code file} so that a reader sees the old or the new text, never a part; readable by its owner only. */
    public static void writeAtomically(Path file, String text) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(draft, text.getBytes(StandardCharsets.UTF_8));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes the folder with everything in it; symbolic links are removed, not followed. */
    public void delete() throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path folder, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Path format() {
        return root.resolve("format");
    }
}
