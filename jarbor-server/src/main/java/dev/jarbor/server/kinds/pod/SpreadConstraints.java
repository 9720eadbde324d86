package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import java.util.List;

/**
 * How evenly pods are to be spread over zones, nodes and the like.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/">Pod Topology Spread
 *     Constraints</a>
 */
final class SpreadConstraints {
    private static final List<String> ACTIONS = List.of("DoNotSchedule", "ScheduleAnyway");
    private static final List<String> NODE_POLICIES = List.of("Honor", "Ignore");

    private SpreadConstraints() {}

    static void check(ObjectValue spec, Leniency leniency, FieldPath at, Checks checks) {
        List<ObjectValue> constraints = spec.list("topologySpreadConstraints").objects();
        for (int i = 0; i < constraints.size(); i++) {
            ObjectValue constraint = constraints.get(i);
            FieldPath here = at.index(i);
            String action = constraint.string("whenUnsatisfiable");
            if (constraint.integer("maxSkew") <= 0) {
                checks.invalid(here.child("maxSkew"), constraint.integer("maxSkew"), Checks.NOT_POSITIVE);
            }
            if (constraint.string("topologyKey").isEmpty()) {
                checks.required(here.child("topologyKey"), "can not be empty");
            }
            if (!ACTIONS.contains(action)) {
                checks.notSupported(here.child("whenUnsatisfiable"), action, ACTIONS);
            }
            if (isRepeated(constraint, constraints.subList(i + 1, constraints.size()))) {
                checks.duplicate(
                        here.child("{topologyKey, whenUnsatisfiable}"),
                        "{" + constraint.string("topologyKey") + ", " + action + "}");
            }
            domains(constraint, action, here.child("minDomains"), checks);
            for (String policy : List.of("nodeAffinityPolicy", "nodeTaintsPolicy")) {
                if (constraint.has(policy) && !NODE_POLICIES.contains(constraint.string(policy))) {
                    checks.notSupported(here.child(policy), constraint.string(policy), NODE_POLICIES);
                }
            }
            if (leniency.spreadKeys()) {
                MatchLabelKeys.checkPlain(constraint, here.child("matchLabelKeys"), checks);
            } else {
                MatchLabelKeys.check(constraint, here, checks);
            }
            if (!leniency.spreadSelectors()) {
                LabelSelectors.check(constraint.object("labelSelector"), here.child("labelSelector"), checks);
            }
        }
    }

    /** One key has one constraint for each of the two actions. */
    private static boolean isRepeated(ObjectValue constraint, List<ObjectValue> others) {
        return others.stream()
                .anyMatch(other -> other.string("topologyKey").equals(constraint.string("topologyKey"))
                        && other.string("whenUnsatisfiable").equals(constraint.string("whenUnsatisfiable")));
    }

    private static void domains(ObjectValue constraint, String action, FieldPath at, Checks checks) {
        if (!constraint.has("minDomains")) {
            return;
        }
        long domains = constraint.integer("minDomains");
        if (domains <= 0) {
            checks.invalid(at, domains, Checks.NOT_POSITIVE);
        }
        if (!action.equals("DoNotSchedule")) {
            checks.invalid(at, domains, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
        }
    }
}
