package dev.jarbor.node.cri;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Bounds the logs of a container: files of at most about 10 MiB, at most five of them, as the reference's defaults. */
final class LogFiles {
    static final long LONGEST = 10 << 20;
    private static final int MOST = 5;
    private static final DateTimeFormatter SUFFIX =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private LogFiles() {}

    /** Moves a long log away; true when the runtime has to open a new one. */
    static boolean rotateIfLong(String path, Instant now) throws IOException {
        Path log = Path.of(path);
        if (path.isEmpty() || !Files.isRegularFile(log) || Files.size(log) < LONGEST) {
            return false;
        }
        Files.move(log, log.resolveSibling(log.getFileName() + "." + SUFFIX.format(now)));
        List<Path> rotated = rotated(log);
        for (Path old : rotated.subList(0, Math.max(0, rotated.size() - (MOST - 1)))) {
            Files.deleteIfExists(old);
        }
        return true;
    }

    /** Deletes a log and what was rotated away from it. */
    static void delete(String path) {
        if (path.isEmpty()) {
            return;
        }
        Path log = Path.of(path);
        try {
            for (Path old : rotated(log)) {
                Files.deleteIfExists(old);
            }
            Files.deleteIfExists(log);
        } catch (IOException left) {
            // it goes with the pod's folder
        }
    }

    private static List<Path> rotated(Path log) throws IOException {
        Path folder = log.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return new ArrayList<>(
                    all.filter(one -> String.valueOf(one.getFileName()).startsWith(log.getFileName() + "."))
                            .sorted()
                            .toList());
        }
    }
}
