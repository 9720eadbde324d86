package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Review;
import java.util.Optional;

/** Where the kinds that make pods keep what the pods will be. */
final class Templates {
    private Templates() {}

    /** The pod, or the template of pods, that the reviewed object is or holds: with metadata and spec. */
    static Optional<ObjectValue> of(Review review) {
        ObjectValue object = review.object();
        ObjectValue spec = object.object("spec");
        return switch (review.resource().groupResource().toString()) {
            case "podtemplates" -> Optional.of(object.object("template"));
            case "replicationcontrollers" ->
                spec.has("template") ? Optional.of(spec.object("template")) : Optional.empty();
            case "replicasets.apps", "deployments.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch" ->
                Optional.of(spec.object("template"));
            case "cronjobs.batch" ->
                Optional.of(spec.object("jobTemplate").object("spec").object("template"));
            default -> Optional.empty();
        };
    }

    /** The field that {@link #of} is found in. */
    static FieldPath path(Review review) {
        return switch (review.resource().groupResource().toString()) {
            case "podtemplates" -> FieldPath.of("template");
            case "cronjobs.batch" -> FieldPath.of("spec", "jobTemplate", "spec", "template");
            default -> FieldPath.of("spec", "template");
        };
    }
}
