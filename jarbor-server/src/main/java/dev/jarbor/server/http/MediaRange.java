package dev.jarbor.server.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One media type with parameters, from an Accept or Content-Type header (RFC 9110, section 12.5.1).
 *
 * @param type such as {@code application/json}, in lower case
 * @param parameters by lower-case name
 */
record MediaRange(String type, SortedMap<String, String> parameters) {
    /** More than any client sends; the rest is ignored. */
    private static final int MOST = 64;

    MediaRange {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /** The ranges of an Accept header, best first: by quality, then by how much they leave open, then as given. */
    static List<MediaRange> list(List<String> items) {
        var ranges = new ArrayList<MediaRange>();
        items.stream().limit(MOST).forEach(item -> ranges.add(of(item)));
        ranges.sort(Comparator.comparingDouble(MediaRange::quality)
                .reversed()
                .thenComparing(range -> range.type.startsWith("*"))
                .thenComparing(range -> range.type.endsWith("*")));
        return ranges;
    }

    static MediaRange of(String text) {
        String[] parts = text.split(";", -1);
        var parameters = new TreeMap<String, String>();
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            int equals = part.indexOf('=');
            if (equals > 0) {
                String value = part.substring(equals + 1).strip();
                parameters.put(part.substring(0, equals).strip().toLowerCase(Locale.ROOT), unquoted(value));
            }
        }
        return new MediaRange(parts[0].strip().toLowerCase(Locale.ROOT), parameters);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private double quality() {
        try {
            return Double.parseDouble(parameter("q").isEmpty() ? "1" : parameter("q"));
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** Whether {@code mediaType} lies in this range. */
    boolean includes(String mediaType) {
        if (type.equals("*/*") || type.equals("*") || type.equals(mediaType)) {
            return true;
        }
        return type.endsWith("/*") && mediaType.startsWith(type.substring(0, type.length() - 1));
    }
}
