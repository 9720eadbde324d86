package dev.jarbor.server.kinds;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/** The rules of pods. */
final class Pods implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");

    @Override
    public ObjectValue withDefaults(ObjectValue pod) {
        return Edits.always(pod, "spec", spec -> PodDefaults.pod(PodDefaults.spec(spec)));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue pod) {
        ObjectValue status = ObjectValue.EMPTY.with("phase", "Pending").with("qosClass", qualityOfService(pod));
        return pod.with("status", status);
    }

    /** A pod's class is decided once: by what its containers ask for when it is created. */
    static String qualityOfService(ObjectValue pod) {
        boolean any = false;
        boolean guaranteed = true;
        ObjectValue spec = pod.object("spec");
        var containers = new ArrayList<>(spec.list("containers").objects());
        containers.addAll(spec.list("initContainers").objects());
        for (ObjectValue container : containers) {
            ObjectValue limits = container.object("resources").object("limits");
            ObjectValue requests = container.object("resources").object("requests");
            for (String name : List.of("cpu", "memory")) {
                boolean asked = isSet(requests, name) || isSet(limits, name);
                any |= asked;
                // What a limit says and a request does not, defaulting has made equal or is about to.
                Value wanted = requests.has(name) ? requests.valueOrNull(name) : limits.valueOrNull(name);
                guaranteed &=
                        isSet(limits, name) && Quantity.read(wanted).equals(Quantity.read(limits.valueOrNull(name)));
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static boolean isSet(ObjectValue amounts, String name) {
        return amounts.has(name) && !Quantity.read(amounts.valueOrNull(name)).isZero();
    }

    @Override
    public ObjectValue beforeStatusUpdate(ObjectValue before, ObjectValue after) {
        // The class may be left out by a status writer, never changed.
        String known = before.object("status").string("qosClass");
        return known.isEmpty() ? after : after.update("status", status -> Edits.text(status, "qosClass", known));
    }

    @Override
    public List<FieldError> validate(ObjectValue pod) {
        var checks = new Checks();
        PodChecks.spec(pod.object("spec"), SPEC, checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        if (old.equals(spec)) {
            return List.of();
        }
        for (String list : List.of("containers", "initContainers")) {
            if (old.list(list).size() != spec.list(list).size()) {
                checks.add(FieldError.forbidden(SPEC.child(list), "pod updates may not add or remove containers"));
                return checks.errors();
            }
        }
        deadline(old, spec, checks);
        if (!tolerationsKept(old, spec)) {
            checks.add(FieldError.forbidden(
                    SPEC.child("tolerations"), "existing toleration can not be modified except its tolerationSeconds"));
        }
        if (!comparable(old, old).equals(comparable(spec, old))) {
            checks.add(FieldError.forbidden(
                    SPEC,
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
                            + " additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be"
                            + " set to 1 if it was previously negative)"));
        }
        return checks.errors();
    }

    private static void deadline(ObjectValue old, ObjectValue spec, Checks checks) {
        String field = "activeDeadlineSeconds";
        if (!old.has(field) || old.valueOrNull(field).equals(spec.valueOrNull(field))) {
            return;
        }
        if (!spec.has(field)) {
            checks.add(
                    FieldError.invalid(SPEC.child(field), "", "must not update from a positive integer to nil value"));
        } else if (spec.integer(field) > old.integer(field)) {
            checks.add(FieldError.invalid(
                    SPEC.child(field), spec.integer(field), "must be less than or equal to previous value"));
        }
    }

    /** Tolerations may be added, and how long they last may change. */
    private static boolean tolerationsKept(ObjectValue old, ObjectValue spec) {
        List<ObjectValue> known = spec.list("tolerations").objects().stream()
                .map(toleration -> toleration.without("tolerationSeconds"))
                .toList();
        return old.list("tolerations").objects().stream()
                .map(toleration -> toleration.without("tolerationSeconds"))
                .allMatch(known::contains);
    }

    /** {@code spec} with everything that an update may change taken from {@code old}. */
    private static ObjectValue comparable(ObjectValue spec, ObjectValue old) {
        ObjectValue same = images(images(spec, old, "containers"), old, "initContainers");
        for (String field : List.of("activeDeadlineSeconds", "tolerations")) {
            same = Edits.keep(old, same, field);
        }
        if (old.integer("terminationGracePeriodSeconds") < 0 && spec.integer("terminationGracePeriodSeconds") == 1) {
            same = Edits.keep(old, same, "terminationGracePeriodSeconds");
        }
        if (!old.list("schedulingGates").isEmpty()) {
            // A pod that waits at a gate may lose gates and be told more narrowly where to go.
            for (String field : List.of("schedulingGates", "nodeSelector", "affinity")) {
                same = Edits.keep(old, same, field);
            }
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

    /** A pod that runs gets its grace period; one that never started or has ended goes at once. */
    @Override
    public long deletionGrace(ObjectValue pod, long asked) {
        String phase = pod.object("status").string("phase");
        if (pod.object("spec").string("nodeName").isEmpty() || phase.equals("Succeeded") || phase.equals("Failed")) {
            return 0;
        }
        long seconds = asked >= 0 ? asked : pod.object("spec").integer("terminationGracePeriodSeconds");
        return seconds < 0 ? 1 : seconds;
    }
}
