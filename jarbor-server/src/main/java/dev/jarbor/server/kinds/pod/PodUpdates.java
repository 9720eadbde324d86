package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Diffs;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Which fields of a pod may change once it is there.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement">Pod update and
 *     replacement</a>
 */
final class PodUpdates {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String MUTABLE =
            "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
                    + " (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be"
                    + " set to 1 if it was previously negative)";

    private PodUpdates() {}

    static void check(ObjectValue before, ObjectValue after, Leniency leniency, Checks checks) {
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        for (String list : List.of("containers", "initContainers")) {
            if (!containers(old.list(list), spec.list(list), SPEC.child(list), checks)) {
                return;
            }
        }
        if (!deadline(old, spec, SPEC.child("activeDeadlineSeconds"), checks)) {
            return;
        }
        Tolerations.kept(old, spec, leniency, SPEC.child("tolerations"), checks);
        gates(old, spec, SPEC.child("schedulingGates"), checks);
        if (Same.of(old, spec)) {
            return;
        }
        ObjectValue rest = comparable(spec, old);
        if (!old.list("schedulingGates").isEmpty()) {
            rest = gated(rest, old, checks);
        }
        if (!Same.of(rest, old)) {
            checks.forbidden(
                    SPEC, "pod updates may not change fields other than " + MUTABLE + "\n" + Diffs.of(old, rest));
        }
    }

    /** Answers whether there are as many as before, without which no more can be said. */
    private static boolean containers(ListValue old, ListValue now, FieldPath at, Checks checks) {
        if (old.size() != now.size()) {
            checks.forbidden(at, "pod updates may not add or remove containers");
            return false;
        }
        for (int i = 0; i < now.size(); i++) {
            ObjectValue container = now.objects().get(i);
            if (container.string("image").isEmpty()) {
                checks.required(at.index(i).child("image"));
            }
            ContainerChecks.trimmedImage(container, at.index(i), checks);
        }
        return true;
    }

    /** A deadline may be set, and brought forward; answers whether more is worth saying. */
    private static boolean deadline(ObjectValue old, ObjectValue spec, FieldPath at, Checks checks) {
        String field = "activeDeadlineSeconds";
        long seconds = spec.integer(field);
        if (!spec.has(field)) {
            if (old.has(field)) {
                checks.invalid(at, spec.valueOrNull(field), "must not update from a positive integer to nil value");
            }
            return true;
        }
        if (seconds < 0 || seconds > Integer.MAX_VALUE) {
            checks.invalid(at, seconds, "must be between 0 and 2147483647, inclusive");
            return false;
        }
        if (old.has(field) && old.integer(field) < seconds) {
            checks.invalid(at, seconds, "must be less than or equal to previous value");
            return false;
        }
        return true;
    }

    private static void gates(ObjectValue old, ObjectValue spec, FieldPath at, Checks checks) {
        var known = new HashSet<String>();
        old.list("schedulingGates").objects().forEach(gate -> known.add(gate.string("name")));
        List<ObjectValue> gates = spec.list("schedulingGates").objects();
        for (int i = 0; i < gates.size(); i++) {
            String name = gates.get(i).string("name");
            if (!known.contains(name)) {
                checks.forbidden(
                        at.index(i).child("name"),
                        "only deletion is allowed, but found new scheduling gate '" + name + "'");
            }
        }
    }

    /** {@code spec} with everything that an update may always change taken from {@code old}. */
    private static ObjectValue comparable(ObjectValue spec, ObjectValue old) {
        ObjectValue same = images(images(spec, old, "containers"), old, "initContainers");
        for (String field : List.of("activeDeadlineSeconds", "schedulingGates", "tolerations")) {
            same = Edits.keep(old, same, field);
        }
        if (old.integer("terminationGracePeriodSeconds") < 0 && spec.integer("terminationGracePeriodSeconds") == 1) {
            same = Edits.keep(old, same, "terminationGracePeriodSeconds");
        }
        return same;
    }

    private static ObjectValue images(ObjectValue spec, ObjectValue old, String list) {
        List<ObjectValue> containers = spec.list(list).objects();
        List<ObjectValue> before = old.list(list).objects();
        var same = new ArrayList<Value>();
        for (int i = 0; i < containers.size(); i++) {
            same.add(containers.get(i).with("image", before.get(i).string("image")));
        }
        return same.isEmpty() ? spec : spec.with(list, ListValue.of(same));
    }

    /** A pod that waits at a gate may be told more narrowly where to go. */
    private static ObjectValue gated(ObjectValue spec, ObjectValue old, Checks checks) {
        ObjectValue rest = spec;
        if (!Same.at(spec, old, "nodeSelector")) {
            ObjectValue selector = spec.object("nodeSelector");
            boolean narrower = old.object("nodeSelector").names().stream()
                    .allMatch(key -> old.object("nodeSelector").valueOrNull(key).equals(selector.valueOrNull(key)));
            if (!narrower) {
                checks.invalid(
                        SPEC.child("nodeSelector"),
                        spec.valueOrNull("nodeSelector"),
                        "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
            }
            rest = Edits.keep(old, rest, "nodeSelector");
        }
        Value was = old.object("affinity").valueOrNull("nodeAffinity");
        Value is = spec.object("affinity").valueOrNull("nodeAffinity");
        if (Same.of(was, is)) {
            return rest;
        }
        terms(old, spec, checks);
        ObjectValue affinity = Edits.keep(old.object("affinity"), spec.object("affinity"), "nodeAffinity");
        boolean none = affinity.isEmpty() && !old.has("affinity");
        return none ? rest.without("affinity") : rest.with("affinity", affinity);
    }

    private static void terms(ObjectValue old, ObjectValue spec, Checks checks) {
        FieldPath at = SPEC.child("affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms");
        ListValue before = terms(old);
        ListValue after = terms(spec);
        if (!before.isEmpty() && before.size() != after.size()) {
            checks.invalid(at, after, "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            ObjectValue was = before.objects().get(i);
            ObjectValue is = after.objects().get(i);
            if (!onlyAdds(was, is)) {
                checks.invalid(at.index(i), is, "only additions are allowed (no mutations or deletions)");
            }
        }
    }

    private static ListValue terms(ObjectValue spec) {
        return spec.object("affinity").object("nodeAffinity").object(REQUIRED).list("nodeSelectorTerms");
    }

    private static boolean onlyAdds(ObjectValue was, ObjectValue is) {
        if (was.list("matchExpressions").isEmpty() && was.list("matchFields").isEmpty()) {
            // A term that asks nothing matches no node; asking something would make it match more.
            return is.list("matchExpressions").isEmpty()
                    && is.list("matchFields").isEmpty();
        }
        return startsWith(is.list("matchExpressions"), was.list("matchExpressions"))
                && startsWith(is.list("matchFields"), was.list("matchFields"));
    }

    private static boolean startsWith(ListValue list, ListValue start) {
        return list.size() >= start.size()
                && list.items().subList(0, start.size()).equals(start.items());
    }

    /** Containers put into a running pod stay as they were put in. */
    static void ephemeral(ObjectValue before, ObjectValue after, Checks checks) {
        FieldPath at = SPEC.child("ephemeralContainers");
        List<ObjectValue> now = after.object("spec").list("ephemeralContainers").objects();
        for (ObjectValue old : before.object("spec").list("ephemeralContainers").objects()) {
            String name = old.string("name");
            List<ObjectValue> same = now.stream()
                    .filter(container -> container.string("name").equals(name))
                    .toList();
            if (same.isEmpty()) {
                checks.forbidden(at, "existing ephemeral containers \"" + name + "\" may not be removed\n");
            } else if (!Same.of(old, same.getLast())) {
                checks.forbidden(
                        at,
                        "existing ephemeral containers \"" + name + "\" may not be changed\n"
                                + Diffs.of(old, same.getLast()));
            }
        }
    }
}
