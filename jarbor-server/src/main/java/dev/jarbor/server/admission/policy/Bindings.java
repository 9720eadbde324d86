package dev.jarbor.server.admission.policy;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Review;
import dev.jarbor.store.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The policies that are in force: those with bindings, by name, and their bindings by name. */
final class Bindings {
    private static final String GROUP = "admissionregistration.k8s.io";

    /** Policies do not apply to themselves, so that a mistake in one can be repaired. */
    private static final Set<String> EXEMPT = Set.of(
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings",
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings");

    private Bindings() {}

    static boolean isExempt(Review review) {
        return review.resource().kind().group().equals(GROUP)
                && EXEMPT.contains(review.resource().kind().plural());
    }

    /**
     * The bindings of each policy.
     *
     * @param policies where policies are stored
     * @param bindings where their bindings are
     */
    static Map<ObjectValue, List<ObjectValue>> inForce(Snapshot now, String policies, String bindings) {
        var all = now.all(bindings);
        if (all.isEmpty()) {
            return Map.of();
        }
        var byPolicy = new TreeMap<String, List<ObjectValue>>();
        all.forEach((key, binding) -> byPolicy.computeIfAbsent(
                        binding.object("spec").string("policyName"), name -> new ArrayList<>())
                .add(binding));
        var inForce = new LinkedHashMap<ObjectValue, List<ObjectValue>>();
        now.all(policies).forEach((key, policy) -> {
            List<ObjectValue> bound = byPolicy.get(key.name());
            if (bound != null) {
                inForce.put(policy, bound);
            }
        });
        return inForce;
    }

    static String name(ObjectValue object) {
        return object.object("metadata").string("name");
    }
}
