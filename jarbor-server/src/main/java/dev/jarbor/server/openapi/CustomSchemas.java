package dev.jarbor.server.openapi;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Custom resources as OpenAPI schemas: their own, with what every resource has and what the dialect can say. */
final class CustomSchemas {
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String CONVENTIONS =
            "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";

    /** What version 2 has no word for. */
    private static final List<String> ONLY_IN_V3 = List.of("allOf", "anyOf", "oneOf", "not");

    private CustomSchemas() {}

    /** The id of the type of a custom resource's objects: {@code com.example.v1.CronTab}. */
    static String id(ServedResource resource) {
        return prefix(resource) + resource.kind().name();
    }

    /** The id of the type of lists of them. */
    static String listId(ServedResource resource) {
        return prefix(resource) + resource.listKind();
    }

    private static String prefix(ServedResource resource) {
        var parts = new ArrayList<>(List.of(resource.kind().group().split("\\.", -1)));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + resource.kind().version() + ".";
    }

    static Map<String, ObjectValue> types(ServedResource resource, Dialect dialect) {
        var types = new TreeMap<String, ObjectValue>();
        types.put(id(resource), object(resource, dialect));
        types.put(listId(resource), list(resource, dialect));
        return types;
    }

    private static ObjectValue object(ServedResource resource, Dialect dialect) {
        ObjectValue schema = resource.custom().schema();
        boolean open = schema.isEmpty() || schema.bool("x-kubernetes-preserve-unknown-fields");
        if (open && dialect == Dialect.V2) {
            // With properties, kubectl would take everything else to be forbidden.
            return kinded(
                    resource,
                    resource.kind().name(),
                    ObjectValue.EMPTY.with("type", "object").with("x-kubernetes-preserve-unknown-fields", true));
        }
        ObjectValue own = dialect == Dialect.V2 ? (ObjectValue) inV2(schema) : schema;
        ObjectValue properties = ((ObjectValue) embedded(own, dialect)).object("properties");
        return kinded(
                resource,
                resource.kind().name(),
                ((ObjectValue) embedded(own, dialect))
                        .with("type", "object")
                        .with(
                                "properties",
                                withTypeMeta(properties)
                                        .with(
                                                "metadata",
                                                metadata(
                                                        "ObjectMeta",
                                                        "Standard object's metadata. More info: " + CONVENTIONS
                                                                + "#metadata",
                                                        dialect))));
    }

    private static ObjectValue list(ServedResource resource, Dialect dialect) {
        ObjectValue items = ObjectValue.builder()
                .put(
                        "description",
                        "List of " + resource.kind().plural() + ". More info: "
                                + "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md")
                .put("type", "array")
                .put("items", ObjectValue.EMPTY.with("$ref", dialect.reference(id(resource))))
                .build();
        ObjectValue properties = withTypeMeta(ObjectValue.EMPTY)
                .with("items", items)
                .with(
                        "metadata",
                        metadata(
                                "ListMeta",
                                "Standard list metadata. More info: " + CONVENTIONS + "#types-kinds",
                                dialect));
        return kinded(
                resource,
                resource.listKind(),
                ObjectValue.builder()
                        .put(
                                "description",
                                resource.listKind() + " is a list of "
                                        + resource.kind().name())
                        .put("type", "object")
                        .put("required", ListValue.ofStrings(List.of("items")))
                        .put("properties", properties)
                        .build());
    }

    private static ObjectValue kinded(ServedResource resource, String kind, ObjectValue schema) {
        ObjectValue named = ObjectValue.builder()
                .put("group", resource.kind().group())
                .put("version", resource.kind().version())
                .put("kind", kind)
                .build();
        return schema.with("x-kubernetes-group-version-kind", ListValue.of(named));
    }

    private static ObjectValue withTypeMeta(ObjectValue properties) {
        return properties
                .with(
                        "apiVersion",
                        ObjectValue.EMPTY
                                .with("type", "string")
                                .with(
                                        "description",
                                        "APIVersion defines the versioned schema of this representation of an object. More info: "
                                                + CONVENTIONS + "#resources"))
                .with(
                        "kind",
                        ObjectValue.EMPTY
                                .with("type", "string")
                                .with(
                                        "description",
                                        "Kind is a string value representing the REST resource this object represents. More info: "
                                                + CONVENTIONS + "#types-kinds"));
    }

    private static ObjectValue metadata(String type, String description, Dialect dialect) {
        ObjectValue reference = ObjectValue.EMPTY.with("$ref", dialect.reference(META + type));
        return dialect == Dialect.V3
                ? ObjectValue.of("allOf", ListValue.of(reference)).with("description", description)
                : reference.with("description", description);
    }

    /** Embedded resources have the fields of resources, whatever their schema says. */
    private static Value embedded(Value schema, Dialect dialect) {
        if (!(schema instanceof ObjectValue object)) {
            return schema;
        }
        ObjectValue whole = object;
        ObjectValue properties = object.object("properties");
        for (String name : properties.names()) {
            properties = properties.with(name, embedded(properties.valueOrNull(name), dialect));
        }
        if (object.bool("x-kubernetes-embedded-resource")) {
            properties = withTypeMeta(properties)
                    .with("metadata", metadata("ObjectMeta", "Standard object's metadata.", dialect));
        }
        whole = properties.isEmpty() ? whole : whole.with("properties", properties);
        for (String below : List.of("items", "additionalProperties")) {
            whole = whole.valueOrNull(below) instanceof ObjectValue inner
                    ? whole.with(below, embedded(inner, dialect))
                    : whole;
        }
        return whole;
    }

    /** A schema without what version 2 cannot say. */
    private static Value inV2(Value schema) {
        if (!(schema instanceof ObjectValue object)) {
            return schema;
        }
        ObjectValue plain = object;
        for (String keyword : ONLY_IN_V3) {
            plain = plain.without(keyword);
        }
        if (object.bool("nullable")) {
            plain = plain.without("type").without("nullable");
        }
        ObjectValue properties = object.object("properties");
        for (String name : properties.names()) {
            properties = properties.with(name, inV2(properties.valueOrNull(name)));
        }
        plain = properties.isEmpty() ? plain : plain.with("properties", properties);
        for (String below : List.of("items", "additionalProperties")) {
            plain = plain.valueOrNull(below) instanceof ObjectValue inner ? plain.with(below, inV2(inner)) : plain;
        }
        return plain;
    }
}
