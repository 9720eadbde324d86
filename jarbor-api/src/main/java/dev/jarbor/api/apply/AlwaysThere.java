package dev.jarbor.api.apply;

import dev.jarbor.api.schema.TypeSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The optional fields that objects of the reference always have, since a Go struct holds them by value. Nobody comes to own
 * such a field by filling it, only what is in it. Required fields are always there too and not listed.
 */
final class AlwaysThere {
    private static final Set<String> OF_KINDS = Set.of("metadata", "spec", "status");

    private final Set<String> fields;

    private AlwaysThere(Set<String> fields) {
        this.fields = fields;
    }

    static AlwaysThere load() {
        var fields = new HashSet<String>();
        try (InputStream table = AlwaysThere.class.getResourceAsStream("always-there.tsv")) {
            if (table == null) {
                throw new IllegalStateException("always-there.tsv is not beside its class");
            }
            String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
            text.lines().skip(1).forEach(line -> {
                String[] columns = line.split("\t", -1);
                for (String field : columns[1].split(",", -1)) {
                    fields.add(columns[0] + "." + field);
                }
            });
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return new AlwaysThere(fields);
    }

    boolean has(TypeSchema type, String field) {
        return (type.kind().isPresent() && OF_KINDS.contains(field))
                || fields.contains(type.simpleName() + "." + field);
    }
}
