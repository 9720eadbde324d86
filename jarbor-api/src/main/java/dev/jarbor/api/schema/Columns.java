package dev.jarbor.api.schema;

import java.util.ArrayList;

/**
 * Takes text apart at a separator. Here instead of regular expressions and streams because these files are read while
 * the program starts, when the machinery behind those is not warm yet and costs more than the files.
 */
final class Columns {
    private Columns() {}

    /** Always one part more than there are separators. */
    static String[] split(String text, char separator) {
        var parts = new ArrayList<String>();
        int from = 0;
        int end = text.indexOf(separator);
        while (end >= 0) {
            parts.add(text.substring(from, end));
            from = end + 1;
            end = text.indexOf(separator, from);
        }
        parts.add(text.substring(from));
        return parts.toArray(new String[0]);
    }
}
