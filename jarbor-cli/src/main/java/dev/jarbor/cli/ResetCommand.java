package dev.jarbor.cli;

import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.cluster.Cluster;
import dev.jarbor.cluster.DataFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jarbor reset}: stops the cluster and deletes everything it left on this machine. */
@Command(
        name = "reset",
        description = "Stop the cluster of a data folder and delete its folder, containers, network and context.",
        footer = {
            "",
            "Exit codes: 0 nothing is left, 1 something could not be removed.",
            "Example:",
            "  jarbor reset --yes"
        })
final class ResetCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Terminal terminal = new Terminal();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Override
    public Integer call() throws IOException {
        DataFolder folder = data.folder();
        if (!folder.exists()) {
            terminal.say("nothing to reset: " + folder.root() + " holds no cluster");
            return 0;
        }
        if (!yes && !confirmed(folder)) {
            terminal.warn("not reset; answer yes, or use --yes");
            return 1;
        }
        if (DownCommand.stop(folder, terminal) != 0) {
            return 1;
        }
        Cluster.removeFromMachine(folder);
        folder.delete();
        KubeConfig.removeContext(KubeConfig.defaultFile(), "jarbor");
        terminal.say("reset: nothing of the cluster in " + folder.root() + " is left");
        return 0;
    }

    /** Where nobody can answer (no terminal, end of input), the answer is no. */
    private static boolean confirmed(DataFolder folder) throws IOException {
        System.err.print("Delete the cluster in " + folder.root() + " with everything in it? [yes/no] ");
        System.err.flush();
        String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        return answer != null && answer.strip().equalsIgnoreCase("yes");
    }
}
