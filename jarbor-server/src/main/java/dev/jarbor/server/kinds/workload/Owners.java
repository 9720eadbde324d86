package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.Leniency;
import dev.jarbor.server.kinds.pod.PodTemplates;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import java.util.List;
import java.util.Optional;

/** What kinds have in common that own pods by a selector and make them from a template. */
final class Owners {
    static final FieldPath SPEC = FieldPath.of("spec");
    static final FieldPath STATUS = FieldPath.of("status");
    static final FieldPath TEMPLATE = SPEC.child("template");
    private static final String NOT_MORE = "cannot be greater than status.replicas";

    private Owners() {}

    static Leniency leniency(ObjectValue before) {
        return Leniency.after(before.object("spec").object("template"), false);
    }

    /** The selector must be there, be well formed, and not select everything. */
    static void selector(ObjectValue spec, String kind, Checks checks) {
        FieldPath at = SPEC.child("selector");
        if (!spec.has("selector")) {
            checks.required(at);
            return;
        }
        ObjectValue selector = spec.object("selector");
        LabelSelectors.check(selector, at, checks);
        if (LabelSelectors.isEmpty(selector)) {
            checks.invalid(at, selector, "empty selector is invalid for " + kind);
        }
    }

    /** The template must be selected by its owner; answers whether that can be said at all. */
    static boolean selected(ObjectValue spec, String malformed, Checks checks) {
        Optional<Selector> selector = LabelSelectors.parse(spec, "selector");
        if (selector.isEmpty()) {
            checks.invalid(SPEC.child("selector"), spec.object("selector"), malformed);
            return false;
        }
        if (!selector.get().isEmpty()) {
            matches(selector.get(), spec, checks);
        }
        return true;
    }

    static void matches(Selector selector, ObjectValue spec, Checks checks) {
        ObjectValue metadata = spec.object("template").object("metadata");
        if (!selector.matches(metadata.object("labels").strings())) {
            checks.invalid(
                    TEMPLATE.child("metadata").child("labels"),
                    metadata.valueOrNull("labels"),
                    "`selector` does not match template `labels`");
        }
    }

    /** Pods that are kept running always restart, and have no deadline. */
    static void runsForever(ObjectValue spec, String kind, Checks checks) {
        ObjectValue pod = spec.object("template").object("spec");
        FieldPath at = TEMPLATE.child("spec");
        if (!pod.string("restartPolicy").equals("Always")) {
            checks.notSupported(at.child("restartPolicy"), pod.string("restartPolicy"), List.of("Always"));
        }
        if (pod.has("activeDeadlineSeconds")) {
            checks.forbidden(
                    at.child("activeDeadlineSeconds"), "activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }

    static void template(ObjectValue spec, Leniency leniency, Checks checks) {
        PodTemplates.check(spec.object("template"), leniency, TEMPLATE, checks);
    }

    /** Counters of a status, none of which is negative. */
    static void counted(ObjectValue status, Checks checks, String... fields) {
        for (String field : fields) {
            checks.notNegative(status, field, STATUS);
        }
    }

    /** Counters of some of the replicas. */
    static void ofReplicas(ObjectValue status, Checks checks, String... fields) {
        for (String field : fields) {
            if (status.integer(field) > status.integer("replicas")) {
                checks.invalid(STATUS.child(field), status.integer(field), NOT_MORE);
            }
        }
    }

    /** What is available has been ready for a while. */
    static void availableIsReady(ObjectValue status, String words, Checks checks) {
        long available = status.integer("availableReplicas");
        if (available > status.integer("readyReplicas")) {
            checks.invalid(STATUS.child("availableReplicas"), available, "cannot be greater than " + words);
        }
    }

    /** Counts how often a name was taken; it is part of names to come, so it only grows. */
    static void collisions(ObjectValue before, ObjectValue after, Checks checks) {
        ObjectValue old = before.object("status");
        long count = after.object("status").integer("collisionCount");
        if (old.has("collisionCount")
                && (!after.object("status").has("collisionCount") || count < old.integer("collisionCount"))) {
            checks.invalid(STATUS.child("collisionCount"), count, "cannot be decremented");
        }
    }

    /** What is wrong with the status of who keeps replicas itself. */
    static List<FieldError> replicas(ObjectValue status) {
        var checks = new Checks();
        counted(
                status,
                checks,
                "replicas",
                "fullyLabeledReplicas",
                "readyReplicas",
                "availableReplicas",
                "observedGeneration",
                "terminatingReplicas");
        ofReplicas(status, checks, "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
        availableIsReady(status, "readyReplicas", checks);
        return checks.errors();
    }
}
