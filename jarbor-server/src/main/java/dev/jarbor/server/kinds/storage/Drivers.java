package dev.jarbor.server.kinds.storage;

import static dev.jarbor.server.kinds.rules.Edits.absent;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.VolumeSources;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import dev.jarbor.server.kinds.rules.NodeLabels;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules of what the drivers of the Container Storage Interface leave in the API: themselves, the nodes they run on, and the
 * capacity they have.
 *
 * @see <a href="https://kubernetes-csi.github.io/docs/csi-driver-object.html">CSIDriver Object</a>
 */
public final class Drivers {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private Drivers() {}

    /** CSIDrivers. */
    public static final class CsiDrivers implements Strategy {
        private static final long SHORTEST_TOKEN = 600;
        private static final long LONGEST_TOKEN = 1L << 32;

        @Override
        public ObjectValue withDefaults(ObjectValue object) {
            return Edits.always(object, "spec", spec -> {
                ObjectValue filled = absent(spec, "attachRequired", Value.of(true));
                for (String field : List.of("podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount")) {
                    filled = absent(filled, field, Value.of(false));
                }
                filled = Edits.text(filled, "fsGroupPolicy", "ReadWriteOnceWithFSType");
                return filled.list("volumeLifecycleModes").isEmpty()
                        ? filled.with("volumeLifecycleModes", ListValue.ofStrings(List.of("Persistent")))
                        : filled;
            });
        }

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            check(object.object("spec"), checks);
            return checks.errors();
        }

        @Override
        public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
            var checks = new Checks();
            ObjectValue old = before.object("spec");
            ObjectValue spec = after.object("spec");
            check(spec, checks);
            // The reference names this field so.
            if (old.bool("attachRequired") != spec.bool("attachRequired")) {
                checks.invalid(SPEC.child("attachedRequired"), spec.valueOrNull("attachRequired"), Checks.IMMUTABLE);
            }
            checks.immutable(old, spec, "volumeLifecycleModes", SPEC);
            return checks.errors();
        }

        private static void check(ObjectValue spec, Checks checks) {
            checks.oneOfIfSet(spec, "fsGroupPolicy", SPEC, "File", "None", "ReadWriteOnceWithFSType");
            tokens(spec.list("tokenRequests").objects(), SPEC.child("tokenRequests"), checks);
            for (String mode : spec.list("volumeLifecycleModes").strings()) {
                if (!mode.equals("Persistent") && !mode.equals("Ephemeral")) {
                    checks.notSupported(SPEC.child("volumeLifecycleModes"), mode, List.of("Persistent", "Ephemeral"));
                }
            }
            long period = spec.integer("nodeAllocatableUpdatePeriodSeconds");
            if (spec.has("nodeAllocatableUpdatePeriodSeconds") && period < 10) {
                checks.invalid(
                        SPEC.child("nodeAllocatableUpdatePeriodSeconds"),
                        period,
                        "must be greater than or equal to 10 seconds");
            }
        }

        private static void tokens(List<ObjectValue> requests, FieldPath at, Checks checks) {
            var audiences = new HashSet<String>();
            for (int i = 0; i < requests.size(); i++) {
                String audience = requests.get(i).string("audience");
                if (!audiences.add(audience)) {
                    checks.duplicate(at.index(i).child("audience"), audience);
                    continue;
                }
                if (!requests.get(i).has("expirationSeconds")) {
                    continue;
                }
                FieldPath here = at.index(i).child("expirationSeconds");
                long seconds = requests.get(i).integer("expirationSeconds");
                if (seconds < SHORTEST_TOKEN) {
                    checks.invalid(here, seconds, "may not specify a duration less than 10 minutes");
                }
                if (seconds > LONGEST_TOKEN) {
                    checks.invalid(here, seconds, "may not specify a duration larger than 2^32 seconds");
                }
            }
        }
    }

    /** CSINodes: which drivers run on a node; what one of them says may not change. */
    public static final class CsiNodes implements Strategy {
        private static final int LONGEST_NODE_ID = 256;

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            var names = new HashSet<String>();
            List<ObjectValue> drivers = object.object("spec").list("drivers").objects();
            for (int i = 0; i < drivers.size(); i++) {
                driver(drivers.get(i), names, SPEC.child("drivers").index(i), checks);
            }
            return checks.errors();
        }

        private static void driver(ObjectValue driver, Set<String> names, FieldPath at, Checks checks) {
            String name = driver.string("name");
            VolumeSources.driver(name, at.child("name"), checks);
            if (checks.required(driver, "nodeID", at) && Texts.bytes(driver.string("nodeID")) > LONGEST_NODE_ID) {
                checks.invalid(
                        at.child("nodeID"),
                        driver.string("nodeID"),
                        "must be " + LONGEST_NODE_ID + " characters or less");
            }
            checks.notNegative(driver.object("allocatable"), "count", at.child("allocatable"));
            if (!names.add(name)) {
                checks.duplicate(at.child("name"), name);
            }
            var keys = new HashSet<String>();
            for (String key : driver.list("topologyKeys").strings()) {
                if (key.isEmpty()) {
                    checks.required(at);
                }
                if (!keys.add(key)) {
                    checks.duplicate(at, key);
                }
                checks.qualifiedName(key, at);
            }
        }

        @Override
        public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
            var checks = new Checks();
            List<ObjectValue> drivers = after.object("spec").list("drivers").objects();
            for (ObjectValue old : before.object("spec").list("drivers").objects()) {
                for (ObjectValue driver : drivers) {
                    boolean one = old.string("name").equals(driver.string("name"));
                    ObjectValue rest = driver.without("allocatable");
                    if (one && !Same.of(old.without("allocatable"), rest)) {
                        checks.invalid(SPEC.child("drivers"), rest, Checks.IMMUTABLE);
                    }
                }
            }
            return checks.errors();
        }
    }

    /** CSIStorageCapacities: how much a driver has left, for a class and a part of the cluster that never change. */
    public static final class Capacities implements Strategy {
        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            LabelSelectors.check(object.object("nodeTopology"), FieldPath.of("nodeTopology"), checks);
            checks.dnsSubdomain(object.string("storageClassName"), FieldPath.of("storageClassName"));
            if (object.has("capacity")) {
                Quantity capacity = Quantity.read(object.valueOrNull("capacity"));
                if (capacity.signum() < 0) {
                    checks.invalid(FieldPath.of("capacity"), capacity.toString(), Checks.NEGATIVE);
                }
            }
            return checks.errors();
        }

        @Override
        public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
            var checks = new Checks();
            if (!Same.at(before, after, "nodeTopology")) {
                checks.invalid(FieldPath.of("nodeTopology"), after.valueOrNull("nodeTopology"), Checks.IMMUTABLE);
            }
            checks.immutable(before, after, "storageClassName", FieldPath.NONE);
            return checks.errors();
        }

        @Override
        public List<String> warnings(ObjectValue object) {
            var warnings = new ArrayList<String>();
            NodeLabels.warnOfSelector(object.object("nodeTopology"), FieldPath.of("nodeTopology"), warnings);
            return warnings;
        }
    }
}
