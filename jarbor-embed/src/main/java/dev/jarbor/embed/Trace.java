package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened in a cluster, in order: every write of an object, and every fault.
 *
 * @param seed what chance followed from
 * @param hash of everything that happened, including what is no longer among the entries: equal for equal runs in every JVM
 * @param forgotten how many entries at the beginning are no longer kept
 */
public record Trace(long seed, long hash, long forgotten, List<Entry> entries) {
    private static final String FORMAT = "jarbor-trace/1";

    public Trace {
        entries = List.copyOf(entries);
    }

    /**
     * One thing that happened.
     *
     * @param what {@code created}, {@code updated}, {@code deleted}, or {@code fault}
     * @param resource such as {@code pods} or {@code deployments.apps}; "" for faults
     * @param note what is worth knowing of it in a few words
     */
    public record Entry(Instant time, long revision, String what, String resource, ObjectKey key, String note) {
        /** Such as {@code 10:00:00.200 updated pods default/web-x: Running, ready}. */
        public String text() {
            String object = resource.isEmpty() ? "" : " " + resource + " " + key;
            return time + " " + what + object + (note.isEmpty() ? "" : ": " + note);
        }

        ObjectValue value() {
            return ObjectValue.builder()
                    .put("time", time.toString())
                    .put("revision", revision)
                    .put("what", what)
                    .put("resource", resource)
                    .put("namespace", key.namespace())
                    .put("name", key.name())
                    .put("note", note)
                    .build();
        }

        static Entry of(ObjectValue value) {
            return new Entry(
                    Instant.parse(value.string("time")),
                    value.integer("revision"),
                    value.string("what"),
                    value.string("resource"),
                    new ObjectKey(value.string("namespace"), value.string("name")),
                    value.string("note"));
        }
    }

    /** The entries as lines of text. */
    public String timeline() {
        var text = new StringBuilder("seed " + seed + ", hash " + Long.toHexString(hash) + "\n");
        if (forgotten > 0) {
            text.append("(").append(forgotten).append(" entries before are no longer kept)\n");
        }
        entries.forEach(entry -> text.append(entry.text()).append('\n'));
        return text.toString();
    }

    /** Writes it to a file, one JSON object a line, for {@code jarbor replay}. */
    public void save(Path file) throws IOException {
        var text = new StringBuilder();
        ObjectValue head = ObjectValue.builder()
                .put("format", FORMAT)
                .put("seed", Long.toString(seed))
                .put("hash", Long.toHexString(hash))
                .put("forgotten", forgotten)
                .build();
        text.append(Json.text(head)).append('\n');
        entries.forEach(entry -> text.append(Json.text(entry.value())).append('\n'));
        Files.writeString(file, text);
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws IOException where it cannot be read, or is no trace
     */
    public static Trace load(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        try {
            ObjectValue head = lines.isEmpty() ? ObjectValue.EMPTY : Json.object(lines.getFirst());
            if (!head.string("format").equals(FORMAT)) {
                throw new IOException(file + " is no trace of Jarbor: its first line does not say " + FORMAT);
            }
            var entries = new ArrayList<Entry>();
            for (String line : lines.subList(1, lines.size())) {
                entries.add(Entry.of(Json.object(line)));
            }
            return new Trace(
                    Long.parseLong(head.string("seed")),
                    Long.parseUnsignedLong(head.string("hash"), 16),
                    head.integer("forgotten"),
                    entries);
        } catch (RuntimeException malformed) {
            throw new IOException(file + " is no whole trace: " + malformed.getMessage(), malformed);
        }
    }
}
