package dev.jarbor.server.admission.pod;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Reading and rewriting the parts of a pod's spec. */
final class PodSpecs {
    private PodSpecs() {}

    /** Whether this writes a pod itself, new or known. */
    static boolean writesPod(Review review) {
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        return write && review.isAbout("", "pods");
    }

    /** Init containers, containers and ephemeral containers, in this order. */
    static List<ObjectValue> containers(ObjectValue spec) {
        var all = new ArrayList<ObjectValue>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            all.addAll(spec.list(list).objects());
        }
        return all;
    }

    /** {@code spec} with each item of {@code list} changed; an absent list stays absent. */
    static ObjectValue each(ObjectValue spec, String list, UnaryOperator<ObjectValue> change) {
        if (spec.list(list).isEmpty()) {
            return spec;
        }
        var changed = new ArrayList<Value>();
        spec.list(list).objects().forEach(item -> changed.add(change.apply(item)));
        return spec.with(list, ListValue.of(changed));
    }
}
