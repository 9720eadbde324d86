package dev.jarbor.api.schema;

/**
 * A protobuf message whose fields are the enclosing type's own in JSON, such as {@code Volume.volumeSource}.
 *
 * @param name its name in protobuf; it never appears in JSON
 * @param type the id of its type
 */
public record Inlined(String name, int protobufNumber, String type) {}
