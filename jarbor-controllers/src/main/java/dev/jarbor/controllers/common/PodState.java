package dev.jarbor.controllers.common;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a pod's status says about it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">Pod Lifecycle</a>
 */
public final class PodState {
    private PodState() {}

    /** Whether its containers have ended for good. */
    public static boolean isFinished(Pod pod) {
        String phase = pod.status().phase();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** Whether it runs or will: neither finished nor being deleted. */
    public static boolean isActive(Pod pod) {
        return !isFinished(pod) && !Ownership.isDeleting(pod);
    }

    /** Whether it is being deleted and may still run. */
    public static boolean isTerminating(Pod pod) {
        return !isFinished(pod) && Ownership.isDeleting(pod);
    }

    public static boolean isReady(Pod pod) {
        return condition(pod, "Ready")
                .filter(ready -> ready.status().equals("True"))
                .isPresent();
    }

    /** Since when it is ready; empty where it is not. */
    public static Optional<Instant> readySince(Pod pod) {
        return condition(pod, "Ready")
                .filter(ready -> ready.status().equals("True"))
                .flatMap(PodCondition::lastTransitionTime);
    }

    /**
     * When it has been ready for {@code minReadySeconds}, in the past for a pod that counts as available; empty where it is
     * not ready.
     */
    public static Optional<Instant> availableAt(Pod pod, int minReadySeconds) {
        if (!isReady(pod)) {
            return Optional.empty();
        }
        if (minReadySeconds == 0) {
            return Optional.of(Instant.MIN);
        }
        return readySince(pod).map(since -> since.plus(Duration.ofSeconds(minReadySeconds)));
    }

    public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
        return availableAt(pod, minReadySeconds)
                .filter(instant -> !instant.isAfter(now))
                .isPresent();
    }

    public static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }
}
