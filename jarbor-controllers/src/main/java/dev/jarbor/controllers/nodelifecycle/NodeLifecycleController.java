package dev.jarbor.controllers.nodelifecycle;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.value.NullValue;
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
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Notices when a node has given no sign of life for {@link #GRACE}, marks what it reported as unknown, taints it by its
 * conditions, at the pace that {@link ZoneState} allows where pods have to leave, and marks its pods as not ready. Who has to
 * leave for a taint is {@link TaintEvictionController}'s business.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller">Node controller</a>
 */
public final class NodeLifecycleController implements ControlLoop {
    /** How long a node may be silent, as {@code --node-monitor-grace-period} has it. */
    public static final Duration GRACE = Duration.ofSeconds(50);

    /** How long a node may take from when it is made until it says anything, as {@code --node-startup-grace-period} has it. */
    public static final Duration STARTUP_GRACE = Duration.ofSeconds(60);

    /** How often silence is looked for, as {@code --node-monitor-period} has it. */
    public static final Duration PERIOD = Duration.ofSeconds(5);

    static final String BY_NODE = "node";
    /** No node: a look at all of them. */
    private static final ObjectKey ALL = ObjectKey.cluster("");

    private static final String LEASES = "kube-node-lease";
    private static final String NAME = "node-lifecycle-controller";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Duration grace;
    private final boolean resumed;
    private final Informer<Node> nodes;
    private final Informer<Lease> leases;
    private final Informer<Pod> pods;
    /** The last sign of life of each node, and when it was seen. */
    private final Map<ObjectKey, Seen> signs = new ConcurrentHashMap<>();

    /** Nodes that were as they should be: from the same node, when it is heard of, the same follows again. */
    private final Map<ObjectKey, Node> inOrder = new ConcurrentHashMap<>();

    private final Evictions evictions = new Evictions();

    private final NodeMetrics metrics;
    /** When all nodes were looked at last. */
    private volatile Instant looked = Instant.MIN;

    private volatile boolean started;
    private final Controller queue;

    public NodeLifecycleController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, GRACE);
    }

    /** @param grace how long a node may be silent */
    public NodeLifecycleController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, Duration grace) {
        this(api, informers, runtime, events, grace, false, new MetricRegistry());
    }

    /**
     * @param grace how long a node may be silent
     * @param resumed whether the nodes that there are have been told of
     */
    public NodeLifecycleController(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            Duration grace,
            boolean resumed,
            MetricRegistry registry) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.grace = grace;
        this.resumed = resumed;
        this.nodes = informers.of(Node.KIND);
        this.leases = informers.of(Lease.KIND);
        this.pods =
                informers.of(Pod.KIND).index(BY_NODE, pod -> List.of(pod.spec().nodeName()));
        this.metrics = new NodeMetrics(registry, runtime, nodes::list);
        this.queue = new Controller(NAME, informers, runtime, 4, this::reconcile);
        nodes.onChange(this::nodeChanged);
        pods.onChange(this::podChanged);
        queue.enqueue(ALL);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        started = true;
        queue.start();
    }

    private void nodeChanged(Change<Node> change) {
        if (!started) {
            return; // one that is switched off tells nothing
        }
        Node node = change.object();
        switch (change) {
            case Change.Added<Node> added -> {
                if (!resumed || nodes.synced()) {
                    events.normal(
                            node,
                            "RegisteredNode",
                            "Node " + node.name() + " event: Registered Node " + node.name() + " in Controller");
                }
                queue.enqueue(node.key());
            }
            case Change.Updated<Node> updated -> queue.enqueue(node.key());
            case Change.Deleted<Node> deleted -> {
                signs.remove(node.key());
                inOrder.remove(node.key());
                events.normal(
                        node,
                        "RemovingNode",
                        "Node " + node.name() + " event: Removing Node " + node.name() + " from Controller");
            }
        }
    }

    /**
     * Sees to pods that come to a lost node at once. An agent that can still be heard may say of its pods what it likes for a while: the
     * two would write against each other without end.
     */
    private void podChanged(Change<Pod> change) {
        Pod pod = change.object();
        if (pod.spec().nodeName().isEmpty() || change instanceof Change.Deleted<Pod> || !PodState.isReady(pod)) {
            return;
        }
        nodes.get(ObjectKey.cluster(pod.spec().nodeName()))
                .filter(node -> !NodeHealth.ready(node).equals("True"))
                .ifPresent(node -> queue.enqueue(node.key(), isKnownThere(change) ? PERIOD : Duration.ZERO));
    }

    private static boolean isKnownThere(Change<Pod> change) {
        return change instanceof Change.Updated<Pod>(Pod before, Pod after)
                && before.spec().nodeName().equals(after.spec().nodeName());
    }

    private Outcome reconcile(ObjectKey key) {
        if (key.equals(ALL)) {
            return metrics.round(() -> lookAround(runtime.now())) ? Outcome.beat(PERIOD) : Outcome.again(PERIOD);
        }
        nodes.get(key).ifPresent(node -> metrics.look(() -> look(node, runtime.now())));
        return Outcome.DONE;
    }

    /**
     * Judges the zones, and asks for a look at each node that is not simply heard of and in order.
     *
     * @return whether there is nothing that one of the next looks would have to go on with
     */
    private boolean lookAround(Instant now) {
        boolean late = Duration.between(looked, now).compareTo(PERIOD.multipliedBy(2)) > 0;
        looked = now;
        if (evictions.look(nodes::list, now) || late) {
            // Those that can be heard again get the time to be heard, and we ourselves when nobody has looked for a
            // while.
            signs.replaceAll((name, seen) -> seen.heardAt(now));
        }
        evictions.zones().forEach(metrics::knows);
        var held = new HashMap<String, Lease>();
        leases.list(LEASES).forEach(lease -> held.put(lease.name(), lease));
        boolean settled = true;
        for (Node node : nodes.list()) {
            boolean silent = isSilent(node, Optional.ofNullable(held.get(node.name())), now);
            if (silent || !node.equals(inOrder.get(node.key()))) {
                settled &= NodeHealth.isLeft(node)
                        || (!silent && NodeHealth.ready(node).equals("True"));
                queue.enqueue(node.key());
            }
        }
        return settled;
    }

    private void look(Node node, Instant now) {
        Optional<Lease> lease = leases.get(new ObjectKey(LEASES, node.name()));
        Node seen = isSilent(node, lease, now) ? markSilent(node, now) : node;
        Node tainted = taint(labeled(seen), now);
        if (!NodeHealth.ready(tainted).equals("True")) {
            inOrder.remove(node.key());
            markPodsNotReady(tainted, now);
        } else if (tainted.equals(node)) {
            inOrder.put(node.key(), node);
        }
    }

    /** Whether nothing has been heard of the node for too long, by our clock. */
    private boolean isSilent(Node node, Optional<Lease> lease, Instant now) {
        Seen seen = signs.compute(node.key(), (key, before) -> Seen.next(before, node, lease, now));
        if (NodeHealth.condition(node, "Ready").isEmpty()) {
            Instant made = node.metadata().creationTimestamp().orElse(seen.at);
            Instant heard = seen.renewed() ? seen.at : made;
            return Duration.between(heard, now).compareTo(STARTUP_GRACE) > 0;
        }
        return !seen.at.equals(now) && Duration.between(seen.at, now).compareTo(grace) > 0;
    }

    private Node markSilent(Node node, Instant now) {
        Node silent = NodeHealth.silent(node, now);
        if (silent.equals(node)) {
            return node;
        }
        Node marked = api.updateStatus(Node.KIND, silent);
        events.normal(marked, "NodeNotReady", "Node " + node.name() + " status is now: NodeNotReady");
        return marked;
    }

    /** What a node says of its operating system and architecture it also says under the names of old. */
    private Node labeled(Node node) {
        Map<String, String> labels = node.metadata().labels();
        var missing = new TreeMap<String, String>();
        for (String name : List.of("kubernetes.io/os", "kubernetes.io/arch")) {
            String value = labels.get(name);
            if (value != null && !value.equals(labels.get("beta." + name))) {
                missing.put("beta." + name, value);
            }
        }
        return missing.isEmpty()
                ? node
                : api.patch(
                        Node.KIND,
                        node.key(),
                        Patch.merge(
                                ObjectValue.of("metadata", ObjectValue.of("labels", ObjectValue.ofStrings(missing)))));
    }

    private Node taint(Node node, Instant now) {
        List<Taint> taints = NodeHealth.taints(node, isEvicting(node, now), now);
        if (taints.size() == node.spec().taints().size()
                && taints.containsAll(node.spec().taints())) {
            return node;
        }
        Node tainted = api.update(Node.KIND, node.withSpec(node.spec().withTaints(taints)));
        if (NodeHealth.isLeft(tainted) && !NodeHealth.isLeft(node)) {
            metrics.left(node);
        }
        return tainted;
    }

    /** Who has been told to leave stays told, unless the way to all nodes is broken. */
    private boolean isEvicting(Node node, Instant now) {
        if (NodeHealth.ready(node).equals("True") || evictions.cutOff()) {
            return false;
        }
        return NodeHealth.isLeft(node) || evictions.admit(node, now);
    }

    /** No traffic to what may be gone: services follow the Ready condition. */
    private void markPodsNotReady(Node node, Instant now) {
        for (Pod pod : pods.by(BY_NODE, node.name())) {
            if (!PodState.isReady(pod)) {
                continue;
            }
            List<PodCondition> conditions = pod.status().conditions().stream()
                    .map(condition -> condition.type().equals("Ready")
                            ? condition.withStatus("False").withLastTransitionTime(now)
                            : condition)
                    .toList();
            IfThere.write(() -> {
                Pod marked =
                        api.updateStatus(Pod.KIND, pod.withStatus(pod.status().withConditions(conditions)));
                events.warning(marked, "NodeNotReady", "Node is not ready");
            });
        }
    }

    /** The last sign of life, what it was read from, and when it was new to us. */
    private record Seen(NodeHealth.Sign sign, Instant at, Node node, Optional<Lease> lease) {
        /** Looked at every few seconds for every node: from the same node and lease follows the same sign. */
        static Seen next(@Nullable Seen before, Node node, Optional<Lease> lease, Instant now) {
            if (before != null && before.node.equals(node) && before.lease.equals(lease)) {
                return before;
            }
            NodeHealth.Sign sign = before != null && before.node.equals(node)
                    ? before.sign.renewed(lease)
                    : NodeHealth.signOfLife(node, lease);
            return new Seen(sign, before != null && before.sign.equals(sign) ? before.at : now, node, lease);
        }

        /** Whether it was its lease that told of it. */
        boolean renewed() {
            return !sign.renewed().equals(NullValue.NULL);
        }

        Seen heardAt(Instant now) {
            return new Seen(sign, now, node, lease);
        }
    }
}
