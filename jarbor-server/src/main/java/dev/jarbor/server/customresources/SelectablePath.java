package dev.jarbor.server.customresources;

import dev.jarbor.server.structural.StructuralSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the {@code jsonPath} of a selectable field leads: names with a dot before each. */
sealed interface SelectablePath {
    /** To the field that the names lead to. */
    record Found(List<String> names, StructuralSchema schema) implements SelectablePath {
        public Found {
            names = List.copyOf(names);
        }
    }

    /** To nothing. */
    record Wrong(String why) implements SelectablePath {}

    static SelectablePath of(String text, StructuralSchema root) {
        var names = new ArrayList<String>();
        StructuralSchema here = root;
        int at = 0;
        while (at < text.length()) {
            String sign = token(text, at);
            at += sign.length();
            if (!sign.equals(".")) {
                return new Wrong(
                        sign.equals("[") ? "array notation is not allowed" : "expected [ or . but got: " + sign);
            }
            if (at >= text.length()) {
                return new Wrong("unexpected end of JSON path");
            }
            String name = token(text, at);
            at += name.length();
            Optional<StructuralSchema> below = here.raw().has("properties") ? here.property(name) : here.additional();
            if (below.isEmpty()) {
                return new Wrong("does not refer to a valid field");
            }
            names.add(name);
            here = below.get();
        }
        return new Found(names, here);
    }

    /** A delimiter, or what stands before the next one. */
    private static String token(String text, int at) {
        int end = at;
        while (end < text.length() && ".[]".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return text.substring(at, Math.max(end, at + 1));
    }
}
