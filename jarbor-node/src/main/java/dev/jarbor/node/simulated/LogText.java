package dev.jarbor.node.simulated;

import dev.jarbor.client.NodeConnection.LogOptions;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.simulated.Conversation.Line;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** The log of a simulated container, as the options of the {@code log} subresource ask for it. */
final class LogText {
    private LogText() {}

    /** How many lines there are at {@code now}. */
    static int count(List<Line> lines, ContainerRecord container, Instant now) {
        return (int) lines.stream()
                .filter(line -> !at(container, line).isAfter(end(container, now)))
                .count();
    }

    private static Instant end(ContainerRecord container, Instant now) {
        return container.running() ? now : container.finishedAt();
    }

    private static Instant at(ContainerRecord container, Line line) {
        return container.startedAt().plus(line.after());
    }

    /** The lines from {@code from} up to now. */
    static byte[] of(List<Line> lines, ContainerRecord container, LogOptions options, int from, Instant now) {
        int until = count(lines, container, now);
        Instant since = options.sinceTime().isEmpty()
                ? options.sinceSeconds() < 0 ? Instant.MIN : now.minus(Duration.ofSeconds(options.sinceSeconds()))
                : Instant.parse(options.sinceTime());
        List<Line> wanted = lines.subList(Math.min(from, until), until).stream()
                .filter(line -> !at(container, line).isBefore(since))
                .toList();
        boolean tail = from == 0 && options.tailLines() >= 0 && options.tailLines() < wanted.size();
        var text = new StringBuilder();
        for (Line line : tail ? wanted.subList((int) (wanted.size() - options.tailLines()), wanted.size()) : wanted) {
            text.append(options.timestamps() ? at(container, line) + " " : "")
                    .append(line.text())
                    .append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return options.limitBytes() < 0 || bytes.length <= options.limitBytes()
                ? bytes
                : Arrays.copyOf(bytes, (int) options.limitBytes());
    }
}
