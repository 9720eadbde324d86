package dev.jarbor.node.cri;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Finds and runs the machine's programs. */
final class Programs {
    private static final List<String> USUAL =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
    private static final List<String> PLUGIN_FOLDERS = List.of("/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni");
    private static final int LONGEST_SAID = 2000;

    private Programs() {}

    static Optional<Path> find(String name) {
        String path = System.getenv("PATH");
        Stream<String> folders =
                Stream.concat(path == null ? Stream.empty() : Stream.of(path.split(":", -1)), USUAL.stream());
        return folders.filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The folder with the CNI plugins that pods' networks need. */
    static Optional<Path> cniPlugins() {
        return PLUGIN_FOLDERS.stream()
                .map(Path::of)
                .filter(folder -> Stream.of("host-local", "ptp", "loopback")
                        .allMatch(name -> Files.isExecutable(folder.resolve(name))))
                .findFirst();
    }

    /** @throws IOException with what the program said, where it fails or takes longer than {@code limit} */
    static void run(Duration limit, String... command) throws IOException {
        Path said = Files.createTempFile("jarbor-program", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(command[0] + " took longer than " + limit.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command[0] + " failed: " + end(said));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command[0] + " ran", interrupted);
        } finally {
            Files.deleteIfExists(said);
        }
    }

    /** The end of a text file, for messages. */
    static String end(Path file) {
        try (var open = new RandomAccessFile(file.toFile(), "r")) {
            open.seek(Math.max(0, open.length() - LONGEST_SAID));
            byte[] bytes = new byte[LONGEST_SAID];
            int count = Math.max(0, open.read(bytes));
            return new String(bytes, 0, count, StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            return "(nothing to read)";
        }
    }
}
