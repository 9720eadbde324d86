package dev.jarbor.controllers.disruption;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.Disruption;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes back what was said of pods that were to go and then were not deleted: after two minutes they are no targets any
 * more.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions">Pod disruption
 *     conditions</a>
 */
final class StaleDisruptions implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Api api;
    private final Runtime runtime;
    private final Informer<Pod> pods;
    private final Controller queue;

    StaleDisruptions(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
        this.pods = informers.of(Pod.KIND);
        this.queue = new Controller("stale_pod_disruption", informers, runtime, 1, this::reconcile);
        pods.onChange(change -> {
            if (!(change instanceof Change.Deleted<Pod>)
                    && staleAt(change.object()).isPresent()) {
                queue.enqueue(change.object().key());
            }
        });
    }

    void start() {
        queue.start();
    }

    @Override
    public void close() {
        queue.close();
    }

    /** When what is said of {@code pod} is no longer true; empty where nothing is said, or it may take as long as it takes. */
    static Optional<Instant> staleAt(Pod pod) {
        if (Ownership.isDeleting(pod) || PodState.isFinished(pod)) {
            return Optional.empty();
        }
        return PodState.condition(pod, Disruption.CONDITION)
                .filter(condition -> condition.status().equals("True"))
                .filter(condition -> !condition.reason().equals("TerminationByKubelet"))
                .map(condition ->
                        condition.lastTransitionTime().orElse(Instant.EPOCH).plus(PATIENCE));
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Pod> pod = pods.get(key);
        Optional<Instant> stale = pod.flatMap(StaleDisruptions::staleAt);
        if (stale.isEmpty()) {
            return Outcome.DONE;
        }
        Duration left = Duration.between(runtime.now(), stale.get());
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        withdraw(pod.orElseThrow());
        return Outcome.DONE;
    }

    private void withdraw(Pod pod) {
        List<PodCondition> conditions = pod.status().conditions().stream()
                .map(condition -> condition.type().equals(Disruption.CONDITION)
                        ? Disruption.about(pod, "False", runtime.now())
                        : condition)
                .toList();
        IfThere.write(
                () -> api.updateStatus(Pod.KIND, pod.withStatus(pod.status().withConditions(conditions))));
    }
}
