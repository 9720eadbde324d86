package dev.jarbor.cli;

import dev.jarbor.cluster.DataFolder;
import dev.jarbor.cluster.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts a cluster in a process of its own that outlives the terminal, and waits until it is ready. */
final class Background {
    private static final long PATIENCE_MILLIS = 120_000;
    private static final long LOOK_MILLIS = 20;

    private Background() {}

    /**
     * @param arguments what the child's {@code up} gets
     * @return what the child says of itself once its API is ready
     * @throws Refusal with the child's own words when it ends instead
     */
    static Running start(DataFolder folder, List<String> arguments) {
        try {
            Process child = new ProcessBuilder(command(arguments))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.to(folder.log().toFile()))
                    .redirectErrorStream(true)
                    .start();
            for (long waited = 0; waited < PATIENCE_MILLIS; waited += LOOK_MILLIS) {
                var running = folder.running().filter(found -> found.alive() && found.pid() == child.pid());
                if (running.isPresent()) {
                    return running.get();
                }
                if (child.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new Refusal(lastWords(folder.log()));
                }
            }
            child.destroy();
            throw new Refusal("the cluster was not ready within " + PATIENCE_MILLIS / 1000 + " s; see " + folder.log());
        } catch (IOException failure) {
            throw new Refusal("cannot start a background process: " + failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Refusal("interrupted", interrupted);
        }
    }

    /** What the child said about its choice of nodes, and why. */
    static List<String> choices(DataFolder folder) throws IOException {
        return Files.readAllLines(folder.log()).stream()
                .filter(line -> line.startsWith("nodes: "))
                .toList();
    }

    /** In a session of its own where the system can, so that ^C in the terminal does not reach it. */
    private static List<String> command(List<String> arguments) {
        var command = new ArrayList<String>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        String launcher = System.getProperty("jarbor.launcher", "");
        if (launcher.isEmpty()) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        } else {
            command.add(launcher);
        }
        command.addAll(arguments);
        return command;
    }

    private static String lastWords(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("jarbor: "))
                .reduce((earlier, later) -> later)
                .map(line -> line.substring("jarbor: ".length()))
                .orElse("the cluster ended while starting; see " + log);
    }
}
