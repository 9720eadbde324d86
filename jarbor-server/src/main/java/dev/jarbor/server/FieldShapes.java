package dev.jarbor.server;

import dev.jarbor.api.apply.Shape;
import dev.jarbor.api.apply.TypeShapes;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.server.registry.ServedResource;
import java.util.Map;

/** How apply sees the objects of each resource. */
final class FieldShapes {
    private static final String METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private final TypeShapes types;
    private final Shape unknown;

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
                : of(resource.definition().groupVersionKind());
    }

    /** Whether the shapes of a resource are those of Kubernetes itself, which do not change while it runs. */
    boolean areBuiltIn(ServedResource resource) {
        return types.forKind(resource.definition().groupVersionKind()).isPresent();
    }

    /** Objects without a schema have metadata like all others; the rest is deduced from what they say. */
    Shape of(GroupVersionKind kind) {
        return types.forKind(kind).orElse(unknown);
    }
}
