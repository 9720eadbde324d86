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

/** What is wrong with the schema of a version, in the reference's words and order. */
final class SchemaChecks {
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");

    /** Keywords that no schema may have. */
    private static final List<String> UNSUPPORTED =
            List.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref");

    /** The fields of resources that are the same in all of them. */
    private static final List<String> META = List.of("metadata", "kind", "apiVersion");

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

    private final Leniency leniency;
    private final List<FieldError> errors = new ArrayList<>();

    private SchemaChecks(Leniency leniency) {
        this.leniency = leniency;
    }

    /**
     * A place in the schema.
     *
     * @param root whether it is the schema itself
     * @param inMeta whether it is in the metadata of a resource
     * @param noDefaults where defaults are forbidden, to be told; "" where they are not
     */
    private record Place(FieldPath path, boolean root, boolean inMeta, String noDefaults) {
        Place at(FieldPath inner) {
            return new Place(inner, false, inMeta, noDefaults);
        }

        Place withoutDefaults(String where) {
            return new Place(path, root, inMeta, where);
        }
    }

    /**
     * @param schema the openAPIV3Schema
     * @param path where it stands
     * @param hasStatus whether the status is a subresource
     * @param leniency towards what was accepted before
     */
    static List<FieldError> check(ObjectValue schema, boolean hasStatus, Leniency leniency, FieldPath path) {
        var checks = new SchemaChecks(leniency);
        if (hasStatus) {
            checks.root(schema, path);
        }
        if (schema.bool("nullable")) {
            checks.errors.add(FieldError.forbidden(path.child("nullable"), "nullable cannot be true at the root"));
        }
        StructuralSchema structural = StructuralSchema.of(schema);
        List<FieldError> unstructured = StructuralRules.check(structural, path);
        checks.errors.addAll(
                unstructured.isEmpty() ? DefaultChecks.check(structural, !leniency.unpruned(), path) : unstructured);
        checks.schema(schema, new Place(path, true, false, ""));
        if (checks.errors.isEmpty()) {
            checks.errors.addAll(ValidationRules.check(schema, path, leniency.knows(schema)));
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

    private void schema(ObjectValue schema, Place place) {
        FieldPath path = place.path();
        keywords(schema, place);
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
            Place below = place.at(path.child("additionalProperties"));
            below(
                    schema.valueOrNull("additionalProperties"),
                    place.inMeta()
                            ? below.withoutDefaults("inside additionalProperties applying to object metadata")
                            : below);
        }
        boolean resource = place.root() || schema.bool("x-kubernetes-embedded-resource");
        schema.object("properties").forEach((name, property) -> {
            Place below = place.at(path.child("properties").key(name));
            if (resource && META.contains(name)) {
                String where = place.root() ? "in top-level " + name : place.noDefaults();
                below = new Place(below.path(), false, true, where);
            }
            below(property, below);
        });
        below(schema.valueOrNull("not"), place.at(path.child("not")));
        for (String field : List.of("allOf", "oneOf", "anyOf")) {
            ListValue branches = schema.list(field);
            for (int i = 0; i < branches.size(); i++) {
                below(branches.get(i), place.at(path.child(field).index(i)));
            }
        }
        below(schema.valueOrNull("items"), place.at(path.child("items")));
        extensions(schema, path);
    }

    private void below(Value schema, Place place) {
        if (schema instanceof ObjectValue object) {
            schema(object, place);
        }
    }

    private void keywords(ObjectValue schema, Place place) {
        FieldPath path = place.path();
        String type = schema.string("type");
        if (hasUnknownType(schema) && !leniency.untyped()) {
            errors.add(FieldError.notSupported(path.child("type"), type, TYPES));
        }
        if (schema.has("default") && !place.noDefaults().isEmpty()) {
            errors.add(FieldError.forbidden(path.child("default"), "must not be set " + place.noDefaults()));
        }
        for (String field : UNSUPPORTED) {
            Value value = schema.valueOrNull(field);
            boolean empty = value instanceof ObjectValue object && object.isEmpty();
            if (schema.has(field) && !empty && !value.toString().isEmpty()) {
                errors.add(FieldError.forbidden(path.child(field), field + " is not supported"));
            }
        }
        if (type.equals("null")) {
            errors.add(FieldError.forbidden(
                    path.child("type"), "type cannot be set to null, use nullable as an alternative"));
        }
        if (schema.valueOrNull("items") instanceof ListValue list && !list.isEmpty()) {
            errors.add(FieldError.forbidden(path.child("items"), "items must be a schema object and not an array"));
        }
        if (place.inMeta() && schema.bool("x-kubernetes-embedded-resource")) {
            errors.add(FieldError.forbidden(
                    path.child("x-kubernetes-embedded-resource"), "must not be used inside of resource meta"));
        }
    }

    static boolean hasUnknownType(ObjectValue schema) {
        String type = schema.string("type");
        return !type.isEmpty() && !TYPES.contains(type);
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
        String listType = schema.string("x-kubernetes-list-type");
        if (!keys.isEmpty() && !listType.equals("map")) {
            String why = "must be map if x-kubernetes-list-map-keys is non-empty";
            FieldPath place = path.child("x-kubernetes-list-type");
            errors.add(
                    schema.has("x-kubernetes-list-type")
                            ? FieldError.invalid(place, listType, why)
                            : FieldError.required(place, why));
        }
        if (listType.equals("map")) {
            keyed(schema, keys, path);
        }
        if (!leniency.nullableItems()) {
            errors.addAll(absences(schema, path));
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
        if (schema.string("type").equals("array") && !leniency.loose() && isLooseSet(schema)) {
            // The reference shows the list type of the items in both cases.
            ObjectValue items = schema.object("items");
            String field = items.string("type").equals("array") ? "x-kubernetes-list-type" : "x-kubernetes-map-type";
            errors.add(FieldError.invalid(
                    path.child("items", field),
                    items.valueOrNull("x-kubernetes-list-type"),
                    "must be atomic as item of a list with x-kubernetes-list-type=set"));
        }
        List<String> known = List.of("atomic", "set", "map");
        if (!known.contains(listType)) {
            errors.add(FieldError.notSupported(path.child("x-kubernetes-list-type"), listType, known));
        }
    }

    /** Whether a schema is of a set whose items are no units. */
    static boolean isLooseSet(ObjectValue schema) {
        ObjectValue items = schema.object("items");
        return schema.string("x-kubernetes-list-type").equals("set")
                && switch (items.string("type")) {
                    case "array" ->
                        items.has("x-kubernetes-list-type")
                                && !items.string("x-kubernetes-list-type").equals("atomic");
                    case "object" -> !items.string("x-kubernetes-map-type").equals("atomic");
                    default -> false;
                };
    }

    private void keyed(ObjectValue schema, List<String> keys, FieldPath path) {
        ObjectValue items = schema.object("items");
        FieldPath below = path.child("items");
        FieldPath place = path.child("x-kubernetes-list-map-keys");
        ListValue written = schema.list("x-kubernetes-list-map-keys");
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
        for (String key : keys) {
            ObjectValue property = items.object("properties").object(key);
            if (!items.object("properties").has(key)) {
                errors.add(FieldError.invalid(place, written, "entries must all be names of item properties"));
            } else if (List.of("array", "object").contains(property.string("type"))) {
                // The reference shows the type of the items.
                errors.add(FieldError.invalid(
                        below.child("properties").key(key).child("type"),
                        items.string("type"),
                        "must be a scalar type if parent array's x-kubernetes-list-type is map"));
            }
            if (!seen.add(key)) {
                errors.add(FieldError.invalid(place, written, "must not contain duplicate entries"));
            }
        }
    }

    /** The items of a set or map, and the keys of the latter, must be there. */
    static List<FieldError> absences(ObjectValue schema, FieldPath path) {
        String listType = schema.string("x-kubernetes-list-type");
        ObjectValue items = schema.object("items");
        if (!schema.has("items") || !List.of("set", "map").contains(listType)) {
            return List.of();
        }
        var errors = new ArrayList<FieldError>();
        FieldPath below = path.child("items");
        if (items.bool("nullable")) {
            errors.add(FieldError.forbidden(
                    below.child("nullable"), "cannot be nullable when x-kubernetes-list-type is " + listType));
        }
        for (String key : schema.list("x-kubernetes-list-map-keys").strings()) {
            ObjectValue property = items.object("properties").object(key);
            if (!listType.equals("map") || !items.object("properties").has(key)) {
                continue;
            }
            FieldPath place = below.child("properties").key(key);
            if (!property.has("default") && !items.list("required").strings().contains(key)) {
                errors.add(FieldError.required(
                        place.child("default"),
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                                + " property"));
            }
            if (property.bool("nullable")) {
                errors.add(FieldError.forbidden(
                        place.child("nullable"),
                        "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"));
            }
        }
        return errors;
    }
}
