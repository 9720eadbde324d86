package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;

/** Templates of pods, as workloads hold them. */
public final class PodTemplates {
    private PodTemplates() {}

    public static void check(ObjectValue template, Leniency leniency, FieldPath at, Checks checks) {
        ObjectValue metadata = template.object("metadata");
        ObjectValue spec = template.object("spec");
        checks.labels(metadata.object("labels"), at.child("labels"));
        checks.annotations(metadata.object("annotations"), at.child("annotations"));
        PodAnnotations.check(metadata.object("annotations"), spec, leniency, at.child("annotations"), checks);
        PodSpecs.check(spec, ObjectValue.EMPTY, leniency, at.child("spec"), checks);
        Profiles.agree(metadata, spec, at.child("spec"), checks);
        if (!spec.list("ephemeralContainers").isEmpty()) {
            checks.forbidden(
                    at.child("spec").child("ephemeralContainers"), "ephemeral containers not allowed in pod template");
        }
    }

    /** Only the annotations that mean something, which some workloads check once more. */
    public static void annotations(ObjectValue template, Leniency leniency, FieldPath at, Checks checks) {
        ObjectValue annotations = template.object("metadata").object("annotations");
        PodAnnotations.check(annotations, template.object("spec"), leniency, at, checks);
    }
}
