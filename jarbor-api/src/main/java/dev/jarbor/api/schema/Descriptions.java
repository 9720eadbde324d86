package dev.jarbor.api.schema;

import java.util.List;

/** The generated file of words, loaded with the first question. */
final class Descriptions {
    private volatile List<SchemaFile> loaded = List.of();

    /** The words on a field of a type, or on the type for the field "". */
    String of(String type, String field) {
        String name = field.isEmpty() ? "@" + type : field;
        for (String[] line : file().section(type)) {
            if (line[0].equals(name) && line.length > 1) {
                return plain(line[1]);
            }
        }
        return "";
    }

    private SchemaFile file() {
        if (loaded.isEmpty()) {
            loaded = List.of(SchemaFile.load("descriptions.tsv"));
        }
        return loaded.get(0);
    }

    private static String plain(String escaped) {
        var text = new StringBuilder(escaped.length());
        int from = 0;
        int slash = escaped.indexOf('\\');
        while (slash >= 0) {
            char letter = escaped.charAt(slash + 1);
            text.append(escaped, from, slash).append(letter == 'n' ? '\n' : letter == 't' ? '\t' : letter);
            from = slash + 2;
            slash = escaped.indexOf('\\', from);
        }
        return text.append(escaped, from, escaped.length()).toString();
    }
}
