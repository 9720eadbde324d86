package dev.jarbor.cli;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cluster.Running;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jarbor status}: whether a cluster runs, and where. */
@Command(
        name = "status",
        description = "Say whether the cluster of a data folder runs, and where its API answers.",
        footer = {"", "Exit codes: 0 running, 1 not running.", "Example:", "  jarbor status -o json"})
final class StatusCommand implements Callable<Integer> {
    /** How {@code status} prints. */
    enum Format {
        text,
        json
    }

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Terminal terminal = new Terminal();

    @Option(
            names = {"-o", "--output"},
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.text;

    @Override
    public Integer call() {
        Optional<Running> running = data.folder().running().filter(Running::alive);
        switch (format) {
            case text ->
                terminal.say(running.map(StatusCommand::sentence)
                        .orElse("not running: no cluster runs in "
                                + data.folder().root()));
            case json -> terminal.say(Json.text(report(running)));
        }
        return running.isPresent() ? 0 : 1;
    }

    private static String sentence(Running running) {
        return "running: " + running.url() + " with " + running.nodes() + ", process " + running.pid() + ", since "
                + running.started();
    }

    private ObjectValue report(Optional<Running> running) {
        var report = ObjectValue.builder()
                .put("running", running.isPresent())
                .put("data", data.folder().root().toString());
        running.ifPresent(found -> report.put("url", found.url())
                .put("pid", found.pid())
                .put("nodes", found.nodes())
                .put("started", found.started()));
        return report.build();
    }
}
