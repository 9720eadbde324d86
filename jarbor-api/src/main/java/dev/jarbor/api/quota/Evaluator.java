package dev.jarbor.api.quota;

import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** How the objects of one resource count against quotas. */
public interface Evaluator {
    /** Which of {@code names} the objects of this resource use. */
    List<String> tracked(Collection<String> names);

    /** What {@code object} uses at {@code now}. */
    Usage usage(ObjectValue object, Instant now);

    /** Whether {@code object} is within {@code scope}; only pods and claims know scopes. */
    default boolean isWithin(Scope scope, ObjectValue object) {
        return false;
    }

    /** Whether an update of the object itself may use more than before; creations always may. */
    default boolean countsUpdates() {
        return false;
    }

    /** What {@code object} must say, where a quota bounds {@code names}, and does not: the reference's words, "" for nothing. */
    default String missing(Collection<String> names, ObjectValue object) {
        return "";
    }

    /** Whether a quota of this spec, whose bounds are {@code hard}, covers {@code object}. */
    default boolean covers(ObjectValue quotaSpec, Collection<String> hard, ObjectValue object) {
        return !tracked(hard).isEmpty() && Scope.ofQuota(quotaSpec).stream().allMatch(scope -> isWithin(scope, object));
    }
}
