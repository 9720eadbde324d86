package dev.jarbor.controllers.deployment;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Spreads a change of scale in the middle of a rollout over the sets that have pods, in proportion to their sizes, so
 * that the risk stays balanced between the old and the new.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#proportional-scaling">Proportional
 *     scaling</a>
 */
final class ProportionalScaling {
    private ProportionalScaling() {}

    /** The new size of each of {@code active}, in the order in which they are to be resized. */
    static Map<ReplicaSet, Integer> sizes(Deployment deployment, List<ReplicaSet> active) {
        int desired = Sizes.desired(deployment);
        int allowed = desired > 0 ? desired + Sizes.maxSurge(deployment) : 0;
        int change = allowed - Sizes.total(active);
        List<ReplicaSet> ordered =
                active.stream().sorted(largestFirst(change > 0)).toList();
        var sizes = new LinkedHashMap<ReplicaSet, Integer>();
        int given = 0;
        for (ReplicaSet set : ordered) {
            int share = share(deployment, set, change, given);
            given += share;
            sizes.put(set, Sizes.of(set) + share);
        }
        if (change != given && !ordered.isEmpty()) {
            // What rounding left over goes to the largest.
            int rest = change - given;
            sizes.compute(ordered.getFirst(), (set, size) -> Math.max(0, (size == null ? 0 : size) + rest));
        }
        return sizes;
    }

    private static int share(Deployment deployment, ReplicaSet set, int change, int given) {
        if (Sizes.of(set) == 0 || change == 0 || change == given) {
            return 0;
        }
        int fraction = fraction(deployment, set);
        return change > 0 ? Math.min(fraction, change - given) : Math.max(fraction, change - given);
    }

    private static int fraction(Deployment deployment, ReplicaSet set) {
        int desired = Sizes.desired(deployment);
        if (desired == 0) {
            return -Sizes.of(set);
        }
        long before = Revisions.number(set, Revisions.MAX);
        if (before == 0) {
            before = deployment.status().replicas();
        }
        if (before == 0) {
            return 0;
        }
        double size = (double) Sizes.of(set) * (desired + Sizes.maxSurge(deployment)) / before;
        return (int) Math.round(size) - Sizes.of(set);
    }

    /** Of equal size, growth goes to the newer and shrinking to the older set first. */
    private static Comparator<ReplicaSet> largestFirst(boolean growing) {
        Comparator<ReplicaSet> age = growing ? Draft.OLDEST_FIRST.reversed() : Draft.OLDEST_FIRST;
        return Comparator.comparingInt((ReplicaSet set) -> Sizes.of(set))
                .reversed()
                .thenComparing(age);
    }
}
