package dev.jarbor.controllers.autoscaling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;

/**
 * What was recommended and done for one autoscaler lately. It is not written anywhere, as in the reference: after a restart
 * the size that is found counts as the first recommendation. Bounded by the longest window that anybody may ask for, an hour.
 */
final class ScalingHistory {
    private static final Duration LONGEST = Duration.ofHours(1);

    private final List<Entry> recommendations = new ArrayList<>();
    private final List<Entry> added = new ArrayList<>();
    private final List<Entry> removed = new ArrayList<>();

    private record Entry(Instant at, int number) {}

    /** Begins with the size that is there. */
    ScalingHistory(int current, Instant now) {
        recommendations.add(new Entry(now, current));
    }

    void recommend(int replicas, Instant now) {
        forget(recommendations, now);
        recommendations.add(new Entry(now, replicas));
    }

    void scaled(int before, int after, Instant now) {
        List<Entry> changes = after > before ? added : removed;
        forget(changes, now);
        changes.add(new Entry(now, Math.abs(after - before)));
    }

    private static void forget(List<Entry> entries, Instant now) {
        entries.removeIf(entry -> entry.at().isBefore(now.minus(LONGEST)));
    }

    /** {@code recommendation} and those that are younger than {@code window} as one. */
    int recommended(int recommendation, Duration window, Instant now, IntBinaryOperator chosen) {
        int result = recommendation;
        for (Entry entry : recommendations) {
            if (entry.at().isAfter(now.minus(window))) {
                result = chosen.applyAsInt(entry.number(), result);
            }
        }
        return result;
    }

    /** The highest of {@code recommendation} and those that are no older than {@code window}. */
    int highest(int recommendation, Duration window, Instant now) {
        return recommendations.stream()
                .filter(entry -> !entry.at().isBefore(now.minus(window)))
                .mapToInt(Entry::number)
                .reduce(recommendation, Math::max);
    }

    /** How many replicas there were before the last {@code period}. */
    int before(int current, Duration period, Instant now) {
        return current - sum(added, period, now) + sum(removed, period, now);
    }

    private static int sum(List<Entry> changes, Duration period, Instant now) {
        return changes.stream()
                .filter(entry -> entry.at().isAfter(now.minus(period)))
                .mapToInt(Entry::number)
                .sum();
    }
}
