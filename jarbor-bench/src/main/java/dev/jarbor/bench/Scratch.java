package dev.jarbor.bench;

import dev.jarbor.cluster.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder for a benchmark's clusters, gone when it is over. */
final class Scratch implements AutoCloseable {
    private final Path root;
    private int folders;

    private Scratch(Path root) {
        this.root = root;
    }

    static Scratch create() throws IOException {
        return new Scratch(Files.createTempDirectory("jarbor-bench"));
    }

    /** A new empty folder. */
    Path folder() throws IOException {
        folders++;
        return Files.createDirectory(root.resolve(Integer.toString(folders)));
    }

    @Override
    public void close() throws IOException {
        new DataFolder(root).delete();
    }
}
