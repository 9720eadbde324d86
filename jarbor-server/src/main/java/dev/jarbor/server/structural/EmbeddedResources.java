package dev.jarbor.server.structural;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.StructuralCheck;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The apiVersion, kind and metadata of objects and of the resources embedded in them. They are what they are in every
 * kind, whatever a schema says.
 */
public final class EmbeddedResources {
    private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private final TypeSchema metadata;
    private final Schemas schemas;
    private final List<String> unknown = new ArrayList<>();

    private EmbeddedResources(Schemas schemas) {
        this.schemas = schemas;
        metadata = schemas.type(OBJECT_META)
                .orElseThrow(() -> new IllegalStateException("the built-in types have no metadata"));
    }

    /**
     * @param object the object with well-formed metadata
     * @param unknown the fields that metadata does not have, taken out: {@code metadata.foo}
     */
    public record Coerced(ObjectValue object, List<String> unknown) {
        public Coerced {
            unknown = List.copyOf(unknown);
        }
    }

    /**
     * Gives the metadata of {@code object} the form that metadata has.
     *
     * @throws ApiException where a value in it has a wrong type
     */
    public static Coerced coerceRoot(ObjectValue object) {
        var pass = new EmbeddedResources(Schemas.builtIn());
        return new Coerced(pass.resource(object, ""), pass.unknown);
    }

    /** The same for the resources embedded in {@code object}, which {@code schema} names. */
    public static Coerced coerceEmbedded(StructuralSchema schema, ObjectValue object) {
        var pass = new EmbeddedResources(Schemas.builtIn());
        return new Coerced(
                pass.walk(schema, object, "", true) instanceof ObjectValue read ? read : object, pass.unknown);
    }

    /**
     * The same for any value of {@code schema}.
     *
     * @param resource whether the value itself is a resource
     */
    public static void coercePart(StructuralSchema schema, boolean resource, Value value) {
        var pass = new EmbeddedResources(Schemas.builtIn());
        Value read = resource && value instanceof ObjectValue object ? pass.resource(object, "") : value;
        pass.walk(schema, read, "", resource);
    }

    private ObjectValue resource(ObjectValue object, String path) {
        for (String field : List.of("apiVersion", "kind")) {
            Value value = object.valueOrNull(field);
            if (!(value instanceof NullValue) && !(value instanceof StringValue)) {
                throw refused(path, field, "must be a string");
            }
        }
        if (!object.has("metadata")) {
            return object;
        }
        Value given = object.valueOrNull("metadata");
        if (given instanceof NullValue) {
            return object.without("metadata");
        }
        if (!(given instanceof ObjectValue fields)) {
            throw refused(path, "metadata", "must be an object");
        }
        StructuralCheck.Result read = StructuralCheck.check(schemas, metadata, fields);
        if (!read.wrongTypes().isEmpty()) {
            throw refused(path, "metadata", read.wrongTypes().getFirst());
        }
        String here = child(path, "metadata");
        for (String finding : read.unknownFields()) {
            int quote = finding.indexOf('"');
            unknown.add(here + "." + finding.substring(quote + 1, finding.length() - 1));
        }
        return object.with("metadata", read.object());
    }

    private static ApiException refused(String path, String field, String why) {
        return ApiException.badRequest(child(path, field) + ": Invalid value: " + why);
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    @SuppressWarnings("ReferenceEquality") // what is the very same needs no rewriting
    private Value walk(StructuralSchema schema, Value value, String path, boolean root) {
        return switch (value) {
            case ObjectValue object -> {
                ObjectValue read = schema.embeddedResource() && !root ? resource(object, path) : object;
                for (int i = 0; i < object.size(); i++) {
                    String name = object.name(i);
                    Optional<StructuralSchema> below = schema.property(name).or(schema::additional);
                    if (below.isPresent() && read.has(name)) {
                        Value before = read.valueOrNull(name);
                        Value after = walk(below.get(), before, child(path, name), false);
                        read = after == before ? read : read.with(name, after);
                    }
                }
                yield read;
            }
            case ListValue list -> {
                Optional<StructuralSchema> items = schema.items();
                if (items.isEmpty()) {
                    yield list;
                }
                var read = new ArrayList<Value>(list.size());
                boolean same = true;
                for (int i = 0; i < list.size(); i++) {
                    Value after = walk(items.get(), list.get(i), path + "[" + i + "]", false);
                    same &= after == list.get(i);
                    read.add(after);
                }
                yield same ? list : ListValue.of(read);
            }
            default -> value;
        };
    }

    /** What is wrong with the resources embedded in {@code value}. */
    public static List<FieldError> check(StructuralSchema schema, Value value, FieldPath path) {
        var errors = new ArrayList<FieldError>();
        check(schema, value, path, true, errors);
        return errors;
    }

    /**
     * The same for any value of {@code schema}.
     *
     * @param resource whether the value itself is a resource
     */
    public static List<FieldError> checkPart(StructuralSchema schema, boolean resource, Value value, FieldPath path) {
        var errors = new ArrayList<FieldError>();
        if (resource && value instanceof ObjectValue object) {
            embedded(object, path, errors);
        }
        check(schema, value, path, resource, errors);
        return errors;
    }

    private static void check(
            StructuralSchema schema, Value value, FieldPath path, boolean root, List<FieldError> errors) {
        switch (value) {
            case ObjectValue object -> {
                if (schema.embeddedResource() && !root) {
                    embedded(object, path, errors);
                }
                for (int i = 0; i < object.size(); i++) {
                    String name = object.name(i);
                    Optional<StructuralSchema> property = schema.property(name);
                    FieldPath below = property.isPresent() ? path.child(name) : path.key(name);
                    Value inner = object.value(i);
                    property.or(schema::additional).ifPresent(next -> check(next, inner, below, false, errors));
                }
            }
            case ListValue list ->
                schema.items().ifPresent(items -> {
                    for (int i = 0; i < list.size(); i++) {
                        check(items, list.get(i), path.index(i), false, errors);
                    }
                });
            default -> {
                // nothing below
            }
        }
    }

    private static void embedded(ObjectValue object, FieldPath path, List<FieldError> errors) {
        String apiVersion = object.string("apiVersion");
        if (apiVersion.isEmpty()) {
            errors.add(FieldError.required(path.child("apiVersion"), "must not be empty"));
        } else if (apiVersion.chars().filter(letter -> letter == '/').count() > 1) {
            errors.add(FieldError.invalid(
                    path.child("apiVersion"), apiVersion, "unexpected GroupVersion string: " + apiVersion));
        }
        String kind = object.string("kind");
        if (kind.isEmpty()) {
            errors.add(FieldError.required(path.child("kind"), "must not be empty"));
        } else {
            List<String> problems = Names.dns1035Label(kind.toLowerCase(Locale.ROOT));
            if (!problems.isEmpty()) {
                errors.add(FieldError.invalid(
                        path.child("kind"),
                        kind,
                        "may have mixed case, but should otherwise match: " + String.join(",", problems)));
            }
        }
        String name = object.object("metadata").string("name");
        for (String problem : name.isEmpty() ? List.<String>of() : Names.pathSegment(name)) {
            errors.add(FieldError.invalid(path.child("metadata", "name"), name, problem));
        }
    }
}
