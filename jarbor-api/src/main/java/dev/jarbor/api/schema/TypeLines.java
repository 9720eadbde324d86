package dev.jarbor.api.schema;

import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.Value;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/** Reads one section of the generated file of types; the generator's {@code SchemaFiles} says what the columns are. */
final class TypeLines {
    private TypeLines() {}

    static TypeSchema read(List<String[]> lines, Documentation documentation) {
        String[] opening = lines.get(0);
        var type = TypeSchema.builder(opening[0].substring(1)).documentation(documentation);
        if (!column(opening, 2).isEmpty()) {
            type.kind(GroupVersionKind.of(opening[1], opening[2]));
        }
        type.mapType(mapType(column(opening, 3)));
        for (String[] line : lines.subList(1, lines.size())) {
            if (line[0].startsWith("+")) {
                type.inlined(new Inlined(line[0].substring(1), Integer.parseInt(line[2]), line[1].substring(1)));
            } else if (line[0].equals("=")) {
                type.union(union(line));
            } else {
                type.field(field(line));
            }
        }
        return type.build();
    }

    private static Union union(String[] line) {
        var values = new TreeMap<String, String>();
        for (String pair : words(line[2])) {
            int equals = pair.indexOf('=');
            values.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return new Union(line[1], values);
    }

    private static FieldSchema field(String[] line) {
        String number = column(line, 3);
        return new FieldSchema(
                line[0],
                type(line[1]),
                column(line, 2).contains("r"),
                number.isEmpty() ? 0 : Integer.parseInt(number),
                column(line, 2).contains("w"),
                listType(column(line, 4)),
                words(column(line, 5)),
                strategies(column(line, 6)),
                column(line, 7),
                mapType(column(line, 8)),
                zero(column(line, 2)),
                scalar(column(line, 9)));
    }

    private static String column(String[] line, int index) {
        return index < line.length ? line[index] : "";
    }

    static List<String> words(String column) {
        return column.isEmpty() ? List.of() : List.of(Columns.split(column, ','));
    }

    private static FieldType type(String text) {
        if (text.startsWith("[]")) {
            return new FieldType.ListOf(type(text.substring(2)));
        }
        if (text.startsWith("{}")) {
            return new FieldType.MapOf(type(text.substring(2)));
        }
        return text.startsWith("#")
                ? new FieldType.Ref(text.substring(1))
                : Scalar.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static ZeroValue zero(String flags) {
        if (flags.contains("z")) {
            return ZeroValue.OMITTED;
        }
        return flags.contains("a") ? ZeroValue.WRITTEN : ZeroValue.KEPT;
    }

    private static ListType listType(String text) {
        return text.isEmpty() ? ListType.UNDECLARED : ListType.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static MapType mapType(String text) {
        return text.isEmpty() ? MapType.UNDECLARED : MapType.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static Set<PatchStrategy> strategies(String text) {
        var strategies = EnumSet.noneOf(PatchStrategy.class);
        for (String word : words(text)) {
            strategies.add(
                    switch (word) {
                        case "merge" -> PatchStrategy.MERGE;
                        case "replace" -> PatchStrategy.REPLACE;
                        case "retainKeys" -> PatchStrategy.RETAIN_KEYS;
                        default -> throw new IllegalStateException("no patch strategy is called " + word);
                    });
        }
        return strategies;
    }

    /** A default: a string in quotes, true, false or a whole number. */
    private static Value scalar(String json) {
        if (json.isEmpty()) {
            return NullValue.NULL;
        }
        if (json.startsWith("\"")) {
            return Value.of(json.substring(1, json.length() - 1));
        }
        return json.equals("true") || json.equals("false")
                ? Value.of(Boolean.parseBoolean(json))
                : Value.of(Long.parseLong(json));
    }
}
