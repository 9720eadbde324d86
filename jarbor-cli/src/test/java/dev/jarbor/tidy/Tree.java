package dev.jarbor.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files of the project as they lie in the tree, without what a build or an editor makes. */
final class Tree {
    private static final Set<String> NOT_OURS =
            Set.of("target", ".git", ".idea", ".vscode", ".settings", "__pycache__");

    private Tree() {}

    /**
     * One file.
     *
     * @param path relative to the root, with slashes
     * @param lines empty where the file is no text
     */
    record Source(String path, List<String> lines) {
        boolean isJava() {
            return path.endsWith(".java") && !path.endsWith("package-info.java");
        }

        /** In what the product is made of, as opposed to its tests. */
        boolean isMain() {
            return path.startsWith("jarbor-") && path.contains("/src/main/");
        }

        boolean isIn(String... modules) {
            return Stream.of(modules).anyMatch(module -> path.startsWith("jarbor-" + module + "/"));
        }

        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        String text() {
            return String.join("\n", lines);
        }
    }

    static List<Source> sources() {
        Path root = root();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> ours(root.relativize(file)) && Files.isRegularFile(file))
                    .sorted()
                    .map(file -> new Source(root.relativize(file).toString(), lines(file)))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return folder;
            }
        }
        throw new IllegalStateException("run the tests in a clone of the project");
    }

    private static boolean ours(Path path) {
        for (Path part : path) {
            if (NOT_OURS.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (MalformedInputException binary) {
            return List.of();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
