package dev.jarbor.network.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of this machine with its first arguments. Runs to its end, within a time limit; what it says is cut at 64 KiB.
 *
 * @param words the program, found on the path or in the folders of system programs, and what always follows it
 */
public record HostCommand(List<String> words) {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MOST_OUTPUT = 64 * 1024;
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin");

    public HostCommand {
        words = List.copyOf(words);
    }

    public static HostCommand of(String... words) {
        return new HostCommand(List.of(words));
    }

    /** This command with more arguments. */
    public HostCommand with(String... more) {
        return new HostCommand(Stream.concat(words.stream(), Stream.of(more)).toList());
    }

    /** Whether the program is installed. */
    public boolean exists() {
        return !located().equals(words.getFirst()) || words.getFirst().startsWith("/");
    }

    /** Runs it with nothing to read. */
    public Result run() {
        return run("");
    }

    /**
     * Runs it with {@code input} to read, and waits for its end.
     *
     * @throws HostException when it is not installed or takes longer than the limit
     */
    public Result run(String input) {
        var command = new ArrayList<>(words);
        command.set(0, located());
        try {
            // Into a file: a pipe could fill up, and reading it has no time limit.
            Path output = Files.createTempFile("jarbor-", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                return new Result(finish(process, input), read(output));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException notStarted) {
            throw new HostException("cannot run " + words.getFirst() + ": " + notStarted.getMessage(), notStarted);
        }
    }

    private int finish(Process process, String input) {
        try {
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException endedEarly) {
                // its exit status and words say why
            }
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new HostException(this + " took longer than " + LIMIT.toSeconds() + " s");
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted during " + this, interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path output) throws IOException {
        try (InputStream said = Files.newInputStream(output)) {
            return new String(said.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8).strip();
        }
    }

    /** A user's path often lacks the folders of system programs. */
    private String located() {
        String program = words.getFirst();
        if (program.contains("/")) {
            return program;
        }
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":", -1)), SYSTEM_FOLDERS.stream())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElse(program);
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }

    /**
     * How it ended.
     *
     * @param status the exit status, 0 for success
     * @param output what it said
     */
    public record Result(int status, String output) {
        public boolean succeeded() {
            return status == 0;
        }
    }
}
