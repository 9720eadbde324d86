package dev.jarbor.cli;

import dev.jarbor.cluster.DataFolder;
import dev.jarbor.cluster.Running;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jarbor down}: stops the cluster and keeps its data folder. */
@Command(
        name = "down",
        description = "Stop the cluster of a data folder. Its files stay; `jarbor up` starts it again.",
        footer = {"", "Exit codes: 0 stopped or was not running, 1 it did not stop.", "Example:", "  jarbor down"})
final class DownCommand implements Callable<Integer> {
    /** How long the containers may take to end before the process is killed. */
    private static final long PATIENCE_SECONDS = 90;

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Terminal terminal = new Terminal();

    @Override
    public Integer call() {
        return stop(data.folder(), terminal);
    }

    static int stop(DataFolder folder, Terminal terminal) {
        Optional<Running> running = folder.running().filter(Running::alive);
        if (running.isEmpty()) {
            folder.withdraw();
            terminal.say("not running: no cluster runs in " + folder.root());
            return 0;
        }
        long pid = running.get().pid();
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow(() -> new Refusal("process " + pid + " is gone"));
        if (!process.destroy()) {
            throw new Refusal("no permission to stop process " + pid + "; run as the user who started it");
        }
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException slow) {
            process.destroyForcibly();
            terminal.warn("process " + pid + " did not end within " + PATIENCE_SECONDS + " s and was killed");
            return 1;
        } catch (java.util.concurrent.ExecutionException failed) {
            throw new Refusal("cannot wait for process " + pid + ": " + failed.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 1;
        }
        folder.withdraw();
        terminal.say("stopped: the cluster in " + folder.root());
        return 0;
    }
}
