package dev.jarbor.server.kinds.device;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.Affinity;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Cidr;
import dev.jarbor.server.kinds.rules.Conditions;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Items;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.kinds.rules.Texts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The status of a claim: which devices it was given, who may use them, and what their drivers say of them. */
final class ClaimStatus {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final int MOST_CONSUMERS = 256;
    private static final int MOST_RESULTS = 32;
    private static final int MOST_CONDITIONS = 8;
    private static final int MOST_ADDRESSES = 16;
    private static final int LONGEST_INTERFACE = 256;
    private static final int LONGEST_HARDWARE_ADDRESS = 128;

    private ClaimStatus() {}

    static ObjectValue defaults(ObjectValue status) {
        return Edits.inside(
                status,
                "allocation",
                allocation -> Edits.inside(
                        allocation,
                        "devices",
                        devices -> Edits.each(
                                devices,
                                "results",
                                result -> Edits.each(result, "tolerations", DeviceTaints::tolerationDefaults))));
    }

    /** What is said of a device goes when the device is given back. */
    static ObjectValue released(ObjectValue before, ObjectValue after) {
        Set<String> gone = allocated(before, false);
        gone.removeAll(allocated(after, false));
        ObjectValue status = after.object("status");
        if (gone.isEmpty() || status.list("devices").isEmpty()) {
            return after;
        }
        var left = new ArrayList<Value>();
        for (ObjectValue device : status.list("devices").objects()) {
            if (!gone.contains(id(device, false))) {
                left.add(device);
            }
        }
        return after.with(
                "status", left.isEmpty() ? status.without("devices") : status.with("devices", ListValue.of(left)));
    }

    private static Set<String> allocated(ObjectValue claim, boolean shares) {
        var ids = new HashSet<String>();
        ListValue results =
                claim.object("status").object("allocation").object("devices").list("results");
        results.objects().forEach(result -> ids.add(id(result, shares)));
        return ids;
    }

    private static String id(ObjectValue device, boolean shares) {
        String id = device.string("driver") + "/" + device.string("pool") + "/" + device.string("device");
        return shares && device.has("shareID") ? id + "/" + device.string("shareID") : id;
    }

    static List<FieldError> check(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue old = before.object("status");
        ObjectValue status = after.object("status");
        Items.set(
                status.list("reservedFor"),
                MOST_CONSUMERS,
                (consumer, here, more) -> {
                    for (String field : List.of("resource", "name", "uid")) {
                        more.required(consumer, field, here);
                    }
                },
                consumer -> consumer.string("uid"),
                STATUS.child("reservedFor"),
                checks);
        Set<String> allocated = allocated(after, true);
        Items.set(
                status.list("devices"),
                Integer.MAX_VALUE,
                (device, here, more) -> device(device, allocated, here, more),
                device -> id(device, true),
                STATUS.child("devices"),
                checks);
        consumers(before, after, checks);
        FieldPath at = STATUS.child("allocation");
        if (old.has("allocation") && status.has("allocation")) {
            if (!Same.at(old, status, "allocation")) {
                checks.invalid(at, status.valueOrNull("allocation"), Checks.IMMUTABLE);
            }
        } else if (status.has("allocation")) {
            var requested = DeviceRequests.Requested.by(after.object("spec").object("devices"));
            allocation(status.object("allocation"), requested, at, checks);
        }
        return checks.errors();
    }

    private static void consumers(ObjectValue before, ObjectValue after, Checks checks) {
        ListValue consumers = after.object("status").list("reservedFor");
        FieldPath at = STATUS.child("reservedFor");
        if (consumers.isEmpty()) {
            return;
        }
        if (!after.object("status").has("allocation")) {
            checks.forbidden(at, "may not be specified when `allocated` is not set");
        } else if (after.object("metadata").has("deletionTimestamp")
                && !before.object("status").list("reservedFor").items().containsAll(consumers.items())) {
            checks.forbidden(
                    at, "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set");
        }
    }

    private static void allocation(
            ObjectValue allocation, DeviceRequests.Requested requested, FieldPath at, Checks checks) {
        ObjectValue devices = allocation.object("devices");
        FieldPath here = at.child("devices");
        Items.each(
                devices.list("results"),
                MOST_RESULTS,
                (result, there, more) -> result(result, requested, there, more),
                here.child("results"),
                checks);
        Items.each(
                devices.list("config"),
                2 * DeviceRequests.MOST,
                (config, there, more) -> {
                    more.oneOf(config, "source", there, "FromClaim", "FromClass");
                    DeviceRequests.references(config, requested, there, more);
                    DeviceSettings.check(config, false, there, more);
                },
                here.child("config"),
                checks);
        if (allocation.has("nodeSelector")) {
            Affinity.nodeSelector(allocation.object("nodeSelector"), false, at.child("nodeSelector"), checks);
        }
    }

    private static void result(ObjectValue result, DeviceRequests.Requested requested, FieldPath at, Checks checks) {
        requested.check(result.string("request"), at.child("request"), checks);
        place(result, at, checks);
        DeviceNames.bindingConditions(result, at, checks);
        DeviceTaints.tolerations(result.list("tolerations"), at.child("tolerations"), checks);
        if (result.has("shareID")) {
            DeviceNames.share(result.string("shareID"), at.child("shareID"), checks);
        }
    }

    private static void place(ObjectValue device, FieldPath at, Checks checks) {
        DeviceNames.driver(device.string("driver"), at.child("driver"), checks);
        DeviceNames.pool(device.string("pool"), at.child("pool"), checks);
        checks.dnsLabel(device.string("device"), at.child("device"));
    }

    private static void device(ObjectValue device, Set<String> allocated, FieldPath at, Checks checks) {
        place(device, at, checks);
        if (device.has("shareID")) {
            DeviceNames.share(device.string("shareID"), at.child("shareID"), checks);
        }
        if (!allocated.contains(id(device, true))) {
            checks.invalid(at, id(device, true), "must be an allocated device in the claim");
        }
        ListValue conditions = device.list("conditions");
        Items.fit(conditions.size(), MOST_CONDITIONS, at.child("conditions"), checks);
        Conditions.check(conditions, at.child("conditions"), checks);
        if (device.has("data")) {
            DeviceSettings.raw(device.valueOrNull("data"), false, at.child("data"), checks);
        }
        if (device.has("networkData")) {
            network(device.object("networkData"), at.child("networkData"), checks);
        }
    }

    private static void network(ObjectValue data, FieldPath at, Checks checks) {
        bounded(data, "interfaceName", LONGEST_INTERFACE, at, checks);
        bounded(data, "hardwareAddress", LONGEST_HARDWARE_ADDRESS, at, checks);
        Items.textSet(data.list("ips"), MOST_ADDRESSES, Cidr::checkInterface, at.child("ips"), checks);
    }

    private static void bounded(ObjectValue data, String field, int most, FieldPath at, Checks checks) {
        if (Texts.bytes(data.string(field)) > most) {
            checks.add(FieldError.tooLong(at.child(field), most));
        }
    }
}
