package dev.jarbor.api.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A folder of generated files that touches only what changed, so that an unchanged model recompiles nothing. */
final class OutputFolder {
    private final Path root;
    private final Set<Path> written = new HashSet<>();

    OutputFolder(Path root) {
        this.root = root;
    }

    void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        written.add(file);
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, text);
    }

    /** Deletes what an earlier run wrote and this one did not. */
    void removeStaleFiles() throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> present;
        try (var files = Files.walk(root)) {
            present = files.filter(Files::isRegularFile).toList();
        }
        for (Path file : present) {
            if (!written.contains(file)) {
                Files.delete(file);
            }
        }
    }
}
