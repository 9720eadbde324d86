package dev.jarbor.server.table;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The columns of each kind of table, from the table of facts beside this class. */
final class Columns {
    private static final Map<String, List<ObjectValue>> BY_TABLE = read();

    private Columns() {}

    /** The column definitions of {@code table}. */
    static ListValue of(String table) {
        List<ObjectValue> columns = BY_TABLE.get(table);
        if (columns == null) {
            throw new IllegalStateException("there are no columns for " + table);
        }
        return ListValue.of(columns);
    }

    private static Map<String, List<ObjectValue>> read() {
        var tables = new TreeMap<String, List<ObjectValue>>();
        try (InputStream source = Columns.class.getResourceAsStream("columns.tsv")) {
            if (source == null) {
                throw new IllegalStateException("columns.tsv is missing from the program");
            }
            new String(source.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .forEach(line -> {
                        String[] cells = line.split("\t", -1);
                        tables.computeIfAbsent(cells[0], absent -> new ArrayList<>())
                                .add(column(cells));
                    });
            return tables;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static ObjectValue column(String[] cells) {
        return ObjectValue.builder()
                .put("name", cells[1])
                .put("type", cells[2])
                .put("format", cells[3])
                .put("description", cells[1])
                .put("priority", Long.parseLong(cells[4]))
                .build();
    }
}
