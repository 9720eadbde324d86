package dev.jarbor.server;

import dev.jarbor.api.Kind;
import dev.jarbor.api.apply.Shape;
import dev.jarbor.api.apply.TypeShapes;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.server.registry.ServedResource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How apply sees the objects of each resource. */
final class FieldShapes {
    private static final String METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private final TypeShapes types;
    private final Shape unknown;
    /** Of the kinds that are built in: as many as there are. */
    private final ConcurrentHashMap<Kind<?>, Optional<Shape>> builtIn = new ConcurrentHashMap<>();

    FieldShapes(Schemas schemas) {
        types = new TypeShapes(schemas);
        Shape metadata = schemas.type(METADATA).map(types::of).orElse(Shape.Deduced.DEDUCED);
        unknown = Shape.Fields.of(
                Map.of(
                        "apiVersion", Shape.Field.of(Shape.Leaf.TEXT),
                        "kind", Shape.Field.of(Shape.Leaf.TEXT),
                        "metadata", Shape.Field.of(metadata)),
                Shape.Deduced.DEDUCED,
                false);
    }

    Shape of(ServedResource resource) {
        return resource.custom().isCustom()
                ? resource.custom().merging()
                : builtIn(resource).orElse(unknown);
    }

    private Optional<Shape> builtIn(ServedResource resource) {
        Optional<Shape> known = builtIn.get(resource.kind());
        if (known == null) {
            known = types.forKind(resource.definition().groupVersionKind());
            builtIn.put(resource.kind(), known);
        }
        return known;
    }

    /** Whether the shapes of a resource are those of Kubernetes itself, which do not change while it runs. */
    boolean areBuiltIn(ServedResource resource) {
        return !resource.custom().isCustom() && builtIn(resource).isPresent();
    }

    /** Objects without a schema have metadata like all others; the rest is deduced from what they say. */
    Shape of(GroupVersionKind kind) {
        return types.forKind(kind).orElse(unknown);
    }
}
