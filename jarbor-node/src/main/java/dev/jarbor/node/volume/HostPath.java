package dev.jarbor.node.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Checks and makes paths of the host as a {@code hostPath} volume's type asks (Kubernetes: Volumes, hostPath). */
final class HostPath {
    private HostPath() {}

    static void prepare(Path path, String type) throws IOException {
        switch (type) {
            case "" -> {}
            case "DirectoryOrCreate" -> Files.createDirectories(path);
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createFile(path);
                }
                require(Files.isRegularFile(path), path, "file");
            }
            case "Directory" -> require(Files.isDirectory(path), path, "directory");
            case "File" -> require(Files.isRegularFile(path), path, "file");
            case "Socket" -> require(isMode(path, 0140000), path, "socket file");
            case "CharDevice" -> require(isMode(path, 0020000), path, "character device");
            case "BlockDevice" -> require(isMode(path, 0060000), path, "block device");
            default -> throw new IOException("hostPath type check failed: unknown type " + type);
        }
    }

    private static boolean isMode(Path path, int kind) throws IOException {
        if (!Files.exists(path)
                || !Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
            return false;
        }
        return ((int) Files.getAttribute(path, "unix:mode") & 0170000) == kind;
    }

    private static void require(boolean holds, Path path, String what) throws IOException {
        if (!holds) {
            throw new IOException("hostPath type check failed: " + path + " is not a " + what);
        }
    }
}
