package dev.jarbor.controllers.replicaset;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How old the pods are that have to go, beside the youngest one: younger ones go first, but only by orders of magnitude. */
final class DeletionAges {
    private final Histogram ratios;

    DeletionAges(MetricRegistry registry) {
        this.ratios = registry.histogram(
                "replicaset_controller_sorting_deletion_age_ratio",
                "The age of a pod that was chosen to go in relation to that of the youngest one, of those that are ready.",
                MetricRegistry.exponential(0.25, 2, 6));
    }

    void chosen(List<Pod> chosen, List<Pod> all, Instant now) {
        Optional<Instant> youngest = all.stream()
                .filter(PodState::isReady)
                .flatMap(pod -> pod.metadata().creationTimestamp().stream())
                .max(Instant::compareTo);
        if (youngest.isEmpty() || chosen.isEmpty()) {
            return;
        }
        double least = Duration.between(youngest.get(), now).toNanos();
        chosen.stream()
                .filter(PodState::isReady)
                .flatMap(pod -> pod.metadata().creationTimestamp().stream())
                .filter(made -> least > 0)
                .forEach(made -> ratios.observe(Duration.between(made, now).toNanos() / least));
    }
}
