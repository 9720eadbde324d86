package dev.jarbor.server.kinds.node;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Internal;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;

/**
 * What keeps pods away from a node, in its spec and in annotations of old.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">Taints and Tolerations</a>
 */
final class Taints {
    private static final String TAINTS = "scheduler.alpha.kubernetes.io/taints";
    private static final String AVOID = "scheduler.alpha.kubernetes.io/preferAvoidPods";
    private static final List<String> SHAPE = List.of("Key=\"\"", "Value=\"\"", "Effect=\"\"", "TimeAdded");

    private Taints() {}

    static void check(ListValue taints, FieldPath at, Checks checks) {
        var seen = new HashSet<String>();
        List<ObjectValue> all = taints.objects();
        for (int i = 0; i < all.size(); i++) {
            ObjectValue taint = all.get(i);
            FieldPath here = at.index(i);
            checks.qualifiedName(taint.string("key"), here.child("key"));
            List<String> problems = Labels.value(taint.string("value"));
            if (!problems.isEmpty()) {
                checks.invalid(here.child("value"), taint.string("value"), String.join(";", problems));
            }
            checks.oneOf(taint, "effect", here, "NoSchedule", "PreferNoSchedule", "NoExecute");
            if (!seen.add(taint.string("effect") + " " + taint.string("key"))) {
                checks.add(new FieldError(
                        FieldError.Type.DUPLICATE,
                        here.toString(),
                        Internal.shown(taint, SHAPE),
                        "taints must be unique by key and effect pair"));
            }
        }
    }

    static void annotations(ObjectValue annotations, FieldPath at, Checks checks) {
        String taints = annotations.string(TAINTS);
        if (!taints.isEmpty()) {
            parsed(
                    taints,
                    value -> value instanceof ListValue list ? list : ListValue.EMPTY,
                    list -> check(list, at.child(TAINTS), checks),
                    message -> checks.invalid(at, TAINTS, message));
        }
        String avoided = annotations.string(AVOID);
        if (!avoided.isEmpty()) {
            parsed(
                    avoided,
                    value -> value instanceof ObjectValue object ? object.list("preferAvoidPods") : ListValue.EMPTY,
                    list -> avoided(list.objects(), at.child(AVOID), checks),
                    message -> checks.invalid(at.child("AvoidPods"), AVOID, message));
        }
    }

    private static void parsed(
            String text,
            Function<Value, ListValue> list,
            java.util.function.Consumer<ListValue> good,
            java.util.function.Consumer<String> malformed) {
        ListValue read;
        try {
            read = list.apply(Json.parse(text));
        } catch (DecodeException e) {
            malformed.accept(String.valueOf(e.getMessage()));
            return;
        }
        good.accept(read);
    }

    /** Controllers whose pods a node would rather not have. */
    private static void avoided(List<ObjectValue> entries, FieldPath at, Checks checks) {
        for (int i = 0; i < entries.size(); i++) {
            FieldPath here = at.index(i).child("PodSignature");
            ObjectValue signature = entries.get(i).object("podSignature");
            if (!signature.has("podController")) {
                checks.required(here);
            } else if (!signature.object("podController").bool("controller")) {
                checks.invalid(
                        here.child("PodController", "Controller"), Value.of(false), "must point to a controller");
            }
        }
    }
}
