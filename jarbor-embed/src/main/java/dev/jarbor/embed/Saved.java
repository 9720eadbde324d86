package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Snapshot;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The objects of a cluster at one moment, and a file of them: gzip, one JSON object a line.
 *
 * @param time what the cluster's clock said
 */
record Saved(Instant time, Snapshot snapshot) {
    private static final String FORMAT = "jarbor-cluster/1";

    void write(Path file) throws IOException {
        try (var lines = new BufferedWriter(
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8))) {
            line(
                    lines,
                    ObjectValue.builder()
                            .put("format", FORMAT)
                            .put("time", time.toString())
                            .put("revision", snapshot.revision())
                            .build());
            for (String resource : snapshot.resourceNames()) {
                for (Map.Entry<ObjectKey, ObjectValue> entry :
                        snapshot.all(resource).entrySet()) {
                    line(
                            lines,
                            ObjectValue.builder()
                                    .put("resource", resource)
                                    .put("namespace", entry.getKey().namespace())
                                    .put("name", entry.getKey().name())
                                    .put("object", entry.getValue())
                                    .build());
                }
            }
        }
    }

    private static void line(BufferedWriter lines, ObjectValue value) throws IOException {
        lines.write(Json.text(value));
        lines.newLine();
    }

    static Saved read(Path file) throws IOException {
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            String first = lines.readLine();
            ObjectValue head = first == null ? ObjectValue.EMPTY : Json.object(first);
            if (!head.string("format").equals(FORMAT)) {
                throw new IOException(file + " is no saved cluster: its first line does not say " + FORMAT);
            }
            var objects = new TreeMap<String, TreeMap<ObjectKey, ObjectValue>>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ObjectValue entry = Json.object(line);
                objects.computeIfAbsent(entry.string("resource"), absent -> new TreeMap<>())
                        .put(new ObjectKey(entry.string("namespace"), entry.string("name")), entry.object("object"));
            }
            return new Saved(Instant.parse(head.string("time")), Snapshot.of(head.integer("revision"), objects));
        } catch (DecodeException malformed) {
            throw new IOException(file + " is no whole saved cluster: " + malformed.getMessage(), malformed);
        }
    }
}
