package dev.jarbor.api.scheduling;

import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Toleration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which taints of a node a pod tolerates.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">Taints and
 *     Tolerations</a>
 */
public final class Taints {
    public static final String NO_SCHEDULE = "NoSchedule";
    public static final String PREFER_NO_SCHEDULE = "PreferNoSchedule";
    public static final String NO_EXECUTE = "NoExecute";

    /** What a node that is cordoned counts as being tainted with. */
    public static final Taint UNSCHEDULABLE =
            Taint.EMPTY.withKey("node.kubernetes.io/unschedulable").withEffect(NO_SCHEDULE);

    private Taints() {}

    /** Whether {@code toleration} is about {@code taint}; one without a key is about all, if its operator is Exists. */
    public static boolean tolerates(Toleration toleration, Taint taint) {
        if (!toleration.effect().isEmpty() && !toleration.effect().equals(taint.effect())) {
            return false;
        }
        if (!toleration.key().isEmpty() && !toleration.key().equals(taint.key())) {
            return false;
        }
        return switch (toleration.operator()) {
            case "Exists" -> true;
            case "", "Equal" ->
                !toleration.key().isEmpty() && toleration.value_().equals(taint.value_());
            default -> false;
        };
    }

    public static boolean tolerates(List<Toleration> tolerations, Taint taint) {
        return tolerations.stream().anyMatch(toleration -> tolerates(toleration, taint));
    }

    /** The first of {@code taints} that {@code counted} holds for and nothing in {@code tolerations} tolerates. */
    public static Optional<Taint> untolerated(
            List<Taint> taints, List<Toleration> tolerations, Predicate<Taint> counted) {
        return taints.stream()
                .filter(counted)
                .filter(taint -> !tolerates(tolerations, taint))
                .findFirst();
    }
}
