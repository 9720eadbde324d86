package dev.jarbor.controllers.nodelifecycle;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.Disruption;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Deletes pods that nobody else will: bound to a node that is gone, being deleted on a node that is out of service or
 * before they had one, and finished ones beyond a limit. It looks at all of them twice a minute, and asks the server
 * before it believes that a node is gone.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection">Garbage
 *     collection of Pods</a>
 */
public final class PodGarbageCollector implements ControlLoop {
    /** How many finished pods may stay, any number for 0, as {@code --terminated-pod-gc-threshold} has it. */
    public static final int FINISHED = 12_500;

    private static final Duration PERIOD = Duration.ofSeconds(20);
    /** How long a node must have been away: it may only be registering anew. */
    private static final Duration QUARANTINE = Duration.ofSeconds(40);

    private static final String NAME = "pod-garbage-collector-controller";
    private static final ObjectKey ALL = ObjectKey.cluster("all");
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    private final Api api;
    private final Informers informers;
    private final Runtime runtime;
    private final int finished;
    private final Informer<Node> nodes;
    private final Informer<Pod> pods;
    private final Counter deletions;
    private final Counter failures;
    private final Controller queue;
    private final Controller lost;

    public PodGarbageCollector(Api api, Informers informers, Runtime runtime) {
        this(api, informers, runtime, FINISHED);
    }

    /** @param finished how many finished pods may stay */
    public PodGarbageCollector(Api api, Informers informers, Runtime runtime, int finished) {
        this(api, informers, runtime, finished, new MetricRegistry());
    }

    /** @param finished how many finished pods may stay */
    public PodGarbageCollector(Api api, Informers informers, Runtime runtime, int finished, MetricRegistry registry) {
        this.deletions = registry.counter(
                "pod_gc_collector_force_delete_pods_total",
                "Pods that were deleted because nobody else would have, by why.",
                "namespace",
                "reason");
        this.failures = registry.counter(
                "pod_gc_collector_force_delete_pod_errors_total",
                "Pods whose deletion was refused.",
                "namespace",
                "reason");
        this.api = api;
        this.informers = informers;
        this.runtime = runtime;
        this.finished = finished;
        this.nodes = informers.of(Node.KIND);
        this.pods = informers
                .of(Pod.KIND)
                .index(
                        NodeLifecycleController.BY_NODE,
                        pod -> List.of(pod.spec().nodeName()));
        this.queue = new Controller(NAME, runtime, 1, key -> lookAround());
        this.lost = new Controller(NAME, runtime, 1, this::clearNode);
        nodes.onChange(change -> {
            if (change instanceof Change.Deleted<Node>(Node node)) {
                lost.enqueue(node.key(), QUARANTINE);
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        informers.whenSynced(() -> {
            queue.enqueue(ALL);
            queue.start();
            lost.start();
        });
    }

    @Override
    public void close() {
        queue.close();
        lost.close();
    }

    private Outcome lookAround() {
        for (Pod pod : pods.list()) {
            String name = pod.spec().nodeName();
            if (name.isEmpty()) {
                if (Ownership.isDeleting(pod)) {
                    delete(pod, "unscheduled", "");
                }
                continue;
            }
            Optional<Node> node = nodes.get(ObjectKey.cluster(name));
            if (node.isEmpty()) {
                lost.enqueue(ObjectKey.cluster(name), QUARANTINE);
            } else if (Ownership.isDeleting(pod) && isOutOfService(node.get())) {
                delete(pod, "out-of-service", "");
            }
        }
        deleteFinished();
        return Outcome.beat(PERIOD);
    }

    private static boolean isOutOfService(Node node) {
        return !NodeHealth.ready(node).equals("True")
                && node.spec().taints().stream().map(Taint::key).anyMatch(OUT_OF_SERVICE::equals);
    }

    private Outcome clearNode(ObjectKey key) {
        if (nodes.get(key).isEmpty() && api.find(Node.KIND, key).isEmpty()) {
            pods.by(NodeLifecycleController.BY_NODE, key.name())
                    .forEach(pod -> delete(pod, "orphaned", "PodGC: node no longer exists"));
        }
        return Outcome.DONE;
    }

    /** The first to go are those that were evicted, for others may be kept by who made them. */
    private void deleteFinished() {
        if (finished <= 0) {
            return;
        }
        List<Pod> ended = pods.list().stream()
                .filter(PodState::isFinished)
                .sorted(Comparator.comparing((Pod pod) -> !isEvicted(pod))
                        .thenComparing(pod -> pod.metadata().creationTimestamp().orElse(runtime.now()))
                        .thenComparing(Pod::name)
                        .thenComparing(Pod::namespace))
                .toList();
        ended.stream().limit(Math.max(0, ended.size() - finished)).forEach(pod -> delete(pod, "terminated", ""));
    }

    private static boolean isEvicted(Pod pod) {
        return pod.status().phase().equals("Failed") && pod.status().reason().equals("Evicted");
    }

    /**
     * @param reason in the reference's words
     * @param why what the pod's status tells of it; "" for nothing
     */
    private void delete(Pod pod, String reason, String why) {
        deletions.increment(pod.namespace(), reason);
        try {
            if (!PodState.isFinished(pod)) {
                api.updateStatus(Pod.KIND, pod.withStatus(failed(pod, why)));
            }
            api.delete(
                    Pod.KIND,
                    pod.key(),
                    DeleteOptions.NONE.ifUid(pod.metadata().uid()).grace(0));
        } catch (ApiException refused) {
            if (!refused.isNotFound() && !refused.isConflict()) {
                failures.increment(pod.namespace(), reason);
                throw refused;
            }
        }
    }

    private PodStatus failed(Pod pod, String why) {
        PodStatus told = why.isEmpty() ? pod.status() : Disruption.of(pod, "DeletionByPodGC", why, runtime.now());
        return told.withPhase("Failed");
    }
}
