package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.scheduler.autoscaling.AutoscalerSettings.Shrinking;
import dev.jarbor.scheduler.autoscaling.Unneeded.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which of the nodes that nobody needs go now: those that have been unneeded for long enough, as far as their groups may
 * shrink, and no more at once than may.
 *
 * @param empty without pods that have to move
 * @param drained with such pods; those first whose budgets let all go at once
 * @param kept why others stay
 */
record Removable(List<Candidate> empty, List<Candidate> drained, Map<String, String> kept) {
    /**
     * Nodes that go already.
     *
     * @param byGroup how many, by the name of their group
     * @param all how many in all
     * @param drained how many of those have pods to move
     */
    record Going(Map<String, Integer> byGroup, int all, int drained) {
        static final Going NONE = new Going(Map.of(), 0, 0);
    }

    /** @param since since when each candidate is unneeded */
    static Removable of(
            List<Candidate> candidates, Map<String, Instant> since, Going going, Shrinking settings, Instant now) {
        var due = new ArrayList<Candidate>();
        var kept = new TreeMap<String, String>();
        var leaving = new TreeMap<String, Integer>(going.byGroup());
        candidates.stream().sorted(Comparator.comparing(one -> !one.isEmpty())).forEach(candidate -> {
            String why = why(candidate, since.getOrDefault(candidate.name(), now), leaving, settings, now);
            if (why.isEmpty()) {
                leaving.merge(candidate.group().name(), 1, Integer::sum);
                due.add(candidate);
            } else {
                kept.put(candidate.name(), why);
            }
        });
        List<Candidate> empty = due.stream()
                .filter(Candidate::isEmpty)
                .limit(Math.max(0, settings.parallelism() - going.all()))
                .toList();
        int left = Math.min(
                settings.parallelism() - going.all() - empty.size(), settings.drainParallelism() - going.drained());
        List<Candidate> drained = due.stream()
                .filter(candidate -> !candidate.isEmpty())
                .sorted(Comparator.comparing(Candidate::risky))
                .limit(Math.max(0, left))
                .toList();
        return new Removable(empty, drained, kept);
    }

    private static String why(
            Candidate candidate, Instant since, Map<String, Integer> leaving, Shrinking settings, Instant now) {
        boolean ready = Readiness.isReady(candidate.node());
        Duration least = ready ? settings.unneededTime() : settings.unreadyTime();
        if (!since.plus(least).isBefore(now)) {
            return ready ? "NotUnneededLongEnough" : "NotUnreadyLongEnough";
        }
        NodeGroup group = candidate.group();
        return group.targetSize() - leaving.getOrDefault(group.name(), 0) <= group.minSize()
                ? "NodeGroupMinSizeReached"
                : "";
    }
}
