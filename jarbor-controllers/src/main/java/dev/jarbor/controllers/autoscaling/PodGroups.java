package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which pods count how. What a pod uses of the processor while it starts says nothing of its later life, so it counts only
 * once it is ready and was measured after that.
 *
 * @param ready how many are measured and count
 * @param counted what those use
 * @param unready those that are there and do not count yet
 * @param missing those that nobody has measured
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details">Algorithm
 *     details</a>
 */
record PodGroups(int ready, Map<String, Sample> counted, Set<String> unready, Set<String> missing) {
    /** For so long after its start a pod counts only while it is ready. */
    private static final Duration INITIALIZATION = Duration.ofMinutes(5);
    /** A pod that became unready so soon after its start has never been ready. */
    private static final Duration FIRST_READINESS = Duration.ofSeconds(30);

    /** @param processor whether {@code samples} are of the processor */
    static PodGroups of(Iterable<Pod> pods, Map<String, Sample> samples, boolean processor, Instant now) {
        var counted = new TreeMap<>(samples);
        var unready = new TreeSet<String>();
        var missing = new TreeSet<String>();
        int ready = 0;
        for (Pod pod : pods) {
            Sample sample = samples.get(pod.name());
            if (Ownership.isDeleting(pod) || pod.status().phase().equals("Failed")) {
                counted.remove(pod.name());
            } else if (pod.status().phase().equals("Pending")) {
                unready.add(pod.name());
                counted.remove(pod.name());
            } else if (sample == null) {
                missing.add(pod.name());
            } else if (processor && isStarting(pod, sample, now)) {
                unready.add(pod.name());
                counted.remove(pod.name());
            } else {
                ready++;
            }
        }
        return new PodGroups(ready, counted, unready, missing);
    }

    private static boolean isStarting(Pod pod, Sample sample, Instant now) {
        Optional<PodCondition> condition = PodState.condition(pod, "Ready");
        Optional<Instant> start = pod.status().startTime();
        if (condition.isEmpty() || start.isEmpty()) {
            return true;
        }
        boolean unready = condition.get().status().equals("False");
        Instant since = condition.get().lastTransitionTime().orElse(Instant.EPOCH);
        return start.get().plus(INITIALIZATION).isAfter(now)
                ? unready || sample.at().isBefore(since.plus(sample.window()))
                : unready && start.get().plus(FIRST_READINESS).isAfter(since);
    }
}
