package dev.jarbor.controllers.nodelifecycle;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.scheduling.Taints;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.Disruption;
import dev.jarbor.controllers.common.EvictionMetrics;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Deletes pods from nodes with a NoExecute taint that they do not tolerate, or no longer: each pod is looked at when it or
 * its node changes, and again when its tolerance ends.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions">Taint
 *     based evictions</a>
 */
public final class TaintEvictionController implements ControlLoop {
    private static final String NAME = "taint-eviction-controller";
    private static final int WORKERS = 8;

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<Node> nodes;
    private final Informer<Pod> pods;
    private final EvictionMetrics metrics;
    private final Controller queue;
    /** The pods that have to go. */
    private final Map<ObjectKey, Leaving> leaving = new ConcurrentHashMap<>();

    /**
     * A pod that has to go.
     *
     * @param since when that was noticed: taints of users do not say when they were added
     * @param later whether it was allowed to stay for a while
     * @param told whether it has been sent away; a copy of it may not show that yet
     */
    private record Leaving(Instant since, boolean later, boolean told) {}

    public TaintEvictionController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    public TaintEvictionController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.metrics = new EvictionMetrics(registry, "taint_eviction_controller");
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.nodes = informers.of(Node.KIND);
        this.pods = informers
                .of(Pod.KIND)
                .index(
                        NodeLifecycleController.BY_NODE,
                        pod -> List.of(pod.spec().nodeName()));
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        nodes.onChange(this::nodeChanged);
        pods.onChange(change -> {
            if (change instanceof Change.Deleted<Pod>) {
                stays(change.object());
            } else if (!change.object().spec().nodeName().isEmpty()) {
                queue.enqueue(change.object().key());
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private void nodeChanged(Change<Node> change) {
        if (change instanceof Change.Updated<Node>(Node before, Node after)
                && !before.spec().taints().equals(after.spec().taints())) {
            pods.by(NodeLifecycleController.BY_NODE, after.name()).forEach(pod -> queue.enqueue(pod.key()));
        }
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Pod> pod = pods.get(key).filter(found -> !Ownership.isDeleting(found));
        Leaving known = leaving.getOrDefault(key, new Leaving(runtime.now(), false, false));
        if (pod.isPresent() && known.told()) {
            return Outcome.DONE;
        }
        Optional<Instant> end =
                pod.flatMap(found -> nodes.get(ObjectKey.cluster(found.spec().nodeName()))
                        .flatMap(node -> Tolerance.end(
                                found.spec().tolerations(), node.spec().taints(), known.since())));
        if (end.isEmpty()) {
            pods.get(key).ifPresent(this::stays);
            return Outcome.DONE;
        }
        Duration left = Duration.between(runtime.now(), end.get());
        if (left.isPositive()) {
            leaving.put(key, new Leaving(known.since(), true, false));
            return Outcome.again(left);
        }
        if (known.later() && !isTolerated(pod.orElseThrow())) {
            tellItStays(pod.orElseThrow()); // the old plan is off: it goes at once
        }
        leaving.put(key, new Leaving(known.since(), false, false));
        evict(pod.orElseThrow());
        metrics.evicted(end.get(), runtime.now());
        leaving.put(key, new Leaving(known.since(), false, true));
        return Outcome.DONE;
    }

    /** {@code pod} does not have to go any more, or has gone. */
    private void stays(Pod pod) {
        Leaving before = leaving.remove(pod.key());
        if (before != null && !before.told()) {
            tellItStays(pod);
        }
    }

    private void tellItStays(Pod pod) {
        events.normal(pod, "TaintManagerEviction", "Cancelling deletion of Pod " + pod.key());
    }

    /** Whether it tolerates all taints of its node, if only for a while. */
    private boolean isTolerated(Pod pod) {
        return nodes.get(ObjectKey.cluster(pod.spec().nodeName())).stream()
                .flatMap(node -> node.spec().taints().stream())
                .filter(taint -> taint.effect().equals(Taints.NO_EXECUTE))
                .allMatch(taint -> Taints.tolerates(pod.spec().tolerations(), taint));
    }

    private void evict(Pod pod) {
        events.normal(pod, "TaintManagerEviction", "Marking for deletion Pod " + pod.key());
        Disruption.end(
                api, pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", runtime.now());
    }
}
