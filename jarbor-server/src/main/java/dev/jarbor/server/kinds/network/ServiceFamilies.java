package dev.jarbor.server.kinds.network;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A Service's own addresses and their IP families, which must agree with each other. This cluster has IPv4 alone.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/dual-stack/">IPv4/IPv6 dual-stack</a>
 */
final class ServiceFamilies {
    private static final FieldPath ADDRESSES = FieldPath.of("spec", "clusterIPs");
    private static final FieldPath FAMILIES = FieldPath.of("spec", "ipFamilies");
    private static final FieldPath POLICY = FieldPath.of("spec", "ipFamilyPolicy");
    private static final List<String> POLICIES = List.of("PreferDualStack", "RequireDualStack", "SingleStack");

    private ServiceFamilies() {}

    static void check(ObjectValue spec, Checks checks) {
        if (spec.string("type").equals("ExternalName")) {
            return;
        }
        List<String> addresses = spec.list("clusterIPs").strings();
        String first = spec.string("clusterIP");
        if (!first.isEmpty() && addresses.isEmpty()) {
            checks.required(ADDRESSES);
        } else if (!first.isEmpty() && !addresses.getFirst().equals(first)) {
            checks.invalid(ADDRESSES, spec.list("clusterIPs"), "first value must match `clusterIP`");
        } else if (first.isEmpty() && !addresses.isEmpty()) {
            checks.invalid(ADDRESSES, spec.list("clusterIPs"), "must be empty when `clusterIP` is not specified");
        }
        families(spec, checks);
        String policy = spec.string("ipFamilyPolicy");
        if (!policy.isEmpty() && !POLICIES.contains(policy)) {
            checks.notSupported(POLICY, policy, POLICIES);
        }
        addresses(spec, addresses, checks);
        if (spec.list("ipFamilies").strings().contains("IPv6")) {
            checks.invalid(FAMILIES.index(0), "IPv6", "not configured on this cluster");
        }
        if (policy.equals("RequireDualStack")) {
            checks.invalid(POLICY, policy, "this cluster is not configured for dual-stack services");
        }
    }

    private static void families(ObjectValue spec, Checks checks) {
        List<String> families = spec.list("ipFamilies").strings();
        var seen = new HashSet<String>();
        for (int i = 0; i < families.size(); i++) {
            String family = families.get(i);
            if (!family.equals("IPv4") && !family.equals("IPv6")) {
                checks.notSupported(FAMILIES.index(i), family, List.of("IPv4", "IPv6"));
            } else if (!seen.add(family)) {
                checks.duplicate(FAMILIES.index(i), family);
            }
        }
    }

    private static void addresses(ObjectValue spec, List<String> addresses, Checks checks) {
        List<String> families = spec.list("ipFamilies").strings();
        boolean sound = true;
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.get(i);
            FieldPath here = ADDRESSES.index(i);
            if (address.equals("None")) {
                if (addresses.size() > 1) {
                    checks.invalid(here, address, "'None' must be the first and only value");
                }
                continue;
            }
            Optional<IpAddress> parsed = IpAddress.parse(address);
            if (parsed.isEmpty()) {
                IpAddress.check(address, here, checks);
                sound = false;
            } else if (i < families.size()
                    && parsed.get().isFour() != families.get(i).equals("IPv4")) {
                checks.invalid(
                        here,
                        address,
                        "expected an " + families.get(i) + " value as indicated by `ipFamilies[" + i + "]`");
            }
        }
        if (sound && addresses.size() > 2) {
            checks.invalid(ADDRESSES, spec.list("clusterIPs"), "may only hold up to 2 values");
        }
        if (families.size() > 2) {
            checks.invalid(FAMILIES, spec.list("ipFamilies"), "may only hold up to 2 values");
        }
    }

    /** The first address and family of a Service stay as they are, unless it comes from or becomes an ExternalName. */
    static void change(ObjectValue old, ObjectValue spec, Checks checks) {
        boolean outside =
                old.string("type").equals("ExternalName") || spec.string("type").equals("ExternalName");
        if (outside) {
            return;
        }
        String had = old.string("clusterIP");
        if (!had.isEmpty() && !had.equals(spec.string("clusterIP"))) {
            checks.invalid(ADDRESSES.index(0), spec.list("clusterIPs"), "may not change once set");
        }
        List<String> before = old.list("ipFamilies").strings();
        List<String> after = spec.list("ipFamilies").strings();
        if (!before.isEmpty() && !after.isEmpty() && !before.getFirst().equals(after.getFirst())) {
            checks.invalid(FAMILIES.index(0), after.getFirst(), "may not change once set");
        }
    }
}
