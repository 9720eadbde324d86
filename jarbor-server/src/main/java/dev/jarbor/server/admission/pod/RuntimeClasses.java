package dev.jarbor.server.admission.pod;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.Optional;

/**
 * A pod of a runtime class gets the class's overhead, and goes where the class can run.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#runtimeclass">RuntimeClass</a>
 */
public final class RuntimeClasses implements Admission {
    private static final String NAME = "runtimeClassName";
    private static final String OTHER_OVERHEAD =
            "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

    @Override
    public ObjectValue mutate(Review review) {
        if (!review.creates("", "pods")) {
            return review.object();
        }
        Optional<ObjectValue> runtimeClass = runtimeClass(review);
        if (runtimeClass.isEmpty()) {
            return review.object();
        }
        ObjectValue spec = review.object().object("spec");
        ObjectValue changed =
                withScheduling(review, withOverhead(review, spec, runtimeClass.get()), runtimeClass.get());
        return changed.equals(spec) ? review.object() : review.object().with("spec", changed);
    }

    @Override
    public void validate(Review review) {
        if (!review.creates("", "pods")) {
            return;
        }
        ObjectValue spec = review.object().object("spec");
        ObjectValue overhead = runtimeClass(review).orElse(ObjectValue.EMPTY).object("overhead");
        if (!overhead.isEmpty()) {
            if (!isSame(overhead, spec)) {
                throw Refusal.forbidden(review, OTHER_OVERHEAD);
            }
        } else if (!spec.object("overhead").isEmpty()) {
            throw Refusal.forbidden(
                    review, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
    }

    private static Optional<ObjectValue> runtimeClass(Review review) {
        ObjectValue spec = review.object().object("spec");
        if (!spec.has(NAME)) {
            return Optional.empty();
        }
        String name = spec.string(NAME);
        Optional<ObjectValue> found = review.now().get("runtimeclasses.node.k8s.io", ObjectKey.cluster(name));
        if (found.isEmpty()) {
            throw Refusal.forbidden(review, "pod rejected: RuntimeClass " + GoText.quote(name) + " not found");
        }
        return found;
    }

    private static ObjectValue withOverhead(Review review, ObjectValue spec, ObjectValue runtimeClass) {
        ObjectValue overhead = runtimeClass.object("overhead");
        if (overhead.isEmpty()) {
            return spec;
        }
        if (spec.has("overhead") && !isSame(overhead, spec)) {
            throw Refusal.forbidden(review, OTHER_OVERHEAD);
        }
        return spec.with("overhead", overhead.object("podFixed"));
    }

    /** Amounts are the same however they are written. */
    private static boolean isSame(ObjectValue overhead, ObjectValue spec) {
        return Usage.read(overhead.object("podFixed")).equals(Usage.read(spec.object("overhead")));
    }

    private static ObjectValue withScheduling(Review review, ObjectValue spec, ObjectValue runtimeClass) {
        ObjectValue scheduling = runtimeClass.object("scheduling");
        ObjectValue selector = spec.object("nodeSelector");
        ObjectValue wanted = scheduling.object("nodeSelector");
        for (String key : wanted.names()) {
            if (selector.has(key) && !selector.string(key).equals(wanted.string(key))) {
                throw Refusal.forbidden(
                        review,
                        "conflict: runtimeClass.scheduling.nodeSelector[" + key + "] = " + wanted.string(key)
                                + "; pod.spec.nodeSelector[" + key + "] = " + selector.string(key));
            }
            selector = selector.with(key, wanted.string(key));
        }
        ListValue tolerations = scheduling.isEmpty()
                ? ListValue.EMPTY
                : Tolerations.merged(spec.list("tolerations"), scheduling.list("tolerations"));
        ObjectValue changed = selector.isEmpty() ? spec : spec.with("nodeSelector", selector);
        return tolerations.isEmpty() ? changed : changed.with("tolerations", tolerations);
    }
}
