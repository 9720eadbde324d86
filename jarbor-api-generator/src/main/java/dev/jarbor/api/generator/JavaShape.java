package dev.jarbor.api.generator;

import dev.jarbor.api.generator.SchemaType.Shape;

/**
 * How a value of one shape is spoken of in Java.
 *
 * @param type the Java type, boxed, such as {@code List<Container>}
 * @param read a {@code Function<Value, type>}
 * @param write a {@code Function<type, Value>}
 */
record JavaShape(String type, String read, String write) {
    static JavaShape of(Shape shape, Imports imports) {
        String fields = imports.name("dev.jarbor.api.Fields");
        return switch (shape) {
            case Shape.ScalarShape(String name) -> scalar(name, imports, fields);
            case Shape.RefShape(String id) -> {
                String view = imports.name(JavaNames.qualified(id));
                yield new JavaShape(view, "item -> new " + view + "(" + fields + ".object(item))", view + "::value");
            }
            case Shape.ListShape(Shape item) -> {
                JavaShape inner = of(item, imports);
                yield new JavaShape(
                        imports.name("java.util.List") + "<" + inner.type + ">",
                        "list -> " + fields + ".list(list).mapped(" + inner.read + ")",
                        "list -> " + fields + ".listOf(list, " + inner.write + ")");
            }
            case Shape.MapShape(Shape value) -> {
                JavaShape inner = of(value, imports);
                yield new JavaShape(
                        imports.name("java.util.Map") + "<String, " + inner.type + ">",
                        "map -> " + fields + ".object(map).mapped(" + inner.read + ")",
                        "map -> " + fields + ".objectOf(map, " + inner.write + ")");
            }
        };
    }

    private static JavaShape scalar(String name, Imports imports, String fields) {
        return switch (name) {
            case "string", "bytes", "duration" -> new JavaShape("String", fields + "::text", fields + "::ofText");
            case "int32" -> new JavaShape("Integer", fields + "::int32", fields + "::ofNumber");
            case "int64" -> new JavaShape("Long", fields + "::int64", fields + "::ofNumber");
            case "number" -> new JavaShape("Double", fields + "::number", fields + "::ofDouble");
            case "boolean" -> new JavaShape("Boolean", fields + "::truth", fields + "::ofTruth");
            case "time" ->
                new JavaShape(imports.name("java.time.Instant"), fields + "::instant", fields + "::ofInstant");
            case "micro_time" ->
                new JavaShape(imports.name("java.time.Instant"), fields + "::instant", fields + "::ofMicroInstant");
            case "quantity" -> {
                String type = imports.name("dev.jarbor.api.Quantity");
                yield new JavaShape(type, type + "::read", type + "::value");
            }
            case "int_or_string" -> {
                String type = imports.name("dev.jarbor.api.IntOrString");
                yield new JavaShape(type, type + "::read", type + "::value");
            }
            default -> new JavaShape(imports.name("dev.jarbor.api.value.Value"), "item -> item", "item -> item");
        };
    }
}
