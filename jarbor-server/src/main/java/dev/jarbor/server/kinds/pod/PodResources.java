package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.quota.PodAmounts;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Amounts;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.ResourceNames;
import java.util.List;
import java.util.Map;

/**
 * Requests and limits of a pod as a whole, which its containers must fit into.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/2837-pod-level-resource-spec">KEP-2837</a>
 */
final class PodResources {
    private PodResources() {}

    static boolean isSupported(String name) {
        return name.equals("cpu") || name.equals("memory") || ResourceNames.isHugePages(name);
    }

    static void check(PodSpecs.Context context, FieldPath at, Checks checks) {
        ObjectValue spec = context.spec();
        if (!spec.has("resources")) {
            return;
        }
        if (context.isWindows()) {
            checks.forbidden(at, "may not be set for a windows pod");
            return;
        }
        ObjectValue resources = spec.object("resources");
        if (resources.has("claims")) {
            checks.forbidden(at.child("claims"), "claims may not be set for Resources at pod-level");
        }
        Requirements.ofPod(resources, context.claims(), context.leniency(), at, checks);
        fits(spec, at, checks);
    }

    private static void fits(ObjectValue spec, FieldPath at, Checks checks) {
        Map<String, Quantity> requests = Amounts.read(spec.object("resources").object("requests"));
        PodAmounts.stated(spec, "requests").amounts().forEach((name, sum) -> {
            Quantity whole = requests.get(name);
            if (whole != null && sum.compareTo(whole) > 0) {
                checks.invalid(
                        at.child("requests").key(name),
                        whole.toString(),
                        "must be greater than or equal to aggregate container requests of " + sum);
            }
        });
        Map<String, Quantity> limits = Amounts.read(spec.object("resources").object("limits"));
        PodAmounts.stated(spec, "limits").amounts().forEach((name, sum) -> {
            Quantity whole = limits.get(name);
            if (whole != null && ResourceNames.isHugePages(name) && sum.compareTo(whole) > 0) {
                checks.invalid(
                        at.child("limits").key(name),
                        whole.toString(),
                        "must be greater than or equal to aggregate container limits of " + sum);
            }
        });
        List<ObjectValue> containers = spec.list("containers").objects();
        for (int i = 0; i < containers.size(); i++) {
            FieldPath here = at.child("containers").index(i);
            Amounts.read(containers.get(i).object("resources").object("limits")).forEach((name, limit) -> {
                Quantity whole = limits.get(name);
                if (whole != null && limit.compareTo(whole) > 0) {
                    checks.invalid(
                            here.key(name).child("limits"),
                            limit.toString(),
                            "must be less than or equal to pod limits of " + whole);
                }
            });
        }
    }

    /** Fills in what the whole pod asks for from its containers and its own limits, where it names any amount itself. */
    static ObjectValue withDefaults(ObjectValue spec) {
        if (!spec.has("resources")) {
            return spec;
        }
        ObjectValue resources = spec.object("resources");
        if (resources.object("limits").isEmpty() && resources.object("requests").isEmpty()) {
            return spec;
        }
        ObjectValue limits = resources.object("limits");
        for (Map.Entry<String, Quantity> sum :
                PodAmounts.stated(spec, "limits").amounts().entrySet()) {
            String name = sum.getKey();
            boolean open = !limits.has(name) && !resources.object("requests").has(name);
            if (ResourceNames.isHugePages(name) && open) {
                limits = limits.with(name, sum.getValue().value());
            }
        }
        if (limits.isEmpty()) {
            return spec;
        }
        ObjectValue requests = resources.object("requests");
        for (Map.Entry<String, Quantity> sum :
                PodAmounts.stated(spec, "requests").amounts().entrySet()) {
            String name = sum.getKey();
            if (!requests.has(name) && isSupported(name) && ResourceNames.mayOvercommit(name)) {
                requests = requests.with(name, sum.getValue().value());
            }
        }
        for (int i = 0; i < limits.size(); i++) {
            if (!requests.has(limits.name(i)) && isSupported(limits.name(i))) {
                requests = requests.with(limits.name(i), limits.value(i));
            }
        }
        ObjectValue filled = resources.with("limits", limits);
        return spec.with("resources", requests.isEmpty() ? filled : filled.with("requests", requests));
    }
}
