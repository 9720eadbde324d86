package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import java.util.ArrayList;
import java.util.List;

/**
 * Giving a running pod more or less CPU and memory.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/">Resize CPU and Memory
 *     Resources assigned to Containers</a>
 */
final class Resizes {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> LISTS = List.of("containers", "initContainers");

    private Resizes() {}

    /**
     * {@code before} with the resources that {@code after} asks for. Where containers do not match, nothing is taken back,
     * so that validation can say so.
     */
    static ObjectValue merged(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        ObjectValue asked = after.object("spec");
        ObjectValue spec = Edits.keep(asked, old, "resources");
        for (String list : LISTS) {
            if (old.list(list).size() != asked.list(list).size()) {
                return before.with("spec", asked);
            }
            spec = asked.has(list) ? spec.with(list, containers(old.list(list), asked.list(list))) : spec;
        }
        return before.with("spec", spec);
    }

    private static ListValue containers(ListValue old, ListValue asked) {
        var merged = new ArrayList<Value>();
        for (int i = 0; i < asked.size(); i++) {
            ObjectValue container = old.objects().get(i);
            ObjectValue other = asked.objects().get(i);
            if (!container.string("name").equals(other.string("name"))) {
                return asked;
            }
            merged.add(Edits.keep(other, Edits.keep(other, container, "resources"), "resizePolicy"));
        }
        return ListValue.of(merged);
    }

    static void check(ObjectValue before, ObjectValue after, Checks checks) {
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        String quality = before.object("status").string("qosClass");
        if (!(quality.isEmpty() ? Quality.of(old) : quality).equals(Quality.of(spec))) {
            checks.invalid(
                    SPEC,
                    after.object("status").string("qosClass"),
                    "Pod QOS Class may not change as a result of resizing");
        }
        if (!isSupported(before)) {
            checks.forbidden(SPEC, "Pod running on node without support for resize");
        }
        ObjectValue rest = wholePod(old, spec, checks);
        if (!before.object("status")
                .list("nodeAllocatableResourceClaimStatuses")
                .isEmpty()) {
            checks.forbidden(SPEC, "pods with node allocatable resource claims cannot be resized");
        }
        if (!sameContainers(old, spec, checks)) {
            return;
        }
        removals(old, spec, "initContainers", checks);
        removals(old, spec, "containers", checks);
        for (String list : LISTS) {
            rest = otherwiseSame(old, rest, list, checks);
        }
        if (checks.isEmpty() && !Same.of(rest, old)) {
            checks.forbidden(SPEC, "only cpu and memory resources are mutable");
        }
    }

    /** Whether the node has shown that it knows resizes, by saying what running containers have. */
    private static boolean isSupported(ObjectValue pod) {
        for (ObjectValue status : pod.object("status").list("containerStatuses").objects()) {
            if (status.object("state").has("running")) {
                return status.has("resources");
            }
        }
        return true;
    }

    /** Checks the resources of the whole pod; answers the spec with what may change there put back. */
    private static ObjectValue wholePod(ObjectValue old, ObjectValue spec, Checks checks) {
        if (!names(old) && !names(spec)) {
            return spec;
        }
        FieldPath at = SPEC.child("resources");
        if (old.has("resources") && !spec.has("resources")) {
            checks.forbidden(at, "pod-level resources cannot be removed");
            return spec;
        }
        for (String field : List.of("requests", "limits")) {
            if (isRemoved(
                    old.object("resources").object(field),
                    spec.object("resources").object(field))) {
                checks.forbidden(at.child(field), "pod-level resource " + field + " cannot be removed");
            }
        }
        ObjectValue rest = Edits.keep(
                spec.object("resources"), withComputeOf(old.object("resources"), spec.object("resources")), "claims");
        boolean nothing = !old.has("resources")
                && rest.object("requests").isEmpty()
                && rest.object("limits").isEmpty()
                && rest.list("claims").isEmpty();
        ObjectValue put = nothing ? spec.without("resources") : spec.with("resources", rest);
        if (!Same.at(put, old, "resources")) {
            checks.forbidden(SPEC, "only cpu and memory resources are mutable at pod-level");
        }
        return put;
    }

    private static boolean names(ObjectValue spec) {
        ObjectValue resources = spec.object("resources");
        return !resources.object("requests").isEmpty()
                || !resources.object("limits").isEmpty();
    }

    private static boolean sameContainers(ObjectValue old, ObjectValue spec, Checks checks) {
        boolean same = true;
        for (String list : LISTS) {
            List<ObjectValue> before = old.list(list).objects();
            List<ObjectValue> after = spec.list(list).objects();
            if (before.size() != after.size()) {
                checks.forbidden(SPEC.child(list), list + " may not be added or removed on resize");
                same = false;
                continue;
            }
            for (int i = 0; i < before.size(); i++) {
                if (!before.get(i).string("name").equals(after.get(i).string("name"))) {
                    checks.forbidden(
                            SPEC.child(list).index(i).child("name"),
                            list + " may not be renamed or reordered on resize");
                    same = false;
                }
            }
        }
        return same;
    }

    private static void removals(ObjectValue old, ObjectValue spec, String list, Checks checks) {
        List<ObjectValue> before = old.list(list).objects();
        for (int i = 0; i < before.size(); i++) {
            ObjectValue after = spec.list(list).objects().get(i).object("resources");
            for (String field : List.of("requests", "limits")) {
                if (isRemoved(before.get(i).object("resources").object(field), after.object(field))) {
                    checks.forbidden(
                            SPEC.child(list).index(i).child("resources").child(field),
                            "resource " + field + " cannot be removed");
                }
            }
        }
    }

    private static boolean isRemoved(ObjectValue before, ObjectValue after) {
        return !before.names().stream().allMatch(after::has);
    }

    /** Beside CPU and memory a container must be what it was; answers the spec with those put back. */
    private static ObjectValue otherwiseSame(ObjectValue old, ObjectValue spec, String list, Checks checks) {
        boolean init = list.equals("initContainers");
        var put = new ArrayList<Value>();
        for (int i = 0; i < spec.list(list).size(); i++) {
            ObjectValue before = old.list(list).objects().get(i);
            ObjectValue container = spec.list(list).objects().get(i);
            ObjectValue rest = container.with(
                    "resources", withComputeOf(before.object("resources"), container.object("resources")));
            FieldPath at = init ? SPEC.child(list).index(i) : SPEC;
            if (!Same.of(rest, before)) {
                checks.forbidden(
                        at,
                        init
                                ? "only cpu and memory resources for init or sidecar containers are mutable"
                                : "only cpu and memory resources are mutable");
            }
            if (init && !Containers.isSidecar(container) && !Same.of(container, before)) {
                container.list("resizePolicy").objects().stream()
                        .filter(policy -> policy.string("restartPolicy").equals("RestartContainer"))
                        .forEach(policy -> checks.forbidden(
                                at,
                                "non-sidecar init containers with a resize policy of RestartContainer cannot be"
                                        + " resized"));
            }
            put.add(before);
        }
        return put.isEmpty() ? spec : spec.with(list, ListValue.of(put));
    }

    /** {@code now} with CPU and memory as {@code before} has them, and nothing but amounts. */
    private static ObjectValue withComputeOf(ObjectValue before, ObjectValue now) {
        ObjectValue put = ObjectValue.EMPTY;
        for (String field : List.of("limits", "requests")) {
            ObjectValue amounts = now.object(field).without("cpu").without("memory");
            for (String name : List.of("cpu", "memory")) {
                amounts = Edits.keep(before.object(field), amounts, name);
            }
            put = amounts.isEmpty() && !before.has(field) ? put : put.with(field, amounts);
        }
        return put;
    }
}
