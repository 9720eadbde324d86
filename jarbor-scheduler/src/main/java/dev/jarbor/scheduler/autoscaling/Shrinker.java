package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.scheduler.autoscaling.AutoscalerSettings.Shrinking;
import dev.jarbor.scheduler.autoscaling.Unneeded.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lets nodes go that nobody has needed for a while, unless something has happened a moment ago. Remembers since when each node
 * is unneeded, and which could not be drained; one entry a node.
 */
final class Shrinker {
    /** Marks that tell pods to prefer other nodes are few at a time: each is a write. */
    private static final int MARKS = 10;

    private final Draining draining;
    private final Removals removals;
    private final AutoscalerMetrics metrics;
    private final Shrinking settings;
    private final Map<String, Instant> since = new TreeMap<>();
    private final Map<String, Instant> refusedUntil = new TreeMap<>();
    private Map<String, Integer> candidates = Map.of();
    private Instant lastAdded = Instant.EPOCH;
    private Instant lastBegun = Instant.EPOCH;
    private Instant lastFailed = Instant.EPOCH;

    Shrinker(Draining draining, Removals removals, AutoscalerMetrics metrics, Shrinking settings) {
        this.draining = draining;
        this.removals = removals;
        this.metrics = metrics;
        this.settings = settings;
    }

    /** How many nodes nobody needs, by the name of their group. */
    Map<String, Integer> candidates() {
        return candidates;
    }

    /** Nodes were added. */
    void grown(Instant now) {
        lastAdded = now;
    }

    /** Whoever was unneeded begins anew. */
    void forget() {
        since.clear();
        candidates = Map.of();
    }

    /** Goes on with the nodes that go. */
    void goOn(Instant now) {
        if (removals.look(now) == Removals.Outcome.FAILED) {
            lastFailed = now;
        }
    }

    /** @param wait whether no node shall go now */
    void look(ClusterView view, ClusterView.Packed packed, boolean wait) {
        Instant now = view.now();
        refusedUntil.values().removeIf(until -> !until.isAfter(now));
        Unneeded unneeded =
                Unneeded.of(view, packed.simulation(), settings.utilization(), Set.copyOf(refusedUntil.keySet()));
        unneeded.refused().forEach(name -> refusedUntil.put(name, now.plus(settings.recheck())));
        remember(unneeded.candidates(), now);
        boolean cooldown = wait || isCoolingDown(now);
        metrics.unneeded(unneeded.candidates().size(), cooldown);
        if (!cooldown) {
            metrics.active("scaleDown", now);
            shrink(view, unneeded);
        }
    }

    private void remember(List<Candidate> found, Instant now) {
        var names = new TreeSet<String>();
        var byGroup = new TreeMap<String, Integer>();
        for (Candidate candidate : found) {
            names.add(candidate.name());
            byGroup.merge(candidate.group().name(), 1, Integer::sum);
            since.putIfAbsent(candidate.name(), now);
        }
        since.keySet().retainAll(names);
        candidates = byGroup;
    }

    private boolean isCoolingDown(Instant now) {
        return isWithin(settings.delays().afterAdd(), lastAdded, now)
                || isWithin(settings.delays().afterDelete(), lastBegun, now)
                || isWithin(settings.delays().afterFailure(), lastFailed, now);
    }

    private static boolean isWithin(Duration delay, Instant event, Instant now) {
        return event.plus(delay).isAfter(now);
    }

    private void shrink(ClusterView view, Unneeded unneeded) {
        Removable due = Removable.of(unneeded.candidates(), since, removals.going(), settings, view.now());
        var kept = new TreeMap<>(unneeded.kept());
        kept.putAll(due.kept());
        kept.values().removeIf("NotAutoscaled"::equals);
        metrics.kept(kept.values());
        var all = new ArrayList<>(due.empty());
        all.addAll(due.drained());
        if (all.isEmpty()) {
            mark(view);
        } else if (removals.begin(all, view.now()) == Removals.Outcome.CALM) {
            lastBegun = view.now();
            all.forEach(one -> since.remove(one.name()));
        } else {
            lastFailed = view.now();
        }
    }

    /** Pods shall prefer other nodes to those that nobody needs. */
    private void mark(ClusterView view) {
        int left = MARKS;
        for (Node node : view.nodes()) {
            boolean marked = Draining.has(node, Draining.CANDIDATE);
            boolean wanted = since.containsKey(node.name());
            if (left == 0 || marked == wanted || view.groupOf(node.name()).isEmpty()) {
                continue;
            }
            left--;
            if (wanted) {
                draining.markCandidate(node.name());
            } else {
                draining.unmark(node.name(), Draining.CANDIDATE);
            }
        }
    }
}
