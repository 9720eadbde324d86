package dev.jarbor.node.volume;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Folders in memory: {@code emptyDir} with medium Memory is a tmpfs of its own. Needs root. */
final class MemoryFolders {
    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final int SECONDS = 10;

    private MemoryFolders() {}

    /** @param bytes the most it may hold; 0 for the system's own limit */
    static void mount(Path folder, long bytes) throws IOException {
        if (isMounted(folder)) {
            return;
        }
        String options = bytes > 0 ? "mode=0777,size=" + bytes : "mode=0777";
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString());
    }

    /** Unmounts every folder in memory below {@code root}. */
    static void unmountBelow(Path root) throws IOException {
        if (!Files.isReadable(MOUNTS)) {
            return;
        }
        String prefix = root.toAbsolutePath() + "/";
        for (String line : Files.readAllLines(MOUNTS, StandardCharsets.UTF_8)) {
            List<String> words = List.of(line.split(" ", -1));
            if (words.size() > 2 && words.get(2).equals("tmpfs") && words.get(1).startsWith(prefix)) {
                run("umount", words.get(1));
            }
        }
    }

    private static boolean isMounted(Path folder) throws IOException {
        String point = " " + folder.toAbsolutePath() + " ";
        return Files.isReadable(MOUNTS)
                && Files.readAllLines(MOUNTS, StandardCharsets.UTF_8).stream().anyMatch(line -> line.contains(point));
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " took longer than " + SECONDS + " s");
            }
            String said = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during " + command[0], e);
        }
    }
}
