package dev.jarbor.server.customresources;

import dev.jarbor.api.apply.Shape;
import dev.jarbor.api.apply.TypeShapes;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.structural.StructuralSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How apply sees the objects of a structural schema: which fields, lists and maps merge, and which are one value. */
final class MergeShapes {
    private static final String METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private MergeShapes() {}

    /** The shape of whole objects of {@code schema}; made when it is first needed. */
    static Shape of(StructuralSchema schema) {
        return new Shape.Later(() -> object(schema, true, metadata()));
    }

    private static Shape metadata() {
        Schemas schemas = Schemas.builtIn();
        return schemas.type(METADATA)
                .map(type -> new TypeShapes(schemas).of(type))
                .orElse(Shape.Deduced.DEDUCED);
    }

    private static Shape shape(StructuralSchema schema, Shape metadata) {
        if (schema.intOrString()) {
            return Shape.Leaf.ANY;
        }
        return switch (schema.type()) {
            case "string" -> Shape.Leaf.TEXT;
            case "integer", "number" -> Shape.Leaf.NUMBER;
            case "boolean" -> Shape.Leaf.TRUTH;
            case "array" -> list(schema, metadata);
            case "object" -> object(schema, false, metadata);
            default -> Shape.Deduced.DEDUCED;
        };
    }

    private static Shape object(StructuralSchema schema, boolean root, Shape metadata) {
        boolean resource = root || schema.embeddedResource();
        boolean atomic = schema.mapType().equals("atomic");
        boolean unspecified =
                schema.properties().isEmpty() && schema.additional().isEmpty();
        if (unspecified && !resource && !atomic) {
            return Shape.Deduced.DEDUCED;
        }
        Map<String, Shape.Field> fields = new HashMap<>();
        schema.properties().forEach((name, property) -> fields.put(name, Shape.Field.of(shape(property, metadata))));
        if (resource) {
            fields.put("apiVersion", Shape.Field.of(Shape.Leaf.TEXT));
            fields.put("kind", Shape.Field.of(Shape.Leaf.TEXT));
            fields.put("metadata", Shape.Field.of(metadata));
        }
        return Shape.Fields.of(fields, others(schema, unspecified, metadata), atomic);
    }

    private static @Nullable Shape others(StructuralSchema schema, boolean unspecified, Shape metadata) {
        if (schema.additional().isPresent()) {
            return shape(schema.additional().get(), metadata);
        }
        return schema.preservesUnknownFields() || schema.allowsAdditional() || unspecified
                ? Shape.Deduced.DEDUCED
                : null;
    }

    private static Shape list(StructuralSchema schema, Shape metadata) {
        Shape item = schema.items().map(items -> shape(items, metadata)).orElse(Shape.Deduced.DEDUCED);
        return switch (schema.listType()) {
            case "set" -> new Shape.Items(Shape.Listing.SET, Map.of(), item);
            case "map" -> new Shape.Items(Shape.Listing.MAP, keys(schema), item);
            default -> Shape.atomicList(item);
        };
    }

    /** The keys of a list, each with its default. */
    private static Map<String, Value> keys(StructuralSchema list) {
        var keys = new TreeMap<String, Value>();
        List<String> names = list.listMapKeys();
        for (String name : names) {
            keys.put(
                    name,
                    list.items()
                            .flatMap(items -> items.property(name))
                            .flatMap(StructuralSchema::defaultValue)
                            .orElse(NullValue.NULL));
        }
        return keys;
    }
}
