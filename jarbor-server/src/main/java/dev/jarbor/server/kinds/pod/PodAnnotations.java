package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;

/** Annotations of pods that mean something to the server. */
final class PodAnnotations {
    static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String TOLERATIONS = "scheduler.alpha.kubernetes.io/tolerations";
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    private PodAnnotations() {}

    static void check(ObjectValue annotations, ObjectValue spec, Leniency leniency, FieldPath at, Checks checks) {
        if (annotations.isEmpty()) {
            return;
        }
        if (annotations.has(MIRROR) && spec.string("nodeName").isEmpty()) {
            checks.invalid(
                    at.key(MIRROR),
                    annotations.string(MIRROR),
                    "must set spec.nodeName if mirror pod annotation is set");
        }
        tolerations(annotations.string(TOLERATIONS), leniency, at, checks);
        if (!leniency.deletionCost() && !isDeletionCost(annotations)) {
            checks.invalid(at.key(DELETION_COST), annotations.string(DELETION_COST), "must be a 32bit integer");
        }
        Profiles.annotations(annotations, spec, at, checks);
    }

    private static void tolerations(String text, Leniency leniency, FieldPath at, Checks checks) {
        if (text.isEmpty()) {
            return;
        }
        try {
            Value parsed = Json.parse(text);
            if (parsed instanceof ListValue list) {
                Tolerations.check(list.objects(), leniency, at.child(TOLERATIONS), checks);
                return;
            }
            checks.invalid(
                    at,
                    TOLERATIONS,
                    "json: cannot unmarshal " + parsed.typeName() + " into Go value of type []core.Toleration");
        } catch (DecodeException malformed) {
            checks.invalid(at, TOLERATIONS, String.valueOf(malformed.getMessage()));
        }
    }

    /** Whether the deletion cost, where there is one, is a number without plus and leading zeros. */
    static boolean isDeletionCost(ObjectValue annotations) {
        if (!annotations.has(DELETION_COST)) {
            return true;
        }
        String text = annotations.string(DELETION_COST);
        if (text.isEmpty() || text.charAt(0) == '+' || (text.charAt(0) == '0' && !text.equals("0"))) {
            return false;
        }
        try {
            Integer.parseInt(text);
            return true;
        } catch (NumberFormatException none) {
            return false;
        }
    }

    /** Some annotations stay as they were when the pod was created. */
    static void kept(ObjectValue before, ObjectValue after, FieldPath at, Checks checks) {
        for (int i = 0; i < before.size(); i++) {
            String key = before.name(i);
            if (!after.valueOrNull(key).equals(before.value(i))) {
                fixed(key, "may not remove or update ", at, checks);
            }
        }
        for (int i = 0; i < after.size(); i++) {
            if (!before.has(after.name(i))) {
                fixed(after.name(i), "may not add ", at, checks);
            }
        }
    }

    private static void fixed(String key, String words, FieldPath at, Checks checks) {
        if (key.startsWith(Profiles.APP_ARMOR_CONTAINER)) {
            checks.forbidden(at.key(key), words + "AppArmor annotations");
        }
        if (key.equals(MIRROR)) {
            checks.forbidden(at.key(key), words + "mirror pod annotation");
        }
    }
}
