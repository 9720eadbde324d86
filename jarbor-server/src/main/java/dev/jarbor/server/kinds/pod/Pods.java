package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * The rules of pods.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/">Pods</a>
 */
public final class Pods implements Strategy {
    private static final FieldPath METADATA = FieldPath.of("metadata");
    private static final FieldPath SPEC = FieldPath.of("spec");

    @Override
    public ObjectValue withDefaults(ObjectValue pod) {
        return Edits.always(pod, "spec", spec -> PodDefaults.pod(PodDefaults.spec(spec)));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue pod) {
        return NewPods.of(pod);
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return Edits.inside(after, "spec", DisabledFields::dropped);
    }

    @Override
    public ObjectValue beforeStatusUpdate(ObjectValue before, ObjectValue after) {
        return PodStatus.completed(before, after);
    }

    @Override
    public ObjectValue beforePartUpdate(String subresource, ObjectValue before, ObjectValue after) {
        return switch (subresource) {
            case "ephemeralcontainers" -> {
                ObjectValue spec = DisabledFields.dropped(after.object("spec"));
                yield before.with("spec", Edits.keep(spec, before.object("spec"), "ephemeralContainers"));
            }
            case "resize" -> Resizes.merged(before, after);
            default -> after;
        };
    }

    @Override
    public List<FieldError> validate(ObjectValue pod) {
        var checks = new Checks();
        check(pod, Leniency.POD, checks);
        ObjectValue spec = pod.object("spec");
        if (!spec.list("ephemeralContainers").isEmpty()) {
            checks.forbidden(SPEC.child("ephemeralContainers"), "cannot be set on create");
        }
        if (!spec.string("nodeName").isEmpty() && !spec.list("schedulingGates").isEmpty()) {
            checks.forbidden(SPEC.child("nodeName"), "cannot be set until all schedulingGates have been cleared");
        }
        Profiles.agree(pod.object("metadata"), spec, SPEC, checks);
        return checks.errors();
    }

    /** What holds for a pod at any time. */
    private static void check(ObjectValue pod, Leniency leniency, Checks checks) {
        ObjectValue metadata = pod.object("metadata");
        ObjectValue spec = pod.object("spec");
        PodAnnotations.check(metadata.object("annotations"), spec, leniency, METADATA.child("annotations"), checks);
        PodSpecs.check(spec, metadata, leniency, SPEC, checks);
        if (spec.string("serviceAccountName").isEmpty()) {
            noTokens(spec.list("volumes").objects(), checks);
        }
        for (String list : List.of("containers", "initContainers")) {
            List<ObjectValue> containers = spec.list(list).objects();
            for (int i = 0; i < containers.size(); i++) {
                ContainerChecks.trimmedImage(containers.get(i), SPEC.child(list).index(i), checks);
            }
        }
    }

    private static void noTokens(List<ObjectValue> volumes, Checks checks) {
        for (int i = 0; i < volumes.size(); i++) {
            List<ObjectValue> sources =
                    volumes.get(i).object("projected").list("sources").objects();
            for (int j = 0; j < sources.size(); j++) {
                if (sources.get(j).has("serviceAccountToken")) {
                    checks.forbidden(
                            SPEC.child("volumes")
                                    .index(i)
                                    .child("projected")
                                    .child("sources")
                                    .index(j)
                                    .child("serviceAccountToken"),
                            "must not be specified when serviceAccountName is not set");
                }
            }
        }
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        Leniency leniency = Leniency.after(before, true);
        check(after, leniency, checks);
        annotations(before, after, leniency, checks);
        PodUpdates.check(before, after, leniency, checks);
        return checks.errors();
    }

    private static void annotations(ObjectValue before, ObjectValue after, Leniency leniency, Checks checks) {
        FieldPath at = METADATA.child("annotations");
        ObjectValue annotations = after.object("metadata").object("annotations");
        PodAnnotations.kept(before.object("metadata").object("annotations"), annotations, at, checks);
        PodAnnotations.check(annotations, after.object("spec"), leniency, at, checks);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        annotations(before, after, Leniency.after(before, true), checks);
        PodStatus.check(before, after, checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validatePartUpdate(String subresource, ObjectValue before, ObjectValue after) {
        boolean mirrored = before.object("metadata").object("annotations").has(PodAnnotations.MIRROR);
        var checks = new Checks();
        switch (subresource) {
            case "ephemeralcontainers" -> {
                if (mirrored) {
                    return refused("static pods do not support ephemeral containers");
                }
                Leniency leniency = Leniency.after(before, true);
                check(after, leniency, checks);
                annotations(before, after, leniency, checks);
                PodUpdates.ephemeral(before, after, checks);
            }
            case "resize" -> {
                if (mirrored) {
                    return refused("static pods cannot be resized");
                }
                if (before.object("spec").object("os").string("name").equals("windows")) {
                    return refused("windows pods cannot be resized");
                }
                check(after, Leniency.after(before, true), checks);
                Resizes.check(before, after, checks);
            }
            default -> {}
        }
        return checks.errors();
    }

    private static List<FieldError> refused(String detail) {
        return List.of(FieldError.forbidden(FieldPath.of(""), detail));
    }

    @Override
    public List<String> warnings(ObjectValue pod) {
        return PodWarnings.ofPod(pod);
    }

    /** People rarely change pods themselves, and controllers do it often. */
    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return List.of();
    }

    /** A pod that runs gets its grace period; one that never started or has ended goes at once. */
    @Override
    public long deletionGrace(ObjectValue pod, long asked) {
        String phase = pod.object("status").string("phase");
        if (pod.object("spec").string("nodeName").isEmpty() || phase.equals("Succeeded") || phase.equals("Failed")) {
            return 0;
        }
        long seconds = asked >= 0 ? asked : pod.object("spec").integer("terminationGracePeriodSeconds");
        return seconds < 0 ? 1 : seconds;
    }
}
