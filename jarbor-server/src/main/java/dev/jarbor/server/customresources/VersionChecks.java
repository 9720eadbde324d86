package dev.jarbor.server.customresources;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.structural.StructuralSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with a version of a definition beside its schema: columns, scale, selectable fields. */
final class VersionChecks {
    private static final List<String> COLUMN_TYPES = List.of("boolean", "date", "integer", "number", "string");
    private static final List<String> COLUMN_FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
    private static final List<String> SELECTABLE_TYPES = List.of("string", "boolean", "integer");
    private static final int MOST_SELECTABLE = 8;

    private VersionChecks() {}

    static List<FieldError> columns(List<ObjectValue> columns, FieldPath path) {
        var errors = new ArrayList<FieldError>();
        for (int i = 0; i < columns.size(); i++) {
            column(columns.get(i), path.index(i), errors);
        }
        return errors;
    }

    private static void column(ObjectValue column, FieldPath path, List<FieldError> errors) {
        if (column.string("name").isEmpty()) {
            errors.add(FieldError.required(path.child("name"), ""));
        }
        String type = column.string("type");
        String types = "must be one of " + String.join(",", COLUMN_TYPES);
        if (type.isEmpty()) {
            errors.add(FieldError.required(path.child("type"), types));
        } else if (!COLUMN_TYPES.contains(type)) {
            errors.add(FieldError.invalid(path.child("type"), type, types));
        }
        String format = column.string("format");
        if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
            errors.add(FieldError.invalid(
                    path.child("format"), format, "must be one of " + String.join(",", COLUMN_FORMATS)));
        }
        String jsonPath = column.string("jsonPath");
        if (jsonPath.isEmpty()) {
            errors.add(FieldError.required(path.child("JSONPath"), ""));
        } else {
            errors.addAll(simplePath(jsonPath, path.child("JSONPath")));
        }
    }

    /** The reference asks for no more here; columns that it cannot read it does not print. */
    private static List<FieldError> simplePath(String text, FieldPath path) {
        return text.startsWith(".")
                ? List.of()
                : List.of(FieldError.invalid(path, text, "must be a simple json path starting with ."));
    }

    static List<FieldError> scale(ObjectValue scale, FieldPath path) {
        var errors = new ArrayList<FieldError>();
        below(scale, "specReplicasPath", ".spec", true, path, errors);
        below(scale, "statusReplicasPath", ".status", true, path, errors);
        String selector = scale.string("labelSelectorPath");
        if (!selector.isEmpty()) {
            FieldPath place = path.child("scale.labelSelectorPath");
            List<FieldError> malformed = simplePath(selector, place);
            errors.addAll(malformed);
            if (malformed.isEmpty() && !selector.startsWith(".spec.") && !selector.startsWith(".status.")) {
                errors.add(FieldError.invalid(place, selector, "should be a json path under either .spec or .status"));
            }
        }
        return errors;
    }

    private static void below(
            ObjectValue scale, String field, String root, boolean required, FieldPath path, List<FieldError> errors) {
        String text = scale.string(field);
        FieldPath place = path.child("scale." + field);
        if (text.isEmpty()) {
            if (required) {
                errors.add(FieldError.required(place, ""));
            }
            return;
        }
        List<FieldError> malformed = simplePath(text, place);
        errors.addAll(malformed);
        if (malformed.isEmpty() && !text.startsWith(root + ".")) {
            errors.add(FieldError.invalid(place, text, "should be a json path under " + root));
        }
    }

    static List<FieldError> selectableFields(Definition.Version version, FieldPath path) {
        var errors = new ArrayList<FieldError>();
        List<ObjectValue> fields = version.selectableFields();
        StructuralSchema schema = StructuralSchema.of(version.schema());
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            String text = fields.get(i).string("jsonPath");
            FieldPath place = path.index(i).child("jsonPath");
            if (text.isEmpty()) {
                errors.add(FieldError.required(place, ""));
                continue;
            }
            switch (SelectablePath.of(text, schema)) {
                case SelectablePath.Wrong(String why) ->
                    errors.add(FieldError.invalid(place, text, "is an invalid path: " + why));
                case SelectablePath.Found(List<String> names, StructuralSchema found) -> {
                    if (names.getFirst().equals("metadata")) {
                        errors.add(FieldError.invalid(place, text, "must not point to fields in metadata"));
                    }
                    if (!SELECTABLE_TYPES.contains(found.type())) {
                        errors.add(FieldError.invalid(
                                place,
                                text,
                                "must point to a field of type string, boolean or integer. Enum string fields and"
                                        + " strings with formats are allowed."));
                    }
                    if (!seen.add(String.join(".", names))) {
                        errors.add(FieldError.duplicate(place, text));
                    }
                }
            }
        }
        if (seen.size() > MOST_SELECTABLE) {
            errors.add(FieldError.tooMany(path, seen.size(), MOST_SELECTABLE));
        }
        return errors;
    }
}
