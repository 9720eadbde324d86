package dev.jarbor.server.openapi;

/** The two OpenAPI versions, where they differ. */
enum Dialect {
    V2("#/definitions/"),
    V3("#/components/schemas/");

    private final String prefix;

    Dialect(String prefix) {
        this.prefix = prefix;
    }

    /** How a schema refers to the type with {@code id}. */
    String reference(String id) {
        return prefix + id;
    }
}
