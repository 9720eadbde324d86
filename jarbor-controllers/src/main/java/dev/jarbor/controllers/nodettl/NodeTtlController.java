package dev.jarbor.controllers.nodettl;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.runtime.Runtime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells each node how long it may keep the ConfigMaps and Secrets that it has read: the more nodes there are, the longer.
 *
 * @see <a href="https://kubernetes.io/docs/reference/labels-annotations-taints/#node-alpha-kubernetes-io-ttl">
 *     node.alpha.kubernetes.io/ttl</a>
 */
public final class NodeTtlController implements ControlLoop {
    private static final String NAME = "ttl-controller";
    private static final String ANNOTATION = "node.alpha.kubernetes.io/ttl";

    /**
     * A cluster of this size is at this step, which it leaves downwards below {@code least} nodes and upwards above {@code most}:
     * steps overlap, so that a node that comes and goes changes nothing.
     */
    private record Step(int least, int most, int seconds) {}

    private static final List<Step> STEPS = List.of(
            new Step(0, 100, 0),
            new Step(90, 500, 15),
            new Step(450, 1000, 30),
            new Step(900, 2000, 60),
            new Step(1800, 10_000, 300),
            new Step(9000, Integer.MAX_VALUE, 600));

    private final Api api;
    private final Informer<Node> nodes;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger step = new AtomicInteger();
    private final Controller queue;

    public NodeTtlController(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.nodes = informers.of(Node.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        nodes.onChange(this::nodeChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private void nodeChanged(Change<Node> change) {
        int now = switch (change) {
            case Change.Added<Node> added -> count.incrementAndGet();
            case Change.Deleted<Node> deleted -> count.decrementAndGet();
            case Change.Updated<Node> updated -> count.get();
        };
        int before = step.get();
        int after = step(before, now);
        step.set(after);
        if (after != before) {
            nodes.list().forEach(node -> queue.enqueue(node.key()));
        } else if (!(change instanceof Change.Deleted<Node>) && lacks(change.object())) {
            queue.enqueue(change.object().key());
        }
    }

    /** The step of a cluster of {@code nodes} that was at step {@code before}. */
    static int step(int before, int nodes) {
        int now = before;
        while (nodes < STEPS.get(now).least()) {
            now--;
        }
        while (nodes > STEPS.get(now).most()) {
            now++;
        }
        return now;
    }

    static int seconds(int step) {
        return STEPS.get(step).seconds();
    }

    private boolean lacks(Node node) {
        return !Ownership.isDeleting(node)
                && !wanted().equals(node.metadata().annotations().get(ANNOTATION));
    }

    private String wanted() {
        return Integer.toString(seconds(step.get()));
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Node> found = nodes.get(key).filter(this::lacks);
        if (found.isPresent()) {
            ObjectValue annotations = ObjectValue.EMPTY.with(ANNOTATION, wanted());
            ObjectValue metadata = ObjectValue.EMPTY.with("annotations", annotations);
            IfThere.write(() -> api.patch(Node.KIND, key, Patch.merge(ObjectValue.EMPTY.with("metadata", metadata))));
        }
        return Outcome.DONE;
    }
}
