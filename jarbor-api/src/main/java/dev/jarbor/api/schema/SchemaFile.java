package dev.jarbor.api.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A generated file of sections: a line {@code @id …} opens one, the lines up to the next belong to it. Only the openings
 * are found at first; what a section says is read when somebody asks.
 */
final class SchemaFile {
    private final String text;
    private final Map<String, Integer> sections = new LinkedHashMap<>();

    private SchemaFile(String text) {
        this.text = text;
        int at = 0;
        while (at >= 0 && at < text.length()) {
            sections.put(text.substring(at + 1, endOfId(at)), at);
            int next = text.indexOf("\n@", at);
            at = next < 0 ? -1 : next + 1;
        }
    }

    static SchemaFile load(String name) {
        return new SchemaFile(text(name));
    }

    static String text(String name) {
        try (InputStream file = SchemaFile.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("this build lacks its generated file " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private int endOfId(int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) != '\t' && text.charAt(end) != '\n') {
            end++;
        }
        return end;
    }

    /** The ids of the sections in the order of the file. */
    List<String> ids() {
        return List.copyOf(sections.keySet());
    }

    /** The columns of each line of a section, the opening first; no lines where there is no such section. */
    List<String[]> section(String id) {
        Integer start = sections.get(id);
        if (start == null) {
            return List.of();
        }
        int next = text.indexOf("\n@", start);
        String section = next < 0 ? text.substring(start) : text.substring(start, next);
        var lines = new ArrayList<String[]>();
        for (String line : Columns.split(section.stripTrailing(), '\n')) {
            lines.add(Columns.split(line, '\t'));
        }
        return lines;
    }

    /** The columns of the line that opens a section. */
    String[] opening(String id) {
        int start = sections.getOrDefault(id, 0);
        int end = text.indexOf('\n', start);
        return Columns.split(text.substring(start, end < 0 ? text.length() : end), '\t');
    }
}
