package dev.jarbor.server.auth;

import java.util.List;

/** Several reasons as one text, the way the reference prints several errors: each once, in brackets. */
public final class Refusals {
    private Refusals() {}

    public static String aggregate(List<String> reasons) {
        List<String> different = reasons.stream().distinct().toList();
        return different.size() > 1 ? "[" + String.join(", ", different) + "]" : String.join("", different);
    }
}
