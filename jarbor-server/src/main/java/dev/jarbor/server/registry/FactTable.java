package dev.jarbor.server.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A table of facts beside the code: lines of columns between tabs, under a line that names the columns. */
public final class FactTable {
    private FactTable() {}

    /** The rows of the resource {@code name} of this package, all as long as the heading. */
    public static List<List<String>> read(String name) {
        try (InputStream source = FactTable.class.getResourceAsStream(name)) {
            if (source == null) {
                throw new IllegalStateException("the table " + name + " is missing from the program");
            }
            List<String> lines = new String(source.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            int columns = lines.getFirst().split("\t", -1).length;
            return lines.stream().skip(1).map(line -> row(line, columns)).toList();
        } catch (IOException broken) {
            throw new UncheckedIOException("cannot read the table " + name, broken);
        }
    }

    /** Editors like to cut trailing tabs: what a line leaves out at its end is empty. */
    private static List<String> row(String line, int columns) {
        String[] cells = Arrays.copyOf(line.split("\t", -1), columns);
        return Arrays.stream(cells).map(cell -> cell == null ? "" : cell).toList();
    }
}
