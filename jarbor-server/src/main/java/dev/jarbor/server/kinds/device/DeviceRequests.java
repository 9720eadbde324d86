package dev.jarbor.server.kinds.device;

import static dev.jarbor.server.kinds.rules.Edits.each;
import static dev.jarbor.server.kinds.rules.Edits.inside;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Items;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a claim asks for: requests for devices, what must hold between them, and how their drivers are set up. */
final class DeviceRequests {
    static final int MOST = 32;
    private static final int MOST_ALTERNATIVES = 8;
    private static final String NOT_A_REQUEST = "must be the name of a request in the claim or the name of a request"
            + " and a subrequest separated by '/'";

    /**
     * The names that the requests of a claim have.
     *
     * @param names alternatives by the request that has them
     */
    record Requested(Map<String, Set<String>> names) {
        static Requested by(ObjectValue devices) {
            var names = new HashMap<String, Set<String>>();
            for (ObjectValue request : devices.list("requests").objects()) {
                var alternatives = new HashSet<String>();
                request.list("firstAvailable").objects().forEach(one -> alternatives.add(one.string("name")));
                names.put(request.string("name"), alternatives);
            }
            return new Requested(names);
        }

        /** Whether {@code reference} names a request, or a request and one of its alternatives behind a slash. */
        boolean has(String reference) {
            String[] parts = reference.split("/", -1);
            Set<String> alternatives = names.get(parts[0]);
            return alternatives != null
                    && (parts.length == 1 || (parts.length == 2 && alternatives.contains(parts[1])));
        }

        void check(String reference, FieldPath at, Checks checks) {
            String[] parts = reference.split("/", -1);
            if (parts.length > 2) {
                checks.invalid(at, reference, NOT_A_REQUEST);
                return;
            }
            for (String part : parts) {
                checks.dnsLabel(part, at);
            }
            if (!has(reference)) {
                checks.invalid(at, reference, NOT_A_REQUEST);
            }
        }
    }

    private DeviceRequests() {}

    /** @param spec of a claim */
    static ObjectValue defaults(ObjectValue spec) {
        return inside(
                spec,
                "devices",
                devices -> each(
                        devices,
                        "requests",
                        request -> each(
                                inside(request, "exactly", DeviceRequests::one),
                                "firstAvailable",
                                DeviceRequests::one)));
    }

    private static ObjectValue one(ObjectValue request) {
        ObjectValue filled = Edits.text(request, "allocationMode", "ExactCount");
        if (filled.string("allocationMode").equals("ExactCount")) {
            filled = Edits.positive(filled, "count", 1);
        }
        return each(filled, "tolerations", DeviceTaints::tolerationDefaults);
    }

    /** @param spec of a claim */
    static void check(ObjectValue spec, FieldPath at, Checks checks) {
        ObjectValue devices = spec.object("devices");
        FieldPath here = at.child("devices");
        Requested requested = Requested.by(devices);
        Items.set(
                devices.list("requests"),
                MOST,
                DeviceRequests::request,
                request -> request.string("name"),
                here.child("requests"),
                checks);
        Items.each(
                devices.list("constraints"),
                MOST,
                (constraint, there, more) -> constraint(constraint, requested, there, more),
                here.child("constraints"),
                checks);
        Items.each(
                devices.list("config"),
                MOST,
                (config, there, more) -> {
                    references(config, requested, there, more);
                    DeviceSettings.check(config, false, there, more);
                },
                here.child("config"),
                checks);
    }

    private static void request(ObjectValue request, FieldPath at, Checks checks) {
        checks.dnsLabel(request.string("name"), at.child("name"));
        boolean alternatives = !request.list("firstAvailable").isEmpty();
        boolean exactly = request.has("exactly");
        if (!alternatives && !exactly) {
            checks.required(at, "exactly one of `exactly` or `firstAvailable` is required");
        } else if (alternatives && exactly) {
            checks.invalid(
                    at,
                    NullValue.NULL,
                    "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set");
        } else if (alternatives) {
            Items.set(
                    request.list("firstAvailable"),
                    MOST_ALTERNATIVES,
                    (one, here, more) -> {
                        more.dnsLabel(one.string("name"), here.child("name"));
                        exact(one, here, more);
                    },
                    one -> one.string("name"),
                    at.child("firstAvailable"),
                    checks);
        } else {
            exact(request.object("exactly"), at.child("exactly"), checks);
        }
    }

    private static void exact(ObjectValue request, FieldPath at, Checks checks) {
        if (checks.required(request, "deviceClassName", at)) {
            checks.dnsSubdomain(request.string("deviceClassName"), at.child("deviceClassName"));
        }
        DeviceExpressions.selectors(request.list("selectors"), false, at.child("selectors"), checks);
        String mode = request.string("allocationMode");
        long count = request.integer("count");
        switch (mode) {
            case "All" -> {
                if (count != 0) {
                    checks.invalid(
                            at.child("count"), count, "must not be specified when allocationMode is '" + mode + "'");
                }
            }
            case "ExactCount" -> {
                if (count <= 0) {
                    checks.invalid(at.child("count"), count, Checks.NOT_POSITIVE);
                }
            }
            default -> checks.notSupported(at.child("allocationMode"), mode, List.of("All", "ExactCount"));
        }
        DeviceTaints.tolerations(request.list("tolerations"), at.child("tolerations"), checks);
    }

    private static void constraint(ObjectValue constraint, Requested requested, FieldPath at, Checks checks) {
        references(constraint, requested, at, checks);
        if (constraint.has("matchAttribute")) {
            DeviceNames.fullyQualified(constraint.string("matchAttribute"), at.child("matchAttribute"), checks);
        } else if (constraint.has("distinctAttribute")) {
            DeviceNames.fullyQualified(constraint.string("distinctAttribute"), at.child("distinctAttribute"), checks);
        } else {
            checks.required(
                    at,
                    "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are"
                            + " set");
        }
    }

    /** The requests that a part of a claim is about. */
    static void references(ObjectValue part, Requested requested, FieldPath at, Checks checks) {
        Items.textSet(part.list("requests"), MOST, requested::check, at.child("requests"), checks);
    }
}
