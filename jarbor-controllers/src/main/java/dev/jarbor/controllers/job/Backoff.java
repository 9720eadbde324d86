package dev.jarbor.controllers.job;

import dev.jarbor.api.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long a Job waits before it tries again: 10 s after its first failure, twice as long after each further one, up to ten
 * minutes; a success starts it over.
 *
 * @param failures since the last success
 * @param last when the latest of them ended
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy">Pod backoff
 *     failure policy</a>
 */
record Backoff(int failures, Optional<Instant> last) {
    static final Backoff NONE = new Backoff(0, Optional.empty());

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** What it is after pods have ended that it has not heard of yet. */
    Backoff after(List<Pod> succeeded, List<Pod> failed) {
        Optional<Instant> success = succeeded.stream().map(JobPods::end).max(Instant::compareTo);
        List<Instant> later = failed.stream()
                .map(JobPods::end)
                .filter(end -> success.filter(time -> !end.isAfter(time)).isEmpty())
                .toList();
        Backoff before = success.isPresent() ? NONE : this;
        return later.isEmpty()
                ? before
                : new Backoff(before.failures + later.size(), later.stream().max(Instant::compareTo));
    }

    /** Until when nothing new starts; empty where nothing is waited for. */
    Optional<Instant> until() {
        return last.map(end -> end.plus(wait(failures)));
    }

    static Duration wait(int failures) {
        Duration doubled = FIRST.multipliedBy(1L << Math.clamp(failures - 1L, 0, 10));
        return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }
}
