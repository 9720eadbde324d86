package dev.jarbor.server.kinds.device;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Conditions;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Items;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * ResourcePoolStatusRequests: questions how much of a driver's pools is in use, each asked and answered once.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-scheduling/5677-dra-resource-availability-visibility">KEP-5677</a>
 */
public final class PoolStatusRequests implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final int MOST_POOLS = 1000;
    private static final int USUAL_POOLS = 100;
    private static final String NEGATIVE = "must be non-negative";
    private static final List<String> COUNTS =
            List.of("totalDevices", "allocatedDevices", "availableDevices", "unavailableDevices");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.inside(object, "spec", spec -> Edits.absent(spec, "limit", USUAL_POOLS));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        if (checks.required(spec, "driver", SPEC, "driver name is required")) {
            DeviceNames.driver(spec.string("driver"), SPEC.child("driver"), checks);
        }
        if (!spec.string("poolName").isEmpty()) {
            DeviceNames.pool(spec.string("poolName"), SPEC.child("poolName"), checks);
        }
        if (spec.has("limit")) {
            long limit = spec.integer("limit");
            if (limit < 1) {
                checks.invalid(SPEC.child("limit"), limit, "must be at least 1");
            }
            if (limit > MOST_POOLS) {
                checks.invalid(SPEC.child("limit"), limit, "must not exceed " + MOST_POOLS);
            }
        }
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        return Same.at(before, after, "spec")
                ? List.of()
                : List.of(FieldError.invalid(SPEC, after.valueOrNull("spec"), Checks.IMMUTABLE));
    }

    /** An answer with its conditions is the last word. */
    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue status = after.object("status");
        if (!before.object("status").isEmpty()) {
            if (!Same.at(before, after, "status")) {
                checks.invalid(STATUS, status, Checks.IMMUTABLE);
            }
            return checks.errors();
        }
        Items.each(status.list("pools"), Integer.MAX_VALUE, PoolStatusRequests::pool, STATUS.child("pools"), checks);
        Conditions.check(status.list("conditions"), STATUS.child("conditions"), checks);
        notNegative(status, "poolCount", STATUS, checks);
        return checks.errors();
    }

    private static void pool(ObjectValue pool, FieldPath at, Checks checks) {
        if (checks.required(pool, "driver", at)) {
            DeviceNames.driver(pool.string("driver"), at.child("driver"), checks);
        }
        if (checks.required(pool, "poolName", at)) {
            DeviceNames.pool(pool.string("poolName"), at.child("poolName"), checks);
        }
        if (!pool.string("nodeName").isEmpty()) {
            checks.dnsSubdomain(pool.string("nodeName"), at.child("nodeName"));
        }
        for (String count : COUNTS) {
            notNegative(pool, count, at, checks);
        }
        if (pool.has("resourceSliceCount") && pool.integer("resourceSliceCount") < 1) {
            checks.invalid(at.child("resourceSliceCount"), pool.integer("resourceSliceCount"), "must be at least 1");
        }
        notNegative(pool, "generation", at, checks);
    }

    private static void notNegative(ObjectValue owner, String field, FieldPath at, Checks checks) {
        if (owner.integer(field) < 0) {
            checks.invalid(at.child(field), owner.integer(field), NEGATIVE);
        }
    }
}
