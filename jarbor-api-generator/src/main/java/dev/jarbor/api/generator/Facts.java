package dev.jarbor.api.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tables of what the client's model does not say; each is a file of tab-separated columns under one heading. */
record Facts(
        List<Resource> resources,
        Map<String, FieldFacts> fields,
        Map<String, String> mapTypes,
        Map<String, String> unions,
        Map<String, String> names,
        Map<String, String> scalars,
        Map<String, String> protobufOnly,
        Map<String, String> groups,
        Map<String, List<String>> pointers,
        Map<String, List<String>> written) {

    /** What is known of one field, by {@code type#field}; what is not said is empty. */
    record FieldFacts(
            String listType,
            String listMapKeys,
            String patchStrategy,
            String patchMergeKey,
            String mapType,
            String defaultValue) {
        static final FieldFacts NONE = new FieldFacts("", "", "", "", "", "");

        FieldFacts withDefault(String value) {
            return new FieldFacts(listType, listMapKeys, patchStrategy, patchMergeKey, mapType, value);
        }
    }

    record Resource(String group, String version, String plural, String kind, boolean namespaced, String line) {}

    static Facts read(Path folder) throws IOException {
        var fields = new TreeMap<String, FieldFacts>();
        var mapTypes = new TreeMap<String, String>();
        for (String[] row : rows(folder, "list-semantics.tsv", 7)) {
            if (row[1].isEmpty()) {
                mapTypes.put(row[0], row[6]);
            } else {
                fields.put(row[0] + "#" + row[1], new FieldFacts(row[2], row[3], row[4], row[5], row[6], ""));
            }
        }
        for (String[] row : rows(folder, "defaults.tsv", 3)) {
            fields.merge(
                    row[0] + "#" + row[1],
                    FieldFacts.NONE.withDefault(row[2]),
                    (known, more) -> known.withDefault(row[2]));
        }
        var unions = new TreeMap<String, String>();
        for (String[] row : rows(folder, "unions.tsv", 3)) {
            unions.put(row[0], row[1] + "\t" + row[2]);
        }
        return new Facts(
                rows(folder, "resources.tsv", 10).stream()
                        .map(row -> new Resource(
                                row[0], row[1], row[2], row[4], row[5].equals("Namespaced"), String.join("\t", row)))
                        .toList(),
                fields,
                mapTypes,
                unions,
                pairs(folder, "type-names.tsv"),
                pairs(folder, "scalars.tsv"),
                pairs(folder, "protobuf-only.tsv"),
                pairs(folder, "groups.tsv"),
                lists(folder, "pointers.tsv"),
                lists(folder, "written.tsv"));
    }

    FieldFacts field(String type, String field) {
        return fields.getOrDefault(type + "#" + field, FieldFacts.NONE);
    }

    /** Whether {@code field} of the type {@code id} may hold its zero value, which is then not the same as its absence. */
    boolean isPointer(String id, String field) {
        return pointers.getOrDefault(id, List.of()).contains(field);
    }

    /** Whether every object of the type {@code id} has {@code field}. */
    boolean isWritten(String id, String field) {
        return written.entrySet().stream()
                .anyMatch(entry -> isOf(id, entry.getKey()) && entry.getValue().contains(field));
    }

    /** Whether {@code id} ends in {@code type}. */
    static boolean isOf(String id, String type) {
        return id.endsWith("." + type);
    }

    /** The package in type ids of the API group {@code group}: {@code apps} of {@code apps}. */
    String folderOf(String group) {
        return groups.entrySet().stream()
                .filter(entry -> entry.getValue().equals(group))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("groups.tsv does not know the API group " + group));
    }

    /** The API group whose types live under {@code folder} in type ids. */
    Optional<String> groupOf(String folder) {
        return Optional.ofNullable(groups.get(folder));
    }

    private static Map<String, String> pairs(Path folder, String name) throws IOException {
        var pairs = new TreeMap<String, String>();
        rows(folder, name, 2).forEach(row -> pairs.put(row[0], row[1]));
        return pairs;
    }

    private static Map<String, List<String>> lists(Path folder, String name) throws IOException {
        var lists = new TreeMap<String, List<String>>();
        rows(folder, name, 2).forEach(row -> lists.put(row[0], List.of(row[1].split(",", -1))));
        return lists;
    }

    private static List<String[]> rows(Path folder, String name, int columns) throws IOException {
        return Files.readAllLines(folder.resolve(name)).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> {
                    String[] row = line.split("\t", -1);
                    if (row.length != columns) {
                        throw new IllegalArgumentException(name + ": expected " + columns + " columns in: " + line);
                    }
                    return row;
                })
                .toList();
    }
}
