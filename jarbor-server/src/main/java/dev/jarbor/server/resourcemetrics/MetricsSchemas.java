package dev.jarbor.server.resourcemetrics;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The types and resources of {@code metrics.k8s.io/v1beta1} beside others.
 *
 * @see <a href="https://kubernetes.io/docs/reference/external-api/metrics.v1beta1/">Kubernetes Metrics (v1beta1)</a>
 */
public final class MetricsSchemas implements Schemas {
    public static final String GROUP = "metrics.k8s.io";
    static final String VERSION = "v1beta1";
    /** How runtime configurations name it. */
    public static final String API = GROUP + "/" + VERSION;

    private static final String PREFIX = "io.k8s.metrics.pkg.apis.metrics.v1beta1.";
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final Schemas OWN = Schemas.of(
            List.of(
                    measured("NodeMetrics")
                            .field(FieldSchema.of("usage", new FieldType.MapOf(Scalar.QUANTITY)))
                            .build(),
                    measured("PodMetrics")
                            .field(FieldSchema.of(
                                    "containers", new FieldType.ListOf(new FieldType.Ref(PREFIX + "ContainerMetrics"))))
                            .build(),
                    TypeSchema.builder(PREFIX + "ContainerMetrics")
                            .field(FieldSchema.of("name", Scalar.STRING))
                            .field(FieldSchema.of("usage", new FieldType.MapOf(Scalar.QUANTITY)))
                            .build(),
                    list("NodeMetrics"),
                    list("PodMetrics")),
            List.of(resource("nodes", "NodeMetrics", false), resource("pods", "PodMetrics", true)));

    private final Schemas others;
    private final List<ResourceDefinition> resources;

    /** @param others the types and resources that there are besides */
    public MetricsSchemas(Schemas others) {
        this.others = others;
        var all = new ArrayList<>(others.resources());
        all.addAll(OWN.resources());
        this.resources = List.copyOf(all);
    }

    private static ResourceDefinition resource(String plural, String kind, boolean namespaced) {
        return new ResourceDefinition(
                GROUP, VERSION, plural, "", kind, namespaced, List.of(), List.of(), List.of("get", "list"), List.of());
    }

    private static TypeSchema.Builder kinded(String kind) {
        return TypeSchema.builder(PREFIX + kind)
                .kind(new GroupVersionKind(GROUP, VERSION, kind))
                .field(FieldSchema.of("apiVersion", Scalar.STRING))
                .field(FieldSchema.of("kind", Scalar.STRING));
    }

    private static TypeSchema.Builder measured(String kind) {
        return kinded(kind)
                .field(FieldSchema.of("metadata", new FieldType.Ref(META + "ObjectMeta")))
                .field(FieldSchema.of("timestamp", Scalar.TIME))
                .field(FieldSchema.of("window", Scalar.DURATION));
    }

    private static TypeSchema list(String kind) {
        return kinded(kind + "List")
                .field(FieldSchema.of("metadata", new FieldType.Ref(META + "ListMeta")))
                .field(FieldSchema.of("items", new FieldType.ListOf(new FieldType.Ref(PREFIX + kind))))
                .build();
    }

    @Override
    public Optional<TypeSchema> type(String id) {
        return OWN.type(id).or(() -> others.type(id));
    }

    @Override
    public Optional<TypeSchema> forKind(GroupVersionKind kind) {
        return OWN.forKind(kind).or(() -> others.forKind(kind));
    }

    @Override
    public List<String> typeIds() {
        return Stream.concat(others.typeIds().stream(), OWN.typeIds().stream())
                .sorted()
                .toList();
    }

    @Override
    public List<ResourceDefinition> resources() {
        return resources;
    }
}
