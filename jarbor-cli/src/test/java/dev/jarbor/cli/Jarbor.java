package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The {@code jarbor} command with a data folder and a kubeconfig of its own: in this JVM, which is quick, or as a process.
 *
 * @param home holds both
 * @param command what stands before the arguments; empty for this JVM
 */
record Jarbor(Path home, List<String> command) {
    private static final long PATIENCE_SECONDS = 60;

    /** How a call ended. */
    record Outcome(List<String> arguments, int code, String out, String err) {
        Outcome ok() {
            assertThat(code).as("%s%n%s%s", arguments, out, err).isZero();
            return this;
        }

        /** Its complaint, one line; fails the test unless it exits with 1. */
        String refused() {
            assertThat(code).as("%s%n%s%s", arguments, out, err).isEqualTo(1);
            List<String> complaints =
                    err.lines().filter(line -> line.startsWith("jarbor: ")).toList();
            assertThat(complaints).as(err).hasSize(1);
            assertThat(err).doesNotContain("unexpected failure", "\tat ");
            return complaints.getFirst();
        }
    }

    static Jarbor here(Path home) {
        return new Jarbor(home, List.of());
    }

    static Jarbor process(Path home) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new Jarbor(
                home,
                List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()));
    }

    /**
     * Run by somebody who is not root, also where the tests are run by root: in a user namespace of its own root is nobody,
     * without privileges, but still the owner of the class path and of the test's folder, which others could not read.
     */
    static Jarbor ofOrdinaryUser(Path home) throws IOException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        var command = new ArrayList<String>(root ? List.of("unshare", "--user", "--") : List.of());
        command.addAll(process(home).command);
        return new Jarbor(home, command);
    }

    Path data() {
        return home.resolve("data");
    }

    Path kubeconfig() {
        return home.resolve("kubeconfig");
    }

    /** {@code up} in the background on any port, with one simulated node unless {@code arguments} say otherwise. */
    Outcome up(String... arguments) {
        var all = new ArrayList<String>(
                List.of("up", "--detach", "--kubeconfig", kubeconfig().toString()));
        all.addAll(Arrays.asList(arguments));
        addDefault(all, "--port", "0");
        addDefault(all, "--nodes", "sim=1");
        return run(all.toArray(String[]::new));
    }

    Outcome down() {
        return run("down");
    }

    Outcome run(String... arguments) {
        var all = new ArrayList<>(Arrays.asList(arguments));
        addDefault(all, "--data", data().toString());
        return call(all);
    }

    /** A command that has nothing to do with a data folder. */
    Outcome runApart(String... arguments) {
        return call(Arrays.asList(arguments));
    }

    private Outcome call(List<String> all) {
        try {
            return command.isEmpty() ? runHere(all) : runProcess(all);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static void addDefault(List<String> arguments, String option, String value) {
        if (!arguments.contains(option)) {
            arguments.addAll(List.of(option, value));
        }
    }

    private static Outcome runHere(List<String> arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        var said = new ByteArrayOutputStream();
        var complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int code = Main.run(arguments.toArray(String[]::new));
            return new Outcome(
                    arguments,
                    code,
                    said.toString(StandardCharsets.UTF_8),
                    complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private Outcome runProcess(List<String> arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(home, "out", "");
        Path err = Files.createTempFile(home, "err", "");
        var whole = new ArrayList<>(command);
        whole.addAll(arguments);
        var builder = new ProcessBuilder(whole)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig().toString());
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(arguments + " did not end: " + Files.readString(err));
        }
        return new Outcome(arguments, process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
