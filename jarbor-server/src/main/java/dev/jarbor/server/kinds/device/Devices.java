package dev.jarbor.server.kinds.device;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.Affinity;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Items;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.kinds.rules.SemanticVersion;
import dev.jarbor.server.kinds.rules.Texts;
import java.util.ArrayList;
import java.util.List;

/** One device of a slice: what it is, what it has, what it takes of others, and which nodes reach it. */
final class Devices {
    private static final int MOST_ATTRIBUTES = 32;
    private static final int MOST_TAINTS = 16;
    private static final int MOST_CONSUMPTIONS = 2;
    private static final int LONGEST_VALUE = 64;
    private static final List<String> SCALARS = List.of("bool", "int", "string", "version");

    /** Fields of features that are off by default. */
    private static final List<String> DISABLED = List.of("bools", "ints", "strings", "versions");

    private static final String ONE_OF = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when"
            + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec";

    private Devices() {}

    static ObjectValue withoutDisabled(ObjectValue device) {
        ObjectValue kept = device.without("nodeAllocatableResourceMappings");
        return Edits.inside(kept, "attributes", attributes -> {
            ObjectValue left = attributes;
            for (int i = 0; i < attributes.size(); i++) {
                if (attributes.value(i) instanceof ObjectValue attribute) {
                    ObjectValue plain = attribute;
                    for (String field : DISABLED) {
                        plain = plain.without(field);
                    }
                    left = plain.equals(attribute) ? left : left.with(attributes.name(i), plain);
                }
            }
            return left;
        });
    }

    /** @param old the device of that name before; empty for a new one */
    static void check(ObjectValue device, ObjectValue old, boolean perDevice, FieldPath at, Checks checks) {
        checks.dnsLabel(device.string("name"), at.child("name"));
        ObjectValue attributes = device.object("attributes");
        ObjectValue capacity = device.object("capacity");
        int total = attributes.size() + capacity.size();
        if (total > MOST_ATTRIBUTES) {
            checks.invalid(
                    at, total, "the total number of attributes and capacities must not exceed " + MOST_ATTRIBUTES);
        }
        Items.map(
                attributes,
                Integer.MAX_VALUE,
                DeviceNames::qualified,
                Devices::attribute,
                at.child("attributes"),
                checks);
        if (old.isEmpty() || !old.object("capacity").equals(capacity)) {
            boolean shared = device.bool("allowMultipleAllocations");
            Items.map(
                    capacity,
                    Integer.MAX_VALUE,
                    DeviceNames::qualified,
                    (value, here, more) -> Capacities.check(value, shared, here, more),
                    at.child("capacity"),
                    checks);
        }
        if (old.isEmpty() || !Same.at(old, device, "taints")) {
            Items.each(
                    device.list("taints"),
                    MOST_TAINTS,
                    (taint, here, more) -> DeviceTaints.taint(taint, true, here, more),
                    at.child("taints"),
                    checks);
        }
        Items.set(
                device.list("consumesCounters"),
                MOST_CONSUMPTIONS,
                (consumption, here, more) -> {
                    DeviceNames.requiredLabel(consumption, "counterSet", here, more);
                    ResourceSlices.counters(consumption, here, more);
                },
                consumption -> consumption.string("counterSet"),
                at.child("consumesCounters"),
                checks);
        nodes(device, perDevice, at, checks);
        DeviceNames.bindingConditions(device, at, checks);
    }

    private static void nodes(ObjectValue device, boolean perDevice, FieldPath at, Checks checks) {
        boolean any = device.has("nodeName") || device.has("nodeSelector") || device.has("allNodes");
        if (!perDevice) {
            if (any) {
                ResourceSlices.shownAsNull(
                        at,
                        "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set"
                                + " to true in the ResourceSlice spec",
                        checks);
            }
            return;
        }
        var given = new ArrayList<String>();
        if (device.has("nodeName")) {
            ResourceSlices.nodeName(device, "must not be empty", given, at, checks);
        }
        if (device.has("nodeSelector")) {
            given.add("`nodeSelector`");
            Affinity.nodeSelector(device.object("nodeSelector"), false, at.child("nodeSelector"), checks);
        }
        ResourceSlices.onlyTrue(device, "allNodes", given, at, checks);
        ResourceSlices.one(given, ONE_OF, ONE_OF, at, checks);
    }

    private static void attribute(Value value, FieldPath at, Checks checks) {
        ObjectValue attribute = value instanceof ObjectValue given ? given : ObjectValue.EMPTY;
        if (attribute.has("string")) {
            bounded(attribute.string("string"), at.child("string"), checks);
        }
        if (attribute.has("version")) {
            String version = attribute.string("version");
            if (SemanticVersion.parse(version).isEmpty()) {
                checks.invalid(at.child("version"), version, "must be a string compatible with semver.org spec 2.0.0");
            }
            bounded(version, at.child("version"), checks);
        }
        long given = SCALARS.stream().filter(attribute::has).count();
        if (given == 0) {
            checks.invalid(at, "", "exactly one value must be specified");
        } else if (given > 1) {
            checks.invalid(at, attribute, "exactly one value must be specified");
        }
    }

    private static void bounded(String text, FieldPath at, Checks checks) {
        if (Texts.bytes(text) > LONGEST_VALUE) {
            checks.add(FieldError.tooLong(at, LONGEST_VALUE));
        }
    }
}
