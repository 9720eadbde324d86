package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.select.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many pods may still be disturbed while nodes are emptied in a simulation. One owner. */
final class Budgets {
    private record Budget(PodDisruptionBudget budget, Selector selector) {
        boolean covers(Pod pod) {
            return budget.namespace().equals(pod.namespace())
                    && selector.matches(pod.metadata().labels());
        }
    }

    private final List<Budget> budgets = new ArrayList<>();
    private final Map<ObjectKey, Integer> left = new TreeMap<>();

    Budgets(List<PodDisruptionBudget> all) {
        for (PodDisruptionBudget budget : all) {
            if (budget.spec().hasSelector()) {
                budgets.add(new Budget(
                        budget, Selector.ofObject(budget.spec().selector().value())));
                left.put(budget.key(), budget.status().disruptionsAllowed());
            }
        }
    }

    private List<ObjectKey> of(Pod pod) {
        return budgets.stream()
                .filter(budget -> budget.covers(pod))
                .map(budget -> budget.budget().key())
                .toList();
    }

    boolean cover(Pod pod) {
        return !of(pod).isEmpty();
    }

    /** Whether {@code pod} may be disturbed, were it the only one. */
    boolean allow(Pod pod) {
        return of(pod).stream().allMatch(key -> left.getOrDefault(key, 0) > 0);
    }

    /** Disturbs {@code pods}; whether all may be at once, and not only one after the other. */
    boolean take(List<Pod> pods) {
        boolean atOnce = true;
        for (Pod pod : pods) {
            for (ObjectKey key : of(pod)) {
                int after = left.merge(key, -1, Integer::sum);
                atOnce &= after >= 0;
            }
        }
        return atOnce;
    }
}
