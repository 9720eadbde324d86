package dev.jarbor.server.admission;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import java.util.Comparator;
import java.util.Optional;

/**
 * Turns a pod's priority class into its priority.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/">Pod Priority and
 *     Preemption</a>
 */
final class PodPriority implements Admission {
    private static final String CLASSES = "priorityclasses.scheduling.k8s.io";

    @Override
    public ObjectValue mutate(Review review) {
        if (!review.creates("", "pods")) {
            return review.object();
        }
        ObjectValue pod = review.object();
        ObjectValue spec = pod.object("spec");
        String name = spec.string("priorityClassName");
        Optional<ObjectValue> found = name.isEmpty() ? usual(review) : named(review, name);
        long priority = found.map(chosen -> chosen.integer("value")).orElse(0L);
        if (spec.has("priority") && spec.integer("priority") != priority) {
            throw ApiException.forbidden(
                    review.resource().groupResource(),
                    review.key().name(),
                    "the integer value of priority (" + spec.integer("priority")
                            + ") must not be provided in pod spec; priority admission controller computed " + priority
                            + " from the given PriorityClass name");
        }
        String policy = found.map(chosen -> chosen.string("preemptionPolicy"))
                .filter(said -> !said.isEmpty())
                .orElse("PreemptLowerPriority");
        ObjectValue decided = spec.with("priority", priority);
        if (found.isPresent() && name.isEmpty()) {
            decided = decided.with(
                    "priorityClassName", found.get().object("metadata").string("name"));
        }
        return pod.with("spec", decided.has("preemptionPolicy") ? decided : decided.with("preemptionPolicy", policy));
    }

    private static Optional<ObjectValue> named(Review review, String name) {
        Optional<ObjectValue> found = review.now().get(CLASSES, ObjectKey.cluster(name));
        if (found.isEmpty()) {
            throw ApiException.forbidden(
                    review.resource().groupResource(),
                    review.key().name(),
                    "no PriorityClass with name " + name + " was found");
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
