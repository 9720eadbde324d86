package dev.jarbor.server.table;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
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
import java.util.concurrent.ConcurrentHashMap;

/**
 * The columns of each kind of table, from the table of facts beside this class. The description of a column is in it word for
 * word, or, behind an {@code @}, the field of the published model whose words it has.
 */
final class Columns {
    private static final Map<String, List<String[]>> BY_TABLE = read();
    private static final Map<String, ListValue> DEFINITIONS = new ConcurrentHashMap<>();
    private static final String METADATA = "@io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta/";

    private Columns() {}

    /** The column definitions of {@code table}. */
    static ListValue of(String table) {
        return DEFINITIONS.computeIfAbsent(table, Columns::definitions);
    }

    private static ListValue definitions(String table) {
        List<String[]> columns = BY_TABLE.get(table);
        if (columns == null) {
            throw new IllegalStateException("there are no columns for " + table);
        }
        return ListValue.of(columns.stream().map(Columns::column).toList());
    }

    /** What a field of every object's metadata is for. */
    static String metadata(String field) {
        return description(METADATA + field);
    }

    private static Map<String, List<String[]>> read() {
        var tables = new TreeMap<String, List<String[]>>();
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
                                .add(cells);
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
                .put("description", description(cells[5]))
                .put("priority", Long.parseLong(cells[4]))
                .build();
    }

    private static String description(String text) {
        if (!text.startsWith("@")) {
            return text;
        }
        int slash = text.lastIndexOf('/');
        String type = text.substring(1, slash);
        String field = text.substring(slash + 1);
        TypeSchema schema =
                Schemas.builtIn().type(type).orElseThrow(() -> new IllegalStateException("there is no type " + type));
        String words = schema.description(field);
        return words.isEmpty() ? ofType(schema, field) : words;
    }

    /** The published model has no words on a field beside those on its type, where that is a type of its own. */
    private static String ofType(TypeSchema owner, String field) {
        return owner.field(field)
                .map(FieldSchema::type)
                .filter(FieldType.Ref.class::isInstance)
                .flatMap(type -> Schemas.builtIn().type(((FieldType.Ref) type).type()))
                .map(TypeSchema::description)
                .orElse("");
    }
}
