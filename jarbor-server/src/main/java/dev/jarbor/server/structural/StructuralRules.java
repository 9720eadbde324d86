package dev.jarbor.server.structural;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether a schema is structural: it gives a type to everything outside of its logical keywords, which in turn only
 * restrict what is specified outside of them.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema">Structural
 *     schemas</a>
 */
public final class StructuralRules {
    /** What may not stand inside of logical keywords, with what the message asks for instead. */
    private static final Map<String, String> OUTSIDE_ONLY = new TreeMap<>(Map.ofEntries(
            Map.entry("type", "must be empty to be structural"),
            Map.entry("additionalProperties", "must be undefined to be structural"),
            Map.entry("default", "must be undefined to be structural"),
            Map.entry("title", "must be empty to be structural"),
            Map.entry("description", "must be empty to be structural"),
            Map.entry("nullable", "must be false to be structural"),
            Map.entry("externalDocs", "must be undefined to be structural"),
            Map.entry("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
            Map.entry("x-kubernetes-embedded-resource", "must be false to be structural"),
            Map.entry("x-kubernetes-int-or-string", "must be false to be structural"),
            Map.entry("x-kubernetes-list-map-keys", "must be empty to be structural"),
            Map.entry("x-kubernetes-list-type", "must be undefined to be structural"),
            Map.entry("x-kubernetes-map-type", "must be undefined to be structural"),
            Map.entry("x-kubernetes-validations", "must be empty to be structural")));

    private enum Level {
        ROOT("must not be empty at the root"),
        ITEM("must not be empty for specified array items"),
        FIELD("must not be empty for specified object fields");

        private final String untyped;

        Level(String untyped) {
            this.untyped = untyped;
        }
    }

    private final List<FieldError> errors = new ArrayList<>();

    private StructuralRules() {}

    /** What keeps {@code schema} from being structural, sorted as the reference sorts it. */
    public static List<FieldError> check(StructuralSchema schema, FieldPath path) {
        var rules = new StructuralRules();
        rules.structure(schema, Level.ROOT, path);
        rules.completeness(schema, path);
        return rules.errors.stream()
                .sorted(Comparator.comparing(FieldError::toString))
                .toList();
    }

    private void structure(StructuralSchema schema, Level level, FieldPath path) {
        if (schema.type().equals("array") && schema.items().isEmpty()) {
            errors.add(FieldError.required(path.child("items"), "must be specified"));
        }
        schema.items().ifPresent(items -> structure(items, Level.ITEM, path.child("items")));
        schema.properties()
                .forEach((name, property) -> structure(
                        property, Level.FIELD, path.child("properties").key(name)));
        if (schema.raw().has("additionalProperties") && level == Level.ROOT && !schema.forbidsAdditional()) {
            errors.add(FieldError.forbidden(path.child("additionalProperties"), "must not be used at the root"));
        }
        schema.additional().ifPresent(more -> structure(more, Level.FIELD, path.child("additionalProperties")));
        if (schema.intOrString() && schema.preservesUnknownFields()) {
            errors.add(FieldError.invalid(
                    path.child("x-kubernetes-preserve-unknown-fields"),
                    Value.of(true),
                    "must be false if x-kubernetes-int-or-string is true"));
        }
        if (schema.intOrString() && schema.embeddedResource()) {
            errors.add(FieldError.invalid(
                    path.child("x-kubernetes-embedded-resource"),
                    Value.of(true),
                    "must be false if x-kubernetes-int-or-string is true"));
        }
        values(schema, path, isIntOrString(schema.anyOf()), firstIsIntOrString(schema.allOf()));
        typed(schema, level, path);
        resource(schema, level, path);
    }

    private void typed(StructuralSchema schema, Level level, FieldPath path) {
        String type = schema.type();
        if (schema.embeddedResource() && !type.equals("object")) {
            String why = "must be object if x-kubernetes-embedded-resource is true";
            errors.add(
                    type.isEmpty()
                            ? FieldError.required(path.child("type"), why)
                            : FieldError.invalid(path.child("type"), type, why));
        } else if (type.isEmpty() && !schema.intOrString() && !schema.preservesUnknownFields()) {
            errors.add(FieldError.required(path.child("type"), level.untyped));
        }
        if (schema.embeddedResource() && schema.raw().has("additionalProperties")) {
            errors.add(FieldError.forbidden(
                    path.child("additionalProperties"), "must not be used if x-kubernetes-embedded-resource is set"));
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            errors.add(FieldError.invalid(path.child("type"), type, "must be object at the root"));
        }
    }

    /** The fields that every resource has can only be restricted in a few ways. */
    private void resource(StructuralSchema schema, Level level, FieldPath path) {
        boolean resource = level == Level.ROOT || schema.embeddedResource();
        FieldPath properties = path.child("properties");
        for (String name : List.of("kind", "apiVersion")) {
            schema.property(name)
                    .filter(property -> resource && !property.type().equals("string"))
                    .ifPresent(property -> errors.add(
                            FieldError.invalid(properties.key(name).child("type"), property.type(), "must be string")));
        }
        schema.property("metadata").ifPresent(metadata -> {
            FieldPath here = properties.key("metadata");
            if (resource && !metadata.type().equals("object")) {
                errors.add(FieldError.invalid(here.child("type"), metadata.type(), "must be object"));
            }
            if (level == Level.ROOT && restrictsMoreThanNames(metadata)) {
                errors.add(FieldError.forbidden(
                        here,
                        "must not specify anything other than name and generateName, but metadata is implicitly"
                                + " specified"));
            }
        });
        if (schema.embeddedResource()
                && !schema.preservesUnknownFields()
                && schema.properties().isEmpty()) {
            errors.add(FieldError.required(
                    properties,
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields"));
        }
    }

    private static boolean restrictsMoreThanNames(StructuralSchema metadata) {
        ObjectValue rest = metadata.raw().without("type").without("default");
        boolean onlyNames = metadata.properties().keySet().stream().allMatch(List.of("name", "generateName")::contains);
        return !(onlyNames ? rest.without("properties") : rest).isEmpty();
    }

    /** What is asked of values: well-formed patterns, and nothing structural in logical keywords. */
    private void values(StructuralSchema schema, FieldPath path, boolean skipAnyOf, boolean skipFirstAllOf) {
        for (int i = 0; i < schema.anyOf().size() && !skipAnyOf; i++) {
            nested(schema.anyOf().get(i), path.child("anyOf").index(i), false);
        }
        for (int i = 0; i < schema.allOf().size(); i++) {
            nested(schema.allOf().get(i), path.child("allOf").index(i), skipFirstAllOf && i == 0);
        }
        for (int i = 0; i < schema.oneOf().size(); i++) {
            nested(schema.oneOf().get(i), path.child("oneOf").index(i), false);
        }
        schema.not().ifPresent(not -> nested(not, path.child("not"), false));
        String pattern = schema.raw().string("pattern");
        if (!pattern.isEmpty()) {
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException malformed) {
                errors.add(FieldError.invalid(
                        path.child("pattern"),
                        pattern,
                        "must be a valid regular expression, but isn't: " + malformed.getMessage()));
            }
        }
    }

    private void nested(StructuralSchema schema, FieldPath path, boolean skipAnyOf) {
        values(schema, path, skipAnyOf, false);
        schema.items().ifPresent(items -> nested(items, path.child("items"), false));
        schema.properties()
                .forEach((name, property) ->
                        nested(property, path.child("properties").key(name), false));
        OUTSIDE_ONLY.forEach((field, why) -> {
            if (schema.raw().has(field) && !isEmpty(schema.raw().valueOrNull(field))) {
                errors.add(FieldError.forbidden(path.child(field), why));
            }
        });
        if (schema.properties().containsKey("metadata")) {
            errors.add(FieldError.forbidden(
                    path.child("properties").key("metadata"), "must not be specified in a nested context"));
        }
    }

    private static boolean isEmpty(Value value) {
        return value.equals(Value.of(false))
                || value.equals(Value.of(""))
                || value.toString().equals("[]");
    }

    private static boolean isIntOrString(List<StructuralSchema> branches) {
        return branches.size() == 2
                && branches.get(0).raw().equals(ObjectValue.EMPTY.with("type", "integer"))
                && branches.get(1).raw().equals(ObjectValue.EMPTY.with("type", "string"));
    }

    private static boolean firstIsIntOrString(List<StructuralSchema> branches) {
        return !branches.isEmpty() && isIntOrString(branches.getFirst().anyOf());
    }

    /** Whatever a logical keyword restricts must be specified outside of it. */
    private void completeness(StructuralSchema schema, FieldPath path) {
        logical(schema, schema, path);
        schema.items().ifPresent(items -> completeness(items, path.child("items")));
        schema.properties()
                .forEach((name, property) ->
                        completeness(property, path.child("properties").key(name)));
        schema.additional().ifPresent(more -> completeness(more, path.child("additionalProperties")));
    }

    private void logical(StructuralSchema from, StructuralSchema outside, FieldPath path) {
        for (int i = 0; i < from.allOf().size(); i++) {
            covered(from.allOf().get(i), outside, path, path.child("allOf").index(i));
        }
        for (int i = 0; i < from.anyOf().size(); i++) {
            covered(from.anyOf().get(i), outside, path, path.child("anyOf").index(i));
        }
        for (int i = 0; i < from.oneOf().size(); i++) {
            covered(from.oneOf().get(i), outside, path, path.child("oneOf").index(i));
        }
        from.not().ifPresent(not -> covered(not, outside, path, path.child("not")));
    }

    private void covered(StructuralSchema inner, StructuralSchema outside, FieldPath outsidePath, FieldPath path) {
        logical(inner, outside, path);
        inner.items().ifPresent(items -> {
            if (outside.items().isEmpty()) {
                errors.add(FieldError.required(
                        outsidePath.child("items"), "because it is defined in " + path.child("items")));
            } else {
                covered(items, outside.items().get(), outsidePath.child("items"), path.child("items"));
            }
        });
        inner.properties().forEach((name, property) -> {
            FieldPath here = path.child("properties").key(name);
            FieldPath there = outsidePath.child("properties").key(name);
            if (outside.property(name).isPresent()) {
                covered(property, outside.property(name).get(), there, here);
            } else {
                errors.add(FieldError.required(there, "because it is defined in " + here));
            }
        });
    }
}
