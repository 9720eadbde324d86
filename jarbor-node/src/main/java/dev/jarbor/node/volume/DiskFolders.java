package dev.jarbor.node.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders of local volumes below one folder of this machine. */
final class DiskFolders implements VolumeFolders {
    private final Path root;

    DiskFolders(Path root) {
        this.root = root.toAbsolutePath();
    }

    @Override
    public String path(String name) {
        return folder(name).toString();
    }

    /** A name that leads elsewhere is none: what is removed must never be somebody else's. */
    private Path folder(String name) {
        Path folder = root.resolve(name).normalize();
        if (name.isEmpty() || !root.equals(folder.getParent())) {
            throw new IllegalArgumentException("not the name of a volume's folder: " + name);
        }
        return folder;
    }

    @Override
    public void make(String name) throws IOException {
        Path folder = folder(name);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, AtomicFolder.permissions(0777));
        }
    }

    @Override
    public boolean has(String name) {
        return Files.isDirectory(folder(name));
    }

    @Override
    public void remove(String name) throws IOException {
        try {
            AtomicFolder.delete(folder(name));
        } catch (UncheckedIOException failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }
}
