package dev.jarbor.node.cri;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Removes the control groups of pods: runtimes make the parents that they are told of and leave them behind. Knows the
 * unified layout and the older one with a tree a controller.
 */
final class PodCgroups {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");

    private final String root;

    PodCgroups(String root) {
        this.root = root.startsWith("/") ? root.substring(1) : root;
    }

    void remove(String podUid) {
        if (root.isEmpty() || podUid.isEmpty()) {
            return;
        }
        for (Path tree : trees()) {
            for (String level : List.of("", "burstable", "besteffort")) {
                Path group = tree.resolve(root).resolve(level).resolve("pod" + podUid);
                try {
                    removeTree(group);
                } catch (IOException left) {
                    // a process has not gone yet; an empty group does no harm
                }
            }
        }
    }

    private static List<Path> trees() {
        var trees = new ArrayList<Path>(List.of(MOUNT));
        if (!Files.exists(MOUNT.resolve("cgroup.controllers"))) {
            try (Stream<Path> controllers = Files.list(MOUNT)) {
                controllers.filter(Files::isDirectory).sorted().forEach(trees::add);
            } catch (IOException none) {
                return trees;
            }
        }
        return trees;
    }

    private static void removeTree(Path group) throws IOException {
        if (!Files.isDirectory(group)) {
            return;
        }
        try (Stream<Path> below = Files.list(group)) {
            for (Path child : below.filter(Files::isDirectory).toList()) {
                removeTree(child);
            }
        }
        try {
            Files.deleteIfExists(group);
        } catch (DirectoryNotEmptyException busy) {
            // the kernel's own files do not count; a child appeared meanwhile
        }
    }
}
