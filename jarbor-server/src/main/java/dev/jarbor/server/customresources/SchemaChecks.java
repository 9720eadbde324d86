package dev.jarbor.server.customresources;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.rules.ValidationRules;
import dev.jarbor.server.structural.StructuralRules;
import dev.jarbor.server.structural.StructuralSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is wrong with the schema of a version, in the reference's words and order. */
final class SchemaChecks {
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");

    /** Keywords that no schema may have. */
    private static final Map<String, String> UNSUPPORTED = new TreeMap<>(Map.of(
            "id", "id is not supported",
            "additionalItems", "additionalItems is not supported",
            "patternProperties", "patternProperties is not supported",
            "definitions", "definitions is not supported",
            "dependencies", "dependencies is not supported",
            "$ref", "$ref is not supported"));

    /** What may stand at the root beside properties where the status is a subresource. */
    private static final Map<String, String> AT_ROOT = Map.ofEntries(
            Map.entry("description", "Description"),
            Map.entry("type", "Type"),
            Map.entry("format", "Format"),
            Map.entry("title", "Title"),
            Map.entry("maximum", "Maximum"),
            Map.entry("exclusiveMaximum", "ExclusiveMaximum"),
            Map.entry("minimum", "Minimum"),
            Map.entry("exclusiveMinimum", "ExclusiveMinimum"),
            Map.entry("maxLength", "MaxLength"),
            Map.entry("minLength", "MinLength"),
            Map.entry("pattern", "Pattern"),
            Map.entry("maxItems", "MaxItems"),
            Map.entry("minItems", "MinItems"),
            Map.entry("uniqueItems", "UniqueItems"),
            Map.entry("multipleOf", "MultipleOf"),
            Map.entry("required", "Required"),
            Map.entry("items", "Items"),
            Map.entry("properties", "Properties"),
            Map.entry("externalDocs", "ExternalDocs"),
            Map.entry("example", "Example"),
            Map.entry("x-kubernetes-preserve-unknown-fields", "XPreserveUnknownFields"),
            Map.entry("x-kubernetes-validations", "XValidations"));

    private static final String AT_ROOT_WORDS = "[Description Type Format Title Maximum ExclusiveMaximum Minimum"
            + " ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items"
            + " Properties ExternalDocs Example XPreserveUnknownFields XValidations]";

    private final List<FieldError> errors = new ArrayList<>();

    private SchemaChecks() {}

    /**
     * @param schema the openAPIV3Schema
     * @param path where it stands
     * @param hasStatus whether the status is a subresource
     */
    static List<FieldError> check(ObjectValue schema, boolean hasStatus, FieldPath path) {
        var checks = new SchemaChecks();
        if (hasStatus) {
            checks.root(schema, path);
        }
        if (schema.bool("nullable")) {
            checks.errors.add(FieldError.forbidden(path.child("nullable"), "nullable cannot be true at the root"));
        }
        checks.schema(schema, path);
        StructuralSchema structural = StructuralSchema.of(schema);
        List<FieldError> unstructured = StructuralRules.check(structural, path);
        checks.errors.addAll(unstructured);
        if (unstructured.isEmpty()) {
            checks.errors.addAll(DefaultChecks.check(structural, path));
        }
        if (checks.errors.isEmpty()) {
            checks.errors.addAll(ValidationRules.check(schema, path));
        }
        return checks.errors;
    }

    private void root(ObjectValue schema, FieldPath path) {
        for (String field : schema.names()) {
            if (field.equals("type") && !schema.string("type").equals("object")) {
                errors.add(FieldError.invalid(
                        path.child("type"),
                        schema.string("type"),
                        "only \"object\" is allowed as the type at the root of the schema if the status subresource is"
                                + " enabled"));
                return;
            }
            if (!AT_ROOT.containsKey(field)) {
                errors.add(
                        FieldError.invalid(
                                path,
                                schema,
                                "only " + AT_ROOT_WORDS
                                        + " fields are allowed at the root of the schema if the status subresource is enabled"));
                return;
            }
        }
    }

    private void schema(ObjectValue schema, FieldPath path) {
        keywords(schema, path);
        if (schema.bool("uniqueItems")) {
            errors.add(FieldError.forbidden(
                    path.child("uniqueItems"),
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        }
        if (schema.has("additionalProperties")) {
            boolean says =
                    !(schema.valueOrNull("additionalProperties") instanceof BooleanValue(boolean allowed)) || !allowed;
            if (!schema.object("properties").isEmpty() && says) {
                errors.add(FieldError.forbidden(
                        path.child("additionalProperties"),
                        "additionalProperties and properties are mutual exclusive"));
            }
            below(schema.valueOrNull("additionalProperties"), path.child("additionalProperties"));
        }
        schema.object("properties")
                .forEach((name, property) ->
                        below(property, path.child("properties").key(name)));
        below(schema.valueOrNull("not"), path.child("not"));
        for (String field : List.of("allOf", "oneOf", "anyOf")) {
            ListValue branches = schema.list(field);
            for (int i = 0; i < branches.size(); i++) {
                below(branches.get(i), path.child(field).index(i));
            }
        }
        below(schema.valueOrNull("items"), path.child("items"));
        extensions(schema, path);
    }

    private void below(Value schema, FieldPath path) {
        if (schema instanceof ObjectValue object) {
            schema(object, path);
        }
    }

    private void keywords(ObjectValue schema, FieldPath path) {
        UNSUPPORTED.forEach((field, why) -> {
            Value value = schema.valueOrNull(field);
            boolean empty = value instanceof ObjectValue object && object.isEmpty();
            if (schema.has(field) && !empty && !value.toString().isEmpty()) {
                errors.add(FieldError.forbidden(path.child(field), why));
            }
        });
        String type = schema.string("type");
        if (type.equals("null")) {
            errors.add(FieldError.forbidden(
                    path.child("type"), "type cannot be set to null, use nullable as an alternative"));
        } else if (!type.isEmpty() && !TYPES.contains(type)) {
            errors.add(FieldError.notSupported(path.child("type"), type, TYPES));
        }
        if (schema.valueOrNull("items") instanceof ListValue list && !list.isEmpty()) {
            errors.add(FieldError.forbidden(path.child("items"), "items must be a schema object and not an array"));
        }
    }

    private void extensions(ObjectValue schema, FieldPath path) {
        if (schema.valueOrNull("x-kubernetes-preserve-unknown-fields") instanceof BooleanValue(boolean kept) && !kept) {
            errors.add(FieldError.invalid(
                    path.child("x-kubernetes-preserve-unknown-fields"), Value.of(false), "must be true or undefined"));
        }
        String type = schema.string("type");
        if (schema.has("x-kubernetes-map-type")) {
            typed(path, type, "object", "must be object if x-kubernetes-map-type is specified");
            String mapType = schema.string("x-kubernetes-map-type");
            if (!List.of("atomic", "granular").contains(mapType)) {
                errors.add(FieldError.notSupported(
                        path.child("x-kubernetes-map-type"), mapType, List.of("atomic", "granular")));
            }
        }
        if (schema.has("x-kubernetes-list-type")) {
            listType(schema, schema.string("x-kubernetes-list-type"), path);
        }
        List<String> keys = schema.list("x-kubernetes-list-map-keys").strings();
        if (!keys.isEmpty() && !schema.string("x-kubernetes-list-type").equals("map")) {
            String why = "must be map if x-kubernetes-list-map-keys is non-empty";
            FieldPath place = path.child("x-kubernetes-list-type");
            errors.add(
                    schema.has("x-kubernetes-list-type")
                            ? FieldError.invalid(place, schema.string("x-kubernetes-list-type"), why)
                            : FieldError.required(place, why));
        }
    }

    private void typed(FieldPath path, String type, String wanted, String why) {
        if (!type.equals(wanted)) {
            errors.add(
                    type.isEmpty()
                            ? FieldError.required(path.child("type"), why)
                            : FieldError.invalid(path.child("type"), type, why));
        }
    }

    private void listType(ObjectValue schema, String listType, FieldPath path) {
        typed(path, schema.string("type"), "array", "must be array if x-kubernetes-list-type is specified");
        ObjectValue items = schema.object("items");
        FieldPath below = path.child("items");
        if (schema.string("type").equals("array") && listType.equals("set") && !items.isEmpty()) {
            String why = "must be atomic as item of a list with x-kubernetes-list-type=set";
            String itemListType = items.string("x-kubernetes-list-type");
            if (items.string("type").equals("array") && !itemListType.isEmpty() && !itemListType.equals("atomic")) {
                errors.add(FieldError.invalid(below.child("x-kubernetes-list-type"), itemListType, why));
            }
            if (items.string("type").equals("object")
                    && !items.string("x-kubernetes-map-type").equals("atomic")) {
                errors.add(FieldError.invalid(
                        below.child("x-kubernetes-map-type"), items.valueOrNull("x-kubernetes-map-type"), why));
            }
        }
        switch (listType) {
            case "atomic" -> {
                // nothing more is asked
            }
            case "set" -> {
                if (items.bool("nullable")) {
                    errors.add(FieldError.forbidden(
                            below.child("nullable"), "cannot be nullable when x-kubernetes-list-type is set"));
                }
            }
            case "map" -> keyed(schema, items, path);
            default ->
                errors.add(FieldError.notSupported(
                        path.child("x-kubernetes-list-type"), listType, List.of("atomic", "map", "set")));
        }
    }

    private void keyed(ObjectValue schema, ObjectValue items, FieldPath path) {
        FieldPath below = path.child("items");
        FieldPath place = path.child("x-kubernetes-list-map-keys");
        ListValue keys = schema.list("x-kubernetes-list-map-keys");
        if (keys.isEmpty()) {
            errors.add(FieldError.required(place, "must not be empty if x-kubernetes-list-type is map"));
        }
        if (!schema.has("items")) {
            errors.add(FieldError.required(below, "must have a schema if x-kubernetes-list-type is map"));
            return;
        }
        if (!items.string("type").equals("object")) {
            errors.add(FieldError.invalid(
                    below.child("type"),
                    items.string("type"),
                    "must be object if parent array's x-kubernetes-list-type is map"));
            return;
        }
        Set<String> seen = new HashSet<>();
        for (String key : keys.strings()) {
            if (!items.object("properties").has(key)) {
                errors.add(FieldError.invalid(place, keys, "entries must all be names of item properties"));
            } else {
                key(items, key, below);
            }
            if (!seen.add(key)) {
                errors.add(FieldError.invalid(place, keys, "must not contain duplicate entries"));
            }
        }
        if (items.bool("nullable")) {
            errors.add(FieldError.forbidden(
                    below.child("nullable"), "cannot be nullable when x-kubernetes-list-type is map"));
        }
    }

    private void key(ObjectValue items, String key, FieldPath below) {
        ObjectValue property = items.object("properties").object(key);
        FieldPath place = below.child("properties").key(key);
        if (List.of("array", "object").contains(property.string("type"))) {
            errors.add(FieldError.invalid(
                    place.child("type"),
                    property.string("type"),
                    "must be a scalar type if parent array's x-kubernetes-list-type is map"));
        }
        if (property.bool("nullable")) {
            errors.add(FieldError.forbidden(
                    place.child("nullable"),
                    "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"));
        }
        if (!property.has("default") && !items.list("required").strings().contains(key)) {
            errors.add(FieldError.required(
                    place.child("default"),
                    "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                            + " property"));
        }
    }
}
