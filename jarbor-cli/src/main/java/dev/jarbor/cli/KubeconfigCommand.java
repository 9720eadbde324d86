package dev.jarbor.cli;

import dev.jarbor.cluster.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jarbor kubeconfig}: prints administrator access to the cluster. */
@Command(
        name = "kubeconfig",
        description = "Print a kubeconfig with administrator access to the cluster.",
        footer = {
            "",
            "Exit codes: 0 printed, 1 there is no cluster.",
            "Example:",
            "  jarbor kubeconfig > /tmp/admin.yaml"
        })
final class KubeconfigCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Terminal terminal = new Terminal();

    @Override
    public Integer call() throws IOException {
        DataFolder folder = data.folder();
        if (!Files.isReadable(folder.kubeconfig())) {
            throw new Refusal("no cluster in " + folder.root() + "; `jarbor up` starts one");
        }
        terminal.say(Files.readString(folder.kubeconfig()).stripTrailing());
        return 0;
    }
}
