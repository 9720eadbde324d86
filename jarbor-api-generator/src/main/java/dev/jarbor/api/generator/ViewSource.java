package dev.jarbor.api.generator;

import dev.jarbor.api.generator.SchemaType.SchemaField;
import dev.jarbor.api.generator.SchemaType.Shape;
import java.util.Optional;
import java.util.Set;

/** The Java source of one type's view. */
final class ViewSource {
    private final SchemaType type;
    private final Optional<Facts.Resource> resource;
    private final Imports imports;
    private final StringBuilder body = new StringBuilder();

    /** @param generated the qualified names of all generated views */
    ViewSource(SchemaType type, Optional<Facts.Resource> resource, Set<String> generated) {
        this.type = type;
        this.resource = resource;
        this.imports = new Imports(JavaNames.javaPackage(type.idPackage()), generated);
    }

    String text() {
        String name = type.simpleName();
        String face = imports.name(type.isObject() ? "dev.jarbor.api.KubeObject" : "dev.jarbor.api.View");
        constants(name);
        type.fields().forEach(this::field);
        return "package " + JavaNames.javaPackage(type.idPackage()) + ";\n\n"
                + importsAfter("dev.jarbor.api.value.ObjectValue")
                + comment("", Javadoc.firstParagraph(type.description()))
                + "public record " + name + "(" + imports.name("dev.jarbor.api.value.ObjectValue")
                + " value) implements " + face + " {\n"
                + body
                + "}\n";
    }

    private String importsAfter(String needed) {
        imports.name(needed);
        return imports.text() + "\n";
    }

    private void constants(String name) {
        String object = imports.name("dev.jarbor.api.value.ObjectValue");
        resource.filter(served -> type.isObject()).ifPresent(served -> {
            String kind = imports.name("dev.jarbor.api.Kind");
            add("    public static final %s<%s> KIND =".formatted(kind, name));
            add("            new %s<>(\"%s\", \"%s\", \"%s\", \"%s\", %s, %s::new);"
                    .formatted(
                            kind,
                            served.group(),
                            served.version(),
                            served.kind(),
                            served.plural(),
                            served.namespaced(),
                            name));
            add("");
        });
        if (type.kind().isPresent()) {
            SchemaType.TypeKind kind = type.kind().get();
            add("    /** An object that says its apiVersion and kind and nothing else. */");
            add(
                    "    public static final %s EMPTY = new %s(%s.EMPTY.with(\"apiVersion\", \"%s\").with(\"kind\", \"%s\"));"
                            .formatted(name, name, object, kind.apiVersion(), kind.name()));
        } else {
            add("    public static final %s EMPTY = new %s(%s.EMPTY);".formatted(name, name, object));
        }
        if (type.isObject()) {
            factory(name);
        }
    }

    private void factory(String name) {
        String meta = imports.name("dev.jarbor.api.meta.v1.ObjectMeta");
        boolean namespaced = resource.map(Facts.Resource::namespaced).orElse(true);
        add("");
        if (namespaced) {
            add("    public static %s named(String namespace, String name) {".formatted(name));
            add("        return EMPTY.withMetadata(%s.EMPTY.withNamespace(namespace).withName(name));".formatted(meta));
        } else {
            add("    public static %s named(String name) {".formatted(name));
            add("        return EMPTY.withMetadata(%s.EMPTY.withName(name));".formatted(meta));
        }
        add("    }");
    }

    private void field(SchemaField field) {
        if (type.isObject()
                && (field.name().equals("apiVersion") || field.name().equals("kind"))) {
            return;
        }
        if (!type.isObject() || !field.name().equals("metadata")) {
            reader(field);
        }
        if (!field.required()) {
            presence(field);
        }
        writer(field);
    }

    private void reader(SchemaField field) {
        String name = field.name();
        String accessor = JavaNames.accessor(name);
        JavaShape java = JavaShape.of(field.shape(), imports);
        add("");
        body.append(comment("    ", Javadoc.firstSentence(field.description())));
        switch (field.shape()) {
            case Shape.ScalarShape(String scalar) -> scalarReader(field, scalar, java);
            case Shape.RefShape ignored ->
                method(java.type(), accessor, "", "return new %s(value.object(\"%s\"));".formatted(java.type(), name));
            case Shape.ListShape(Shape item) ->
                method(java.type(), accessor, "", "return value.list(\"%s\")%s;".formatted(name, mapped(item)));
            case Shape.MapShape(Shape value) -> {
                method(java.type(), accessor, "", "return value.object(\"%s\")%s;".formatted(name, mapped(value)));
                if (isBytes(value)) {
                    add("");
                    add("    /** The values of {@link #%s()} decoded; each access decodes anew. */"
                            .formatted(accessor));
                    method(
                            imports.name("java.util.Map") + "<String, byte[]>",
                            JavaNames.camelCase(name) + "Bytes",
                            "",
                            "return value.object(\"%s\").mapped(%s::bytes);"
                                    .formatted(name, imports.name("dev.jarbor.api.Fields")));
                }
            }
        }
    }

    private String mapped(Shape item) {
        return item instanceof Shape.ScalarShape(String scalar) && scalar.equals("string")
                ? ".strings()"
                : ".mapped(" + JavaShape.of(item, imports).read() + ")";
    }

    private void scalarReader(SchemaField field, String scalar, JavaShape java) {
        String name = field.name();
        String accessor = JavaNames.accessor(name);
        switch (scalar) {
            case "string", "duration" -> method("String", accessor, "", "return value.string(\"%s\");".formatted(name));
            case "bytes" -> {
                method("String", accessor, "", "return value.string(\"%s\");".formatted(name));
                String fields = imports.name("dev.jarbor.api.Fields");
                add("");
                add("    /** {@link #%s()} decoded. */".formatted(accessor));
                method(
                        "byte[]",
                        JavaNames.camelCase(name) + "Bytes",
                        "",
                        "return %s.bytes(value.valueOrNull(\"%s\"));".formatted(fields, name));
            }
            case "int32" -> number(field, "int", "return (int) value.integer(\"%s\");".formatted(name));
            case "int64" -> number(field, "long", "return value.integer(\"%s\");".formatted(name));
            case "number" -> number(field, "double", "return value.decimal(\"%s\");".formatted(name));
            case "boolean" -> number(field, "boolean", "return value.bool(\"%s\");".formatted(name));
            case "time", "micro_time" ->
                method(
                        imports.name("java.util.Optional") + "<" + java.type() + ">",
                        accessor,
                        "",
                        "return %s.time(value.valueOrNull(\"%s\"));"
                                .formatted(imports.name("dev.jarbor.api.Fields"), name));
            case "quantity", "int_or_string" ->
                method(
                        java.type(),
                        accessor,
                        "",
                        "return %s.read(value.valueOrNull(\"%s\"));".formatted(java.type(), name));
            default -> method(java.type(), accessor, "", "return value.valueOrNull(\"%s\");".formatted(name));
        }
    }

    private void number(SchemaField field, String primitive, String statement) {
        String accessor = JavaNames.accessor(field.name());
        method(primitive, accessor, "", statement);
        if (!field.required()) {
            add("");
            method(
                    primitive,
                    JavaNames.camelCase(field.name()) + "Or",
                    primitive + " fallback",
                    "return value.has(\"%s\") ? %s() : fallback;".formatted(field.name(), accessor));
        }
    }

    private void presence(SchemaField field) {
        String suffix = JavaNames.capitalised(field.name());
        add("");
        method("boolean", "has" + suffix, "", "return value.has(\"%s\");".formatted(field.name()));
        add("");
        method(
                type.simpleName(),
                "without" + suffix,
                "",
                "return new %s(value.without(\"%s\"));".formatted(type.simpleName(), field.name()));
    }

    private void writer(SchemaField field) {
        String name = field.name();
        String parameter = JavaNames.accessor(name);
        String suffix = JavaNames.capitalised(name);
        JavaShape java = JavaShape.of(field.shape(), imports);
        String fields = imports.name("dev.jarbor.api.Fields");
        switch (field.shape()) {
            case Shape.ScalarShape(String scalar) -> {
                String primitive = primitive(scalar, java);
                with(suffix, primitive, parameter, name, written(scalar, parameter, fields));
                if (scalar.equals("bytes")) {
                    with(suffix + "Bytes", "byte[]", parameter, name, fields + ".ofBytes(" + parameter + ")");
                }
            }
            case Shape.RefShape ignored -> with(suffix, java.type(), parameter, name, parameter + ".value()");
            case Shape.ListShape(Shape item) ->
                withMany(field, suffix, java.type(), listed("listOf", item, parameter, fields));
            case Shape.MapShape(Shape value) -> {
                withMany(field, suffix, java.type(), listed("objectOf", value, parameter, fields));
                if (isBytes(value)) {
                    withMany(
                            field,
                            suffix + "Bytes",
                            imports.name("java.util.Map") + "<String, byte[]>",
                            fields + ".objectOf(" + parameter + ", " + fields + "::ofBytes)");
                }
            }
        }
    }

    private static boolean isBytes(Shape shape) {
        return shape instanceof Shape.ScalarShape(String scalar) && scalar.equals("bytes");
    }

    private static String primitive(String scalar, JavaShape java) {
        return switch (scalar) {
            case "int32" -> "int";
            case "int64" -> "long";
            case "number" -> "double";
            case "boolean" -> "boolean";
            default -> java.type();
        };
    }

    private static String written(String scalar, String parameter, String fields) {
        return switch (scalar) {
            case "string", "duration", "bytes", "int32", "int64", "boolean" -> parameter;
            case "number" -> fields + ".ofDouble(" + parameter + ")";
            case "time" -> fields + ".ofInstant(" + parameter + ")";
            case "micro_time" -> fields + ".ofMicroInstant(" + parameter + ")";
            case "quantity", "int_or_string" -> parameter + ".value()";
            default -> parameter;
        };
    }

    private String listed(String method, Shape item, String parameter, String fields) {
        return fields + "." + method + "(" + parameter + ", "
                + JavaShape.of(item, imports).write() + ")";
    }

    private void with(String suffix, String javaType, String parameter, String name, String written) {
        add("");
        method(
                type.simpleName(),
                "with" + suffix,
                javaType + " " + parameter,
                "return new %s(value.with(\"%s\", %s));".formatted(type.simpleName(), name, written));
    }

    private void withMany(SchemaField field, String suffix, String javaType, String written) {
        String parameter = JavaNames.accessor(field.name());
        String plain = "new %s(value.with(\"%s\", %s))".formatted(type.simpleName(), field.name(), written);
        add("");
        method(
                type.simpleName(),
                "with" + suffix,
                javaType + " " + parameter,
                field.required()
                        ? "return " + plain + ";"
                        : "return %s.isEmpty() ? without%s() : %s;"
                                .formatted(parameter, JavaNames.capitalised(field.name()), plain));
    }

    private void method(String returned, String name, String parameters, String statement) {
        add("    public %s %s(%s) {".formatted(returned, name, parameters));
        add("        %s".formatted(statement));
        add("    }");
    }

    private void add(String line) {
        body.append(line).append('\n');
    }

    private static String comment(String indent, String text) {
        return text.isEmpty() ? "" : indent + "/** " + text + " */\n";
    }
}
