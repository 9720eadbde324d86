package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.inside;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * Horizontal pod autoscalers, in version 2.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/">Horizontal Pod
 *     Autoscaling</a>
 */
final class Autoscalers implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final int DEFAULT_UTILIZATION = 80;

    private final boolean toZero;

    /** @param toZero whether autoscalers may leave a target without pods (the gate HPAScaleToZero) */
    Autoscalers(boolean toZero) {
        this.toZero = toZero;
    }

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return always(object, "spec", spec -> {
            ObjectValue bounded = absent(spec, "minReplicas", 1);
            ObjectValue measured = bounded.list("metrics").isEmpty()
                    ? bounded.with("metrics", ListValue.of(cpu(DEFAULT_UTILIZATION)))
                    : bounded;
            return inside(measured, "behavior", ScalingRules::filled);
        });
    }

    /** The metric that is meant where none is given, and the only one that version 1 knows. */
    static ObjectValue cpu(long utilization) {
        ObjectValue target = ObjectValue.EMPTY.with("type", "Utilization").with("averageUtilization", utilization);
        return ObjectValue.EMPTY
                .with("type", "Resource")
                .with("resource", ObjectValue.EMPTY.with("name", "cpu").with("target", target));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object, ObjectValue.EMPTY);
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        return check(after, before.object("spec"));
    }

    /** @param old the spec before, whose faults are borne; empty for a new object */
    private List<FieldError> check(ObjectValue object, ObjectValue old) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        boolean wasZero = old.has("minReplicas") && old.integer("minReplicas") == 0;
        replicas(spec, toZero || wasZero ? 0 : 1, checks);
        ObjectValue target = spec.object("scaleTargetRef");
        ObjectValue oldTarget = old.object("scaleTargetRef");
        boolean same = !old.isEmpty()
                && oldTarget.string("apiVersion").equals(target.string("apiVersion"))
                && oldTarget.string("kind").equals(target.string("kind"));
        reference(
                target,
                same,
                target.string("kind").equals("ReplicationController"),
                SPEC.child("scaleTargetRef"),
                checks);
        Metrics.check(spec, hadBadVersion(old), SPEC.child("metrics"), checks);
        ScalingRules.check(spec.object("behavior"), SPEC.child("behavior"), checks);
        return checks.errors();
    }

    private static void replicas(ObjectValue spec, long lowest, Checks checks) {
        long least = spec.integer("minReplicas");
        long most = spec.integer("maxReplicas");
        FieldPath at = SPEC.child("maxReplicas");
        if (spec.has("minReplicas") && least < lowest) {
            checks.invalid(SPEC.child("minReplicas"), least, "must be greater than or equal to " + lowest);
        }
        if (most == 0) {
            checks.required(at, "must be set and greater than 0");
        } else if (most < 0) {
            checks.invalid(at, most, "must be greater than or equal to 1");
        }
        if (spec.has("minReplicas") && most < least) {
            checks.invalid(at, most, "must be greater than or equal to `minReplicas`");
        }
    }

    private static boolean hadBadVersion(ObjectValue old) {
        for (ObjectValue metric : old.list("metrics").objects()) {
            String version = metric.object("object").object("describedObject").string("apiVersion");
            if (metric.string("type").equals("Object")
                    && !version(version, true).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * A reference to an object of some kind.
     *
     * @param anyVersion whether its version is not looked at
     * @param anyGroup whether its version may be without a group
     */
    static void reference(ObjectValue reference, boolean anyVersion, boolean anyGroup, FieldPath at, Checks checks) {
        for (String field : List.of("kind", "name")) {
            if (checks.required(reference, field, at)) {
                checks.problems(at.child(field), reference.string(field), Names.pathSegment(reference.string(field)));
            }
        }
        String version = reference.string("apiVersion");
        String problem = anyVersion ? "" : version(version, anyGroup);
        if (!problem.isEmpty()) {
            checks.invalid(at.child("apiVersion"), version, problem);
        }
    }

    private static String version(String version, boolean anyGroup) {
        int slash = version.indexOf('/');
        if (slash >= 0 && version.indexOf('/', slash + 1) >= 0) {
            return "unexpected GroupVersion string: " + version;
        }
        return slash <= 0 && !anyGroup ? "apiVersion must specify API group" : "";
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        checks.notNegative(after.object("status"), "currentReplicas", STATUS);
        checks.notNegative(after.object("status"), "desiredReplicas", STATUS);
        return checks.errors();
    }
}
