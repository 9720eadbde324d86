package dev.jarbor.server.registry;

import dev.jarbor.api.apply.Shape;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Map;

/**
 * What one version of a CustomResourceDefinition says beside names and rules.
 *
 * @param definition the name of the definition; "" for built-in resources
 * @param source what of the definition all this was made from: its spec and its accepted names
 * @param listKind the kind of lists
 * @param schema its openAPIV3Schema as written
 * @param merging how apply sees its objects
 * @param columns of its table; the name comes before them
 * @param scale where the scale subresource reads and writes; {@link ScalePaths#NONE} without one
 * @param terminating whether the definition is being deleted, so that nothing new may be created
 */
public record CustomVersion(
        String definition,
        ObjectValue source,
        String listKind,
        ObjectValue schema,
        Shape merging,
        List<PrinterColumn> columns,
        ScalePaths scale,
        boolean terminating) {
    /** For built-in resources. */
    public static final CustomVersion NONE = new CustomVersion(
            "", ObjectValue.EMPTY, "", ObjectValue.EMPTY, Shape.Deduced.DEDUCED, List.of(), ScalePaths.NONE, false);

    public CustomVersion {
        columns = List.copyOf(columns);
    }

    /** Whether the resource is a custom one. */
    public boolean isCustom() {
        return !definition.isEmpty();
    }

    /**
     * Where a custom resource keeps what its Scale shows: paths below its root.
     *
     * @param selector empty where it has no selector
     * @param ofVersions the first of them for each version of the definition, by apiVersion; empty where one has no Scale
     */
    public record ScalePaths(
            List<String> specReplicas,
            List<String> statusReplicas,
            List<String> selector,
            Map<String, List<String>> ofVersions) {
        /** No scale subresource. */
        public static final ScalePaths NONE = new ScalePaths(List.of(), List.of(), List.of(), Map.of());

        public ScalePaths {
            specReplicas = List.copyOf(specReplicas);
            statusReplicas = List.copyOf(statusReplicas);
            selector = List.copyOf(selector);
            ofVersions = Map.copyOf(ofVersions);
        }

        public boolean isPresent() {
            return !specReplicas.isEmpty();
        }
    }
}
