package dev.jarbor.server.kinds.device;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Conditions;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Items;
import dev.jarbor.server.registry.Strategy;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * DeviceTaintRules: taints that an administrator puts on devices without their driver.
 *
 * @param now the time, for a taint that does not say when it was put on
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#device-taints-and-tolerations">Device
 *     taints and tolerations</a>
 */
public record TaintRules(Supplier<Instant> now) implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath CONDITIONS = FieldPath.of("status", "conditions");
    private static final int MOST_CONDITIONS = 8;

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.inside(
                object, "spec", spec -> Edits.inside(spec, "taint", taint -> DeviceTaints.taintDefaults(taint, now)));
    }

    /** A new effect counts from now, unless the change says from when. */
    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec").object("taint");
        ObjectValue taint = after.object("spec").object("taint");
        boolean stale = !old.string("effect").equals(taint.string("effect"))
                && old.string("timeAdded").equals(taint.string("timeAdded"));
        return stale
                ? withDefaults(Edits.inside(after, "spec", spec -> spec.with("taint", taint.without("timeAdded"))))
                : after;
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object.object("spec"), true);
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec").object("taint");
        ObjectValue taint = after.object("spec").object("taint");
        return check(after.object("spec"), !old.string("effect").equals(taint.string("effect")));
    }

    private static List<FieldError> check(ObjectValue spec, boolean effect) {
        var checks = new Checks();
        ObjectValue selector = spec.object("deviceSelector");
        FieldPath at = SPEC.child("deviceSelector");
        if (selector.has("driver")) {
            DeviceNames.driver(selector.string("driver"), at.child("driver"), checks);
        }
        if (selector.has("pool")) {
            DeviceNames.pool(selector.string("pool"), at.child("pool"), checks);
        }
        if (selector.has("device")) {
            checks.dnsLabel(selector.string("device"), at.child("device"));
        }
        DeviceTaints.taint(spec.object("taint"), effect, SPEC.child("taint"), checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ListValue conditions = after.object("status").list("conditions");
        Conditions.check(conditions, CONDITIONS, checks);
        Items.fit(conditions.size(), MOST_CONDITIONS, CONDITIONS, checks);
        return checks.errors();
    }
}
