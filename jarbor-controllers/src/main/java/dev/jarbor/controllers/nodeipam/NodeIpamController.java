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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Gives each node that has none a range of pod addresses of each family. One worker: ranges are chosen one after the other, and what is
 * chosen counts as used from then on, whether the copy shows it or not.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller">Node controller</a>
 */
public final class NodeIpamController implements ControlLoop {
    private static final String NAME = "node-ipam-controller";

    private final Api api;
    private final EventRecorder events;
    private final List<PodRanges> families;
    private final Informer<Node> nodes;
    /** What was chosen for the nodes that there are. */
    private final Map<String, List<String>> chosen = new ConcurrentSkipListMap<>();

    private final Map<PodRanges, String> latest = new ConcurrentHashMap<>();
    private final Managed managed;
    private final RangeMetrics metrics;
    private final Controller queue;

    /**
     * @param events of the component {@code cidrAllocator}
     * @param families what each node gets a range of: addresses of one family or of both, the first of which is the main one
     */
    public NodeIpamController(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            List<PodRanges> families,
            MetricRegistry registry) {
        this.managed = new Managed(registry, "kube-controller-manager", "nodeipam");
        this.families = List.copyOf(families);
        this.metrics = new RangeMetrics(registry, this.families, this::taken);
        this.api = api;
        this.events = events;
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
            gone.spec()
                    .podCIDRs()
                    .forEach(range -> families.stream()
                            .filter(family -> family.covers(range))
                            .forEach(metrics::released));
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
        List<String> known = chosen.get(node.name());
        List<String> ranges = known == null ? choose() : known;
        if (ranges.size() < families.size()) {
            events.normal(node, "CIDRNotAvailable", "Node " + node.name() + " status is now: CIDRNotAvailable");
            return Outcome.DONE;
        }
        if (known == null) {
            chosen.put(node.name(), ranges);
            for (int i = 0; i < ranges.size(); i++) {
                PodRanges family = families.get(i);
                metrics.allocated(family, family.distance(latest.getOrDefault(family, ""), ranges.get(i)));
                latest.put(family, ranges.get(i));
            }
        }
        write(node, ranges);
        return Outcome.DONE;
    }

    /** A range of each family; fewer where one has none left. */
    private List<String> choose() {
        List<String> used = used();
        return families.stream()
                .flatMap(family -> family.next(used, latest.getOrDefault(family, "")).stream())
                .toList();
    }

    /** How many ranges of a family nodes have. */
    private long taken(PodRanges family) {
        return used().stream().filter(family::covers).distinct().count();
    }

    private List<String> used() {
        var used = new ArrayList<String>();
        chosen.values().forEach(used::addAll);
        nodes.list().forEach(node -> used.addAll(node.spec().podCIDRs()));
        return used;
    }

    private void write(Node node, List<String> ranges) {
        ObjectValue spec = ObjectValue.builder()
                .put("podCIDR", ranges.getFirst())
                .put("podCIDRs", ListValue.ofStrings(ranges))
                .build();
        ObjectValue metadata = ObjectValue.EMPTY.with("uid", node.metadata().uid());
        try {
            api.patch(
                    Node.KIND,
                    node.key(),
                    Patch.merge(ObjectValue.EMPTY.with("metadata", metadata).with("spec", spec)));
        } catch (ApiException refused) {
            if (refused.isNotFound() || refused.isConflict()) {
                chosen.remove(node.name(), ranges);
                return; // it is gone, or another of its name has come: that is heard of
            }
            if (!refused.isRetryable()) {
                // Somebody else gave it one, and the copy is behind.
                chosen.remove(node.name(), ranges);
                events.normal(
                        node, "CIDRAssignmentFailed", "Node " + node.name() + " status is now: CIDRAssignmentFailed");
            }
            throw refused;
        }
    }
}
