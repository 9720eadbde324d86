package dev.jarbor.server;

import dev.jarbor.api.apply.FieldSet;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The fields that a way of writing puts back whatever a client says, so that no client owns them by it: the status through
 * the object itself, everything else through the status.
 */
final class ResetFields {
    private static final FieldSet STATUS = FieldSet.of("status");
    private static final FieldSet SPEC = FieldSet.of("spec");
    private static final FieldSet METADATA = FieldSet.of("metadata");

    private ResetFields() {}

    /** What of a set of fields is reached by writing {@code subresource} of {@code resource}. */
    static UnaryOperator<FieldSet> of(ServedResource resource, String subresource) {
        return switch (subresource) {
            case "" -> resource.hasStatus() ? without(STATUS) : UnaryOperator.identity();
            case "status" -> without(throughStatus(resource));
            case "finalize" -> without(STATUS);
            case "approval" -> without(SPEC.union(FieldSet.of("status", "certificate")));
            case "ephemeralcontainers" -> fields -> fields.within("spec", "ephemeralContainers");
            case "resize" -> ResetFields::resized;
            default -> UnaryOperator.identity();
        };
    }

    /** What a pod and its containers may use, and what happens to them when that changes. */
    private static FieldSet resized(FieldSet fields) {
        FieldSet resized = fields.within("spec", "resources");
        for (String list : List.of("containers", "initContainers")) {
            for (String field : List.of("resources", "resizePolicy")) {
                resized = resized.union(fields.within("spec", list, FieldSet.ANY, field));
            }
        }
        return resized;
    }

    private static UnaryOperator<FieldSet> without(FieldSet reset) {
        return fields -> fields.without(reset);
    }

    private static FieldSet throughStatus(ServedResource resource) {
        if (resource.custom().isCustom()) {
            return SPEC.union(METADATA);
        }
        return switch (resource.storage()) {
            case "pods" ->
                SPEC.union(FieldSet.of("metadata", "deletionTimestamp"))
                        .union(FieldSet.of("metadata", "ownerReferences"));
            case "deployments.apps" -> SPEC.union(FieldSet.of("metadata", "labels"));
            case "flowschemas.flowcontrol.apiserver.k8s.io",
                    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
                    "volumeattachments.storage.k8s.io",
                    "customresourcedefinitions.apiextensions.k8s.io" -> SPEC.union(METADATA);
            default -> SPEC;
        };
    }
}
