package dev.jarbor.server.kinds.node;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Cidr;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.rules.ResourceNames;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Nodes: what is allocatable is what there is, unless the node says less; ranges of addresses and the provider's name
 * are given once.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/nodes/">Nodes</a>
 */
public final class Nodes implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath METADATA = FieldPath.of("metadata");
    private static final FieldPath RANGES = SPEC.child("podCIDRs");
    private static final String FAMILIES = "may specify no more than one CIDR for each IP family";
    private static final List<String> ADDRESS = List.of("Type=\"\"", "Address=\"\"");

    @Override
    public boolean isBornWithStatus() {
        return true;
    }

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        ObjectValue capacity = object.object("status").object("capacity");
        boolean open = !capacity.isEmpty() && !object.object("status").has("allocatable");
        ObjectValue filled = open ? object.update("status", status -> status.with("allocatable", capacity)) : object;
        return Edits.inside(filled, "spec", Nodes::ranges);
    }

    /** One range and the list of ranges always say the same; where they do not, the one is meant. */
    private static ObjectValue ranges(ObjectValue spec) {
        String one = spec.string("podCIDR");
        List<String> all = spec.list("podCIDRs").strings();
        if (one.isEmpty()) {
            return all.isEmpty() || all.getFirst().isEmpty() ? spec : spec.with("podCIDR", all.getFirst());
        }
        boolean agree = !all.isEmpty() && all.getFirst().equals(one);
        return agree ? spec : spec.with("podCIDRs", ListValue.ofStrings(List.of(one)));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        ObjectValue plain = Edits.inside(object, "spec", spec -> spec.without("configSource"));
        return Edits.inside(plain, "status", status -> status.without("config"));
    }

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return before.object("spec").has("configSource")
                ? after
                : Edits.inside(after, "spec", spec -> spec.without("configSource"));
    }

    @Override
    public ObjectValue beforeStatusUpdate(ObjectValue before, ObjectValue after) {
        return before.object("status").has("config")
                ? after
                : Edits.inside(after, "status", status -> status.without("config"));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        common(object, checks);
        resources(object, checks);
        List<String> ranges = object.object("spec").list("podCIDRs").strings();
        var parsed = new ArrayList<Cidr>();
        for (int i = 0; i < ranges.size(); i++) {
            Optional<Cidr> range = Cidr.checkLegacy(ranges.get(i), RANGES.index(i), checks);
            range.ifPresent(parsed::add);
        }
        if (ranges.size() > 1) {
            families(object.object("spec").list("podCIDRs"), parsed, checks);
        }
        return checks.errors();
    }

    private static void families(ListValue ranges, List<Cidr> parsed, Checks checks) {
        if (parsed.size() < ranges.size()) {
            String first = ranges.strings().stream()
                    .filter(text -> Cidr.parse(text).isEmpty())
                    .findFirst()
                    .orElse("");
            checks.add(FieldError.internal(
                    RANGES,
                    "invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR address: " + first));
        }
        boolean dual = parsed.size() == ranges.size()
                && parsed.stream().anyMatch(Cidr::isFour)
                && !parsed.stream().allMatch(Cidr::isFour);
        if (!dual || ranges.size() > 2) {
            checks.invalid(RANGES, ranges, FAMILIES);
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < ranges.size(); i++) {
            if (!seen.add(ranges.get(i).toString())) {
                checks.duplicate(RANGES.index(i), ranges.get(i).toString());
            }
        }
    }

    private static void common(ObjectValue object, Checks checks) {
        Taints.annotations(object.object("metadata").object("annotations"), METADATA.child("annotations"), checks);
        // The reference looks for taints in the metadata when it names them.
        Taints.check(object.object("spec").list("taints"), METADATA.child("taints"), checks);
    }

    private static void resources(ObjectValue object, Checks checks) {
        for (String field : List.of("capacity", "allocatable")) {
            ObjectValue amounts = object.object("status").object(field);
            for (int i = 0; i < amounts.size(); i++) {
                String name = amounts.name(i);
                ResourceNames.amount(name, amounts.value(i), STATUS.child(field, name), checks);
            }
        }
    }

    /** The reference asks both what is wrong with the node and with the change, which has much in common. */
    @Override
    public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        Taints.annotations(after.object("metadata").object("annotations"), METADATA.child("annotations"), checks);
        resources(after, checks);
        addresses(after.object("status").list("addresses"), checks);
        ranges(old.list("podCIDRs").items(), spec.list("podCIDRs").items(), checks);
        String provider = old.string("providerID");
        if (!provider.isEmpty() && !provider.equals(spec.string("providerID"))) {
            checks.forbidden(
                    SPEC.child("providerID"), "node updates may not change providerID except from \"\" to valid");
        }
        if (spec.has("configSource")) {
            ConfigSources.ofSpec(spec.object("configSource"), SPEC.child("configSource"), checks);
        }
        if (after.object("status").has("config")) {
            ConfigSources.ofStatus(after.object("status").object("config"), STATUS.child("config"), checks);
        }
        Taints.check(spec.list("taints"), METADATA.child("taints"), checks);
        if (!old.string("externalID").equals(spec.string("externalID"))) {
            checks.forbidden(SPEC.child("externalID"), "may not be updated");
        }
        return checks.errors();
    }

    private static void addresses(ListValue addresses, Checks checks) {
        var seen = new HashSet<Value>();
        for (int i = 0; i < addresses.size(); i++) {
            if (!seen.add(addresses.get(i)) && addresses.get(i) instanceof ObjectValue address) {
                checks.add(new FieldError(
                        FieldError.Type.DUPLICATE,
                        STATUS.child("addresses").index(i).toString(),
                        Internal.shown(address, ADDRESS),
                        ""));
            }
        }
    }

    private static void ranges(List<Value> old, List<Value> ranges, Checks checks) {
        String fixed = "node updates may not change podCIDR except from \"\" to valid";
        if (!old.isEmpty() && old.size() != ranges.size()) {
            checks.forbidden(RANGES, fixed);
            return;
        }
        for (int i = 0; i < old.size(); i++) {
            if (!old.get(i).equals(ranges.get(i))) {
                checks.forbidden(RANGES, fixed);
            }
        }
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return validateUpdate(before, after);
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<String>();
        ObjectValue spec = object.object("spec");
        if (spec.has("configSource")) {
            warnings.add("spec.configSource: the feature is removed");
        }
        if (!spec.string("externalID").isEmpty()) {
            warnings.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
        }
        List<String> ranges = spec.list("podCIDRs").strings();
        for (int i = 0; i < ranges.size(); i++) {
            warnings.addAll(Cidr.warnings(ranges.get(i), RANGES.index(i)));
        }
        return warnings;
    }
}
