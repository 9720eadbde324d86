package dev.jarbor.client;

import java.util.Locale;

/** What a request asks for, in the words that RBAC rules use. */
public enum Verb {
    GET,
    LIST,
    WATCH,
    CREATE,
    UPDATE,
    PATCH,
    DELETE,
    DELETECOLLECTION;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The lower-case word of RBAC rules and audit records. */
    public String word() {
        return word;
    }

    /** Whether it may change something. */
    public boolean isWrite() {
        return switch (this) {
            case GET, LIST, WATCH -> false;
            case CREATE, UPDATE, PATCH, DELETE, DELETECOLLECTION -> true;
        };
    }
}
