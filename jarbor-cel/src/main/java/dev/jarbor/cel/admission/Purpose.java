package dev.jarbor.cel.admission;

import java.util.List;

/** What an expression of admission is for, which says what it must be and what it may speak of. */
public enum Purpose {
    MATCH_CONDITION,
    VALIDATION,
    /** The message of a validation that does not hold. */
    MESSAGE,
    AUDIT_ANNOTATION,
    /** Referred to by other expressions as {@code variables.name}. */
    VARIABLE,
    APPLY_CONFIGURATION,
    JSON_PATCH;

    /** Whether it may ask the authorizer. */
    boolean hasAuthorizer() {
        return this != MESSAGE;
    }

    boolean makesObjects() {
        return this == APPLY_CONFIGURATION || this == JSON_PATCH;
    }

    /** What its value may be; empty for anything. */
    private List<String> types() {
        return switch (this) {
            case MATCH_CONDITION, VALIDATION -> List.of("bool");
            case MESSAGE -> List.of("string");
            case AUDIT_ANNOTATION -> List.of("string", "null_type");
            case VARIABLE -> List.of();
            case APPLY_CONFIGURATION -> List.of("Object");
            case JSON_PATCH -> List.of("list(JSONPatch)");
        };
    }

    /** What is wrong with a result of that type; "" where nothing is. */
    String objection(String type) {
        List<String> types = types();
        if (types.isEmpty() || types.contains(type)) {
            return "";
        }
        return types.size() == 1
                ? "must evaluate to " + types.getFirst() + " but got " + type
                : "must evaluate to one of [" + String.join(" ", types) + "] but got " + type;
    }
}
