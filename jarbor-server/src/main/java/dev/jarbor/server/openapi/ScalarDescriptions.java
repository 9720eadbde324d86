package dev.jarbor.server.openapi;

/** What the named scalars are, for people who ask {@code kubectl explain}. */
final class ScalarDescriptions {
    private ScalarDescriptions() {}

    static String of(String id) {
        return switch (id.substring(id.lastIndexOf('.') + 1)) {
            case "Quantity" ->
                "An amount of a resource: a decimal number with an optional suffix, such as 250m, 2, 64Mi or 1e3.";
            case "IntOrString" -> "A whole number or a string, such as 8080, \"http\" or \"25%\".";
            case "Time" -> "A point in time in RFC 3339 form with seconds, such as 2030-01-01T00:00:00Z.";
            case "MicroTime" -> "A point in time in RFC 3339 form with microseconds.";
            case "Duration" -> "A length of time, such as 1h30m or 90s.";
            case "FieldsV1" -> "A set of fields, as a trie of their names and keys.";
            case "RawExtension" -> "Any object, with its own apiVersion and kind.";
            default -> "Any JSON value.";
        };
    }
}
