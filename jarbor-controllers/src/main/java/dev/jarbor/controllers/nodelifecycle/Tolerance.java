package dev.jarbor.controllers.nodelifecycle;

import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Toleration;
import dev.jarbor.api.scheduling.Taints;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long a pod may stay on a node with the taints it has.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions">Taint
 *     based evictions</a>
 */
final class Tolerance {
    private Tolerance() {}

    /**
     * When the pod has to go; empty for never. A taint that it does not tolerate says: now, since the taint was added.
     *
     * @param noticed since when taints count that do not say when they were added, as those of users
     */
    static Optional<Instant> end(List<Toleration> tolerations, List<Taint> taints, Instant noticed) {
        return taints.stream()
                .filter(taint -> taint.effect().equals(Taints.NO_EXECUTE))
                .map(taint -> end(tolerations, taint, noticed))
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    private static Optional<Instant> end(List<Toleration> tolerations, Taint taint, Instant noticed) {
        Instant since = taint.timeAdded().orElse(noticed);
        List<Toleration> matching = tolerations.stream()
                .filter(toleration -> Taints.tolerates(toleration, taint))
                .toList();
        if (matching.isEmpty()) {
            return Optional.of(since);
        }
        // The strictest limit counts; a toleration without one sets none.
        return matching.stream()
                .filter(Toleration::hasTolerationSeconds)
                .map(toleration -> since.plusSeconds(Math.max(0, toleration.tolerationSeconds())))
                .min(Instant::compareTo);
    }
}
