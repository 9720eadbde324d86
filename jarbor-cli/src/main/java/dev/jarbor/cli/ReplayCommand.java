package dev.jarbor.cli;

import dev.jarbor.embed.Trace;
import dev.jarbor.embed.Trace.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jarbor replay}: what happened in a simulated cluster, as a timeline. */
@Command(
        name = "replay",
        description = "Show what happened in a simulated cluster, from the trace that it saved, as a timeline.",
        footer = {
            "",
            "A test saves a trace with cluster.trace().save(file).",
            "Exit codes: 0 shown, 1 the file is no trace.",
            "Examples:",
            "  jarbor replay target/web.trace",
            "  jarbor replay --of pods --named web target/web.trace"
        })
final class ReplayCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TRACE", description = "The file.")
    private Path file = Path.of("");

    @Option(
            names = "--of",
            paramLabel = "RESOURCE",
            description = "Only this resource, such as pods; faults are shown, too.")
    private Optional<String> resource = Optional.empty();

    @Option(names = "--named", paramLabel = "TEXT", description = "Only objects whose namespace and name contain this.")
    private Optional<String> name = Optional.empty();

    @Mixin
    private Terminal terminal = new Terminal();

    @Override
    public Integer call() {
        Trace trace;
        try {
            trace = Trace.load(file);
        } catch (IOException unreadable) {
            throw new Refusal("cannot replay " + file + ": " + unreadable.getMessage(), unreadable);
        }
        terminal.say("seed " + trace.seed() + ", hash " + Long.toHexString(trace.hash()) + ", "
                + trace.entries().size() + " entries"
                + (trace.forgotten() > 0 ? ", " + trace.forgotten() + " before them forgotten" : ""));
        Instant before = Instant.MIN;
        for (Entry entry : trace.entries()) {
            if (isWanted(entry)) {
                if (!entry.time().equals(before)) {
                    terminal.say(entry.time().toString());
                    before = entry.time();
                }
                terminal.say("  " + text(entry));
            }
        }
        return 0;
    }

    private boolean isWanted(Entry entry) {
        boolean fault = entry.what().equals("fault");
        return fault
                || (resource.filter(wanted -> !entry.resource().equals(wanted)).isEmpty()
                        && name.filter(wanted -> !entry.key().toString().contains(wanted))
                                .isEmpty());
    }

    private static String text(Entry entry) {
        String note = entry.note().isEmpty() ? "" : "  " + entry.note();
        return entry.what().equals("fault")
                ? "!" + note
                : String.format("%-8s %s %s", entry.what(), entry.resource(), entry.key()) + note;
    }
}
