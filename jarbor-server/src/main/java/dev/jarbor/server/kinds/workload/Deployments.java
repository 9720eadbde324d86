package dev.jarbor.server.kinds.workload;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.DisabledFields;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodDefaults;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Internal;
import java.util.List;

/**
 * The rules of Deployments.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/">Deployments</a>
 */
public final class Deployments implements Replicated {
    private static final FieldPath STRATEGY = Owners.SPEC.child("strategy");
    private static final List<String> TYPES = List.of("Recreate", "RollingUpdate");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return always(object, "spec", spec -> {
            spec = absent(spec, "replicas", 1);
            spec = absent(spec, "revisionHistoryLimit", 10);
            spec = absent(spec, "progressDeadlineSeconds", 600);
            spec = always(spec, "strategy", Deployments::strategy);
            return PodDefaults.template(spec);
        });
    }

    private static ObjectValue strategy(ObjectValue strategy) {
        ObjectValue typed = text(strategy, "type", "RollingUpdate");
        return typed.string("type").equals("RollingUpdate")
                ? always(
                        typed,
                        "rollingUpdate",
                        rolling ->
                                absent(absent(rolling, "maxUnavailable", Value.of("25%")), "maxSurge", Value.of("25%")))
                : typed;
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return Edits.inside(object, "spec", DisabledFields::ofTemplate);
    }

    /** Annotations of a Deployment are copied to its ReplicaSets, so they count. */
    @Override
    public boolean isNewGeneration(ObjectValue before, ObjectValue after) {
        return !before.object("spec").equals(after.object("spec"))
                || !before.object("metadata")
                        .object("annotations")
                        .equals(after.object("metadata").object("annotations"));
    }

    @Override
    public Checks check(ObjectValue object, Leniency leniency) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        checks.notNegative(spec, "replicas", Owners.SPEC);
        Owners.selector(spec, "deployment", checks);
        if (Owners.selected(spec, "invalid label selector", checks)) {
            Owners.template(spec, leniency, checks);
            Owners.runsForever(spec, "ReplicaSet", checks);
        }
        strategy(spec.object("strategy"), checks);
        checks.notNegative(spec, "minReadySeconds", Owners.SPEC);
        checks.notNegative(spec, "revisionHistoryLimit", Owners.SPEC);
        checks.notNegative(spec, "progressDeadlineSeconds", Owners.SPEC);
        long deadline = spec.integer("progressDeadlineSeconds");
        if (spec.has("progressDeadlineSeconds") && deadline <= spec.integer("minReadySeconds")) {
            checks.invalid(
                    Owners.SPEC.child("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds");
        }
        return checks;
    }

    private static void strategy(ObjectValue strategy, Checks checks) {
        FieldPath at = STRATEGY.child("rollingUpdate");
        switch (strategy.string("type")) {
            case "Recreate" -> {
                if (strategy.has("rollingUpdate")) {
                    checks.forbidden(at, "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            case "RollingUpdate" -> rolling(strategy.object("rollingUpdate"), at, checks);
            default ->
                checks.add(Internal.notSupported(STRATEGY, strategy, List.of("Type=\"\"", "RollingUpdate"), TYPES));
        }
    }

    private static void rolling(ObjectValue rolling, FieldPath at, Checks checks) {
        Value unavailable = rolling.valueOrNull("maxUnavailable");
        Value surge = rolling.valueOrNull("maxSurge");
        Amount.check(unavailable, at.child("maxUnavailable"), checks);
        Amount.check(surge, at.child("maxSurge"), checks);
        if (Amount.value(unavailable) == 0 && Amount.value(surge) == 0) {
            checks.invalid(at.child("maxUnavailable"), unavailable, "may not be 0 when `maxSurge` is 0");
        }
        Amount.atMostAll(unavailable, at.child("maxUnavailable"), checks);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue status = after.object("status");
        Owners.counted(
                status,
                checks,
                "observedGeneration",
                "replicas",
                "updatedReplicas",
                "readyReplicas",
                "availableReplicas",
                "unavailableReplicas",
                "terminatingReplicas",
                "collisionCount");
        Owners.ofReplicas(status, checks, "updatedReplicas", "readyReplicas", "availableReplicas");
        Owners.availableIsReady(status, "readyReplicas", checks);
        Owners.collisions(before, after, checks);
        return checks.errors();
    }
}
