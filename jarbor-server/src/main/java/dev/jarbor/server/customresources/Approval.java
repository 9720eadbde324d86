package dev.jarbor.server.customresources;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.List;

/**
 * Groups below {@code k8s.io} and {@code kubernetes.io} belong to the Kubernetes project: a definition in them says who
 * approved it (KEP-1111).
 */
final class Approval {
    private static final String ANNOTATION = "api-approved.kubernetes.io";
    private static final String SEE = "see https://github.com/kubernetes/enhancements/pull/1111";

    private Approval() {}

    private record State(String truth, String reason, String message) {}

    private static boolean isProtected(String group) {
        return group.equals("k8s.io")
                || group.equals("kubernetes.io")
                || group.endsWith(".k8s.io")
                || group.endsWith(".kubernetes.io");
    }

    private static State state(Definition definition) {
        String said = definition.metadata().object("annotations").string(ANNOTATION);
        if (said.isEmpty()) {
            return new State(
                    "False",
                    "MissingAnnotation",
                    "protected groups must have approval annotation \"" + ANNOTATION + "\", " + SEE);
        }
        if (said.startsWith("unapproved")) {
            return new State("False", "UnapprovedAnnotation", "not approved: \"" + said + "\"");
        }
        if (isUrl(said)) {
            return new State("True", "ApprovedAnnotation", "approved in " + said);
        }
        return new State(
                "False",
                "InvalidAnnotation",
                "protected groups must have approval annotation \"" + ANNOTATION
                        + "\" with either a URL or a reason starting with \"unapproved\", " + SEE);
    }

    private static boolean isUrl(String text) {
        try {
            var url = new URI(text);
            return url.getHost() != null
                    && url.getScheme() != null
                    && !url.getHost().isEmpty();
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    /** What is wrong with the annotation of a new definition. */
    static List<FieldError> check(Definition definition) {
        if (!isProtected(definition.group())) {
            return List.of();
        }
        State state = state(definition);
        FieldPath path = FieldPath.of("metadata", "annotations").key(ANNOTATION);
        return switch (state.reason()) {
            case "MissingAnnotation" -> List.of(FieldError.required(path, state.message()));
            case "InvalidAnnotation" ->
                List.of(FieldError.invalid(
                        path, definition.metadata().object("annotations").string(ANNOTATION), state.message()));
            default -> List.of();
        };
    }

    /** The status with the condition that tells of the approval, for groups that need one. */
    static ObjectValue status(Definition definition, ObjectValue status, Instant now) {
        if (!isProtected(definition.group())) {
            return status;
        }
        State state = state(definition);
        return Conditions.with(
                status, "KubernetesAPIApprovalPolicyConformant", state.truth(), state.reason(), state.message(), now);
    }
}
