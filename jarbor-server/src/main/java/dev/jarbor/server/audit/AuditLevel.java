package dev.jarbor.server.audit;

import java.util.Optional;

/** How much is recorded of a request: each level has what the ones before it have. */
public enum AuditLevel {
    NONE("None"),
    METADATA("Metadata"),
    REQUEST("Request"),
    REQUEST_RESPONSE("RequestResponse");

    private final String word;

    AuditLevel(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    static Optional<AuditLevel> of(String word) {
        for (AuditLevel level : values()) {
            if (level.word.equals(word)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    boolean includes(AuditLevel other) {
        return compareTo(other) >= 0;
    }
}
