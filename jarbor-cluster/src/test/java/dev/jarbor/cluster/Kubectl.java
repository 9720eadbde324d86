package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The unmodified kubectl against one cluster; or helm, which finds its cluster and is told of a namespace in the same way.
 *
 * @param program the binary
 * @param kubeconfig how it finds the cluster
 * @param home its home folder, for the discovery cache and for scratch files
 * @param options given with every call
 * @param environment on top of what it needs
 */
record Kubectl(Path program, Path kubeconfig, Path home, List<String> options, Map<String, String> environment) {
    private static final long PATIENCE_SECONDS = 90;

    /** How a call ended. */
    record Outcome(List<String> command, int code, String out, String err) {
        boolean succeeded() {
            return code == 0;
        }

        /** What it printed; fails the test unless it succeeded. */
        String ok() {
            assertThat(code).as("%s%n%s%s", String.join(" ", command), out, err).isZero();
            return out;
        }

        /** Its complaint; fails the test if it succeeded. */
        String refused() {
            assertThat(code).as("%s%n%s%s", String.join(" ", command), out, err).isNotZero();
            return err;
        }
    }

    Kubectl(Path program, Path kubeconfig, Path home) {
        this(program, kubeconfig, home, List.of(), Map.of());
    }

    Kubectl in(String namespace) {
        return new Kubectl(program, kubeconfig, home, List.of("--namespace", namespace), environment);
    }

    Kubectl withEnvironment(String name, String value) {
        return new Kubectl(program, kubeconfig, home, options, Map.of(name, value));
    }

    Outcome run(String... arguments) {
        return with("", arguments);
    }

    /** Runs it with {@code input} on standard input. */
    Outcome with(String input, String... arguments) {
        try {
            Path scratch = Files.createTempDirectory(home, "kubectl");
            Path in = Files.writeString(scratch.resolve("in"), input);
            Path out = scratch.resolve("out");
            Path err = scratch.resolve("err");
            ProcessBuilder builder = builder(arguments)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            Process process = builder.start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        builder.command() + " did not end: " + Files.readString(out) + Files.readString(err));
            }
            return new Outcome(builder.command(), process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Starts it and leaves it running; both outputs are in the process's standard output. */
    Process start(String... arguments) {
        try {
            return builder(arguments).redirectErrorStream(true).start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Reads lines up to the one that contains {@code text}, and returns that one. */
    static String lineWith(BufferedReader lines, String text) {
        var seen = new ArrayList<String>();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains(text)) {
                    return line;
                }
                seen.add(line);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        throw new AssertionError("no line with \"" + text + "\" in " + seen);
    }

    private ProcessBuilder builder(String... arguments) {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(options);
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("KUBECACHEDIR", home.resolve("cache").toString());
        builder.environment().putAll(environment);
        return builder;
    }
}
