package dev.jarbor.server.admission.pod;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Turns a pod's priority class into its priority, and lets only one class be the default.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/">Pod Priority and
 *     Preemption</a>
 */
public final class Priority implements Admission {
    private static final String CLASSES = "priorityclasses.scheduling.k8s.io";

    @Override
    public ObjectValue mutate(Review review) {
        if (review.operation() == Operation.UPDATE && review.isAbout("", "pods")) {
            return kept(review.before(), review.object());
        }
        if (!review.creates("", "pods")) {
            return review.object();
        }
        ObjectValue spec = review.object().object("spec");
        String name = spec.string("priorityClassName");
        Optional<ObjectValue> found = name.isEmpty() ? usual(review) : named(review, name);
        long priority = found.map(chosen -> chosen.integer("value")).orElse(0L);
        String policy = found.map(chosen -> chosen.string("preemptionPolicy"))
                .filter(said -> !said.isEmpty())
                .orElse("PreemptLowerPriority");
        if (spec.has("priority") && spec.integer("priority") != priority) {
            throw Refusal.forbidden(
                    review,
                    "the integer value of priority (" + spec.integer("priority")
                            + ") must not be provided in pod spec; priority admission controller computed " + priority
                            + " from the given PriorityClass name");
        }
        if (spec.has("preemptionPolicy") && !spec.string("preemptionPolicy").equals(policy)) {
            throw Refusal.forbidden(
                    review,
                    "the string value of PreemptionPolicy (" + spec.string("preemptionPolicy")
                            + ") must not be provided in pod spec; priority admission controller computed " + policy
                            + " from the given PriorityClass name");
        }
        ObjectValue decided = spec.with("priority", priority).with("preemptionPolicy", policy);
        if (found.isPresent() && name.isEmpty()) {
            decided = decided.with(
                    "priorityClassName", found.get().object("metadata").string("name"));
        }
        return review.object().with("spec", decided);
    }

    /** An update that leaves out what was decided here means no change of it. */
    private static ObjectValue kept(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        for (String field : List.of("priority", "preemptionPolicy")) {
            spec = spec.has(field) || !old.has(field) ? spec : spec.with(field, old.valueOrNull(field));
        }
        return spec.equals(after.object("spec")) ? after : after.with("spec", spec);
    }

    @Override
    public void validate(Review review) {
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        if (!write
                || !review.isAbout("scheduling.k8s.io", "priorityclasses")
                || !review.object().bool("globalDefault")) {
            return;
        }
        String own = review.object().object("metadata").string("name");
        usual(review)
                .map(other -> other.object("metadata").string("name"))
                .filter(other -> review.operation() == Operation.CREATE || !other.equals(own))
                .ifPresent(other -> {
                    throw Refusal.forbidden(
                            review,
                            "PriorityClass " + other + " is already marked as default. Only one default can exist");
                });
    }

    private static Optional<ObjectValue> named(Review review, String name) {
        Optional<ObjectValue> found = review.now().get(CLASSES, ObjectKey.cluster(name));
        if (found.isEmpty()) {
            throw Refusal.forbidden(review, "no PriorityClass with name " + name + " was found");
        }
        return found;
    }

    /** The class marked as default; the lowest where several are. */
    private static Optional<ObjectValue> usual(Review review) {
        return review.now().all(CLASSES).values().stream()
                .filter(other -> other.bool("globalDefault"))
                .min(Comparator.comparingLong(other -> other.integer("value")));
    }
}
