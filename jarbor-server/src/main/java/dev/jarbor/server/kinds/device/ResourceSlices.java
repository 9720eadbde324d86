package dev.jarbor.server.kinds.device;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.Affinity;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Items;
import dev.jarbor.server.registry.Strategy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * ResourceSlices: the devices of a pool that one driver offers, and the nodes that reach them.
 *
 * @param now the time, for taints that do not say when they were put on
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/resource-slice-v1/">ResourceSlice</a>
 */
public record ResourceSlices(Supplier<Instant> now) implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MOST_DEVICES = 128;
    private static final int MOST_RICH_DEVICES = 64;
    private static final int MOST_COUNTER_SETS = 8;
    private static final int MOST_COUNTERS = 32;
    private static final String ONE_OF =
            "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.inside(
                object,
                "spec",
                spec -> Edits.each(
                        spec,
                        "devices",
                        device -> Edits.each(device, "taints", taint -> DeviceTaints.taintDefaults(taint, now))));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return Edits.inside(object, "spec", spec -> Edits.each(spec, "devices", Devices::withoutDisabled));
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return beforeCreate(after);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object.object("spec"), ObjectValue.EMPTY);
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        return check(after.object("spec"), before.object("spec"));
    }

    /** @param old the spec before; empty for a new slice */
    private static List<FieldError> check(ObjectValue spec, ObjectValue old) {
        var checks = new Checks();
        DeviceNames.driver(spec.string("driver"), SPEC.child("driver"), checks);
        pool(spec.object("pool"), SPEC.child("pool"), checks);
        if (!old.isEmpty()) {
            checks.immutable(old.object("pool"), spec.object("pool"), "name", SPEC.child("pool"));
            checks.immutable(old, spec, "driver", SPEC);
            checks.immutable(old, spec, "nodeName", SPEC);
        }
        nodes(spec, checks);
        if (spec.has("sharedCounters") && spec.has("devices")) {
            checks.invalid(SPEC, "", "only one of `sharedCounters` or `devices` is allowed");
        }
        List<ObjectValue> devices = spec.list("devices").objects();
        boolean rich = devices.stream()
                .anyMatch(device -> !device.list("taints").isEmpty()
                        || !device.list("consumesCounters").isEmpty());
        boolean perDevice = spec.bool("perDeviceNodeSelection");
        List<ObjectValue> oldDevices = old.list("devices").objects();
        Items.set(
                spec.list("devices"),
                rich ? MOST_RICH_DEVICES : MOST_DEVICES,
                (device, at, more) -> Devices.check(device, named(oldDevices, device), perDevice, at, more),
                device -> device.string("name"),
                SPEC.child("devices"),
                checks);
        Items.set(
                spec.list("sharedCounters"),
                MOST_COUNTER_SETS,
                (set, at, more) -> {
                    DeviceNames.requiredLabel(set, "name", at, more);
                    counters(set, at, more);
                },
                set -> set.string("name"),
                SPEC.child("sharedCounters"),
                checks);
        return checks.errors();
    }

    private static ObjectValue named(List<ObjectValue> devices, ObjectValue device) {
        return devices.stream()
                .filter(old -> old.string("name").equals(device.string("name")))
                .findFirst()
                .orElse(ObjectValue.EMPTY);
    }

    private static void pool(ObjectValue pool, FieldPath at, Checks checks) {
        DeviceNames.pool(pool.string("name"), at.child("name"), checks);
        long slices = pool.integer("resourceSliceCount");
        if (slices <= 0) {
            checks.invalid(at.child("resourceSliceCount"), slices, Checks.NOT_POSITIVE);
        }
        if (pool.integer("generation") < 0) {
            checks.invalid(at.child("generation"), pool.integer("generation"), "must be greater than or equal to zero");
        }
    }

    /** Named amounts of which devices that are parts of one another take their share. */
    static void counters(ObjectValue owner, FieldPath at, Checks checks) {
        ObjectValue counters = owner.object("counters");
        if (counters.isEmpty()) {
            checks.required(at.child("counters"));
            return;
        }
        Items.map(
                counters,
                MOST_COUNTERS,
                (name, here, more) -> more.dnsLabel(name, here),
                (counter, here, more) -> {},
                at.child("counters"),
                checks);
    }

    private static void nodes(ObjectValue spec, Checks checks) {
        var given = new ArrayList<String>();
        if (spec.has("nodeName")) {
            nodeName(spec, "must be either unset or set to a non-empty string", given, SPEC, checks);
        }
        if (spec.has("nodeSelector")) {
            given.add("`nodeSelector`");
            ObjectValue selector = spec.object("nodeSelector");
            Affinity.nodeSelector(selector, false, SPEC.child("nodeSelector"), checks);
            if (selector.list("nodeSelectorTerms").size() != 1) {
                checks.invalid(
                        SPEC.child("nodeSelector", "nodeSelectorTerms"),
                        selector.list("nodeSelectorTerms"),
                        "must have exactly one node selector term");
            }
        }
        onlyTrue(spec, "allNodes", given, SPEC, checks);
        onlyTrue(spec, "perDeviceNodeSelection", given, SPEC, checks);
        one(given, ONE_OF, ONE_OF + ", but multiple fields are set", SPEC, checks);
    }

    /** A field that is set or not there at all. */
    static void onlyTrue(ObjectValue owner, String field, List<String> given, FieldPath at, Checks checks) {
        if (owner.bool(field)) {
            given.add("`" + field + "`");
        } else if (owner.has(field)) {
            checks.invalid(at.child(field), Value.of(false), "must be either unset or set to true");
        }
    }

    /** A node by its name. */
    static void nodeName(ObjectValue owner, String empty, List<String> given, FieldPath at, Checks checks) {
        String name = owner.string("nodeName");
        if (name.isEmpty()) {
            checks.invalid(at.child("nodeName"), name, empty);
        } else {
            given.add("`nodeName`");
            checks.problems(at.child("nodeName"), name, Names.dnsSubdomain(name));
        }
    }

    /** Of several fields exactly one is given. */
    static void one(List<String> given, String none, String several, FieldPath at, Checks checks) {
        if (given.isEmpty()) {
            checks.required(at, none);
        } else if (given.size() > 1) {
            checks.invalid(at, "{" + String.join(", ", given) + "}", several);
        }
    }

    /** A fault that shows no value. */
    static void shownAsNull(FieldPath at, String detail, Checks checks) {
        checks.invalid(at, NullValue.NULL, detail);
    }
}
