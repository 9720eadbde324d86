package dev.jarbor.controllers.nodeipam;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.Managed;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Gives each node that has none a range of pod addresses. One worker: ranges are chosen one after the other, and what is
 * chosen counts as used from then on, whether the copy shows it or not.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller">Node controller</a>
 */
public final class NodeIpamController implements ControlLoop {
    private static final String NAME = "node-ipam-controller";

    private final Api api;
    private final EventRecorder events;
    private final PodRanges ranges;
    private final Informer<Node> nodes;
    /** What was chosen for the nodes that there are. */
    private final Map<String, String> chosen = new ConcurrentSkipListMap<>();

    private volatile String latest = "";
    private final Managed managed;
    private final RangeMetrics metrics;
    private final Controller queue;

    /** @param events of the component {@code cidrAllocator} */
    public NodeIpamController(Api api, Informers informers, Runtime runtime, EventRecorder events, PodRanges ranges) {
        this(api, informers, runtime, events, ranges, new MetricRegistry());
    }

    /** @param events of the component {@code cidrAllocator} */
    public NodeIpamController(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            PodRanges ranges,
            MetricRegistry registry) {
        this.managed = new Managed(registry, "kube-controller-manager", "nodeipam");
        this.metrics = new RangeMetrics(registry, ranges, this::taken);
        this.api = api;
        this.events = events;
        this.ranges = ranges;
        this.nodes = informers.of(Node.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        nodes.onChange(this::nodeChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        managed.started();
        queue.start();
    }

    @Override
    public void close() {
        queue.close();
        managed.stopped();
    }

    /** A node that goes leaves its range to those that have found none. */
    private void nodeChanged(Change<Node> change) {
        if (change instanceof Change.Deleted<Node>(Node gone)) {
            chosen.remove(gone.name());
            metrics.released(gone.spec().podCIDRs().size());
            nodes.list().stream().filter(NodeIpamController::lacks).forEach(node -> queue.enqueue(node.key()));
        } else if (lacks(change.object())) {
            queue.enqueue(change.object().key());
        }
    }

    private static boolean lacks(Node node) {
        return node.spec().podCIDR().isEmpty() && !Ownership.isDeleting(node);
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Node> found = nodes.get(key).filter(NodeIpamController::lacks);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        Node node = found.get();
        Optional<String> range = Optional.ofNullable(chosen.get(node.name())).or(() -> ranges.next(used(), latest));
        if (range.isEmpty()) {
            events.normal(node, "CIDRNotAvailable", "Node " + node.name() + " status is now: CIDRNotAvailable");
            return Outcome.DONE;
        }
        if (chosen.put(node.name(), range.get()) == null) {
            metrics.allocated(ranges.distance(latest, range.get()));
        }
        latest = range.get();
        write(node, range.get());
        return Outcome.DONE;
    }

    /** How many ranges nodes have. */
    private long taken() {
        return used().stream().distinct().count();
    }

    private List<String> used() {
        var used = new ArrayList<>(chosen.values());
        nodes.list().forEach(node -> used.addAll(node.spec().podCIDRs()));
        return used;
    }

    private void write(Node node, String range) {
        ObjectValue spec = ObjectValue.builder()
                .put("podCIDR", range)
                .put("podCIDRs", ListValue.ofStrings(List.of(range)))
                .build();
        ObjectValue metadata = ObjectValue.EMPTY.with("uid", node.metadata().uid());
        try {
            api.patch(
                    Node.KIND,
                    node.key(),
                    Patch.merge(ObjectValue.EMPTY.with("metadata", metadata).with("spec", spec)));
        } catch (ApiException refused) {
            if (refused.isNotFound() || refused.isConflict()) {
                chosen.remove(node.name(), range);
                return; // it is gone, or another of its name has come: that is heard of
            }
            if (!refused.isRetryable()) {
                // Somebody else gave it one, and the copy is behind.
                chosen.remove(node.name(), range);
                events.normal(
                        node, "CIDRAssignmentFailed", "Node " + node.name() + " status is now: CIDRAssignmentFailed");
            }
            throw refused;
        }
    }
}
