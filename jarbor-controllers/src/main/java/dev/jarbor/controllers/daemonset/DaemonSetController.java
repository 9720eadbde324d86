package dev.jarbor.controllers.daemonset;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.ControllerRevision;
import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.apps.v1.DaemonSetStatus;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.Claims;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.History;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodMaker;
import dev.jarbor.controllers.common.Relapses;
import dev.jarbor.controllers.common.Unseen;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The loop around {@link DaemonPass}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/">DaemonSet</a>
 */
public final class DaemonSetController implements ControlLoop {
    private static final int WORKERS = 2;
    private static final String NAME = "daemonset-controller";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<DaemonSet> sets;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;
    private final Claims<Pod, DaemonSet> claims;
    private final History<DaemonSet> history;
    private final PodMaker maker;
    private final Unseen<Pod> unseen;
    private final Relapses relapses;
    private final Controller queue;

    public DaemonSetController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    public DaemonSetController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.sets = informers.of(DaemonSet.KIND);
        this.pods = informers.of(Pod.KIND).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.nodes = informers.of(Node.KIND);
        this.claims = new Claims<>(api, Pod.KIND, DaemonSet.KIND);
        this.history = new History<>(api, informers, DaemonSet.KIND, DaemonPods.HASH);
        this.maker = new PodMaker(api, events);
        this.unseen = new Unseen<>(api, pods, runtime, Unseen.skips(registry, "daemonset_controller", "DaemonSet"));
        this.relapses = new Relapses(runtime);
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        sets.onChange(change -> queue.enqueue(change.object().key()));
        pods.onChange(change -> Ownership.concerned(change, DaemonSet.KIND, sets, DaemonSetController::selector)
                .forEach(queue::enqueue));
        nodes.onChange(this::nodeChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    /** Heartbeats and conditions of nodes make no difference: labels, taints and existence do. */
    private void nodeChanged(Change<Node> change) {
        boolean same = change instanceof Change.Updated<Node>(Node before, Node after)
                && before.metadata().labels().equals(after.metadata().labels())
                && before.spec().equals(after.spec());
        if (!same) {
            sets.list().forEach(set -> queue.enqueue(set.key()));
        }
    }

    private static Selector selector(DaemonSet set) {
        ObjectValue selector = set.spec().selector().value();
        return selector.isEmpty() ? Selector.nothing() : Selector.ofObject(selector);
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<DaemonSet> found = sets.get(key);
        if (found.isEmpty()) {
            unseen.forget(key);
            relapses.forget(key.toString());
            return Outcome.DONE;
        }
        DaemonSet set = found.get();
        if (set.spec().selector().value().isEmpty()) {
            events.warning(
                    set, "SelectingAll", "This daemon set is selecting all pods. A non-empty selector is required.");
            return Outcome.DONE;
        }
        if (Ownership.isDeleting(set)) {
            return Outcome.DONE;
        }
        if (set.status().observedGeneration() < set.metadata().generation()) {
            // What has changed may be what made its pods fail.
            relapses.forget(key.toString());
        }
        if (!unseen.settled(key)) {
            return Outcome.again(Unseen.PATIENCE.plusSeconds(1));
        }
        History.Settled revisions = history.settle(
                set, selector(set), set.spec().template(), set.status().collisionCount());
        if (revisions.current().isEmpty()) {
            report(set, set.status().withCollisionCount(set.status().collisionCount() + 1));
            return Outcome.again(Duration.ofSeconds(1));
        }
        String hash = history.hash(revisions.current().get());
        List<Pod> owned = claims.settle(set, selector(set), candidates(set));
        DaemonPass.Plan plan = DaemonPass.plan(set, nodes.list(), owned, hash, runtime.now());
        Duration held = carryOut(set, plan, hash);
        clean(set, revisions.all(), revisions.current().get(), owned);
        report(set, plan.status());
        return again(held, plan.recount());
    }

    private List<Pod> candidates(DaemonSet set) {
        var candidates = new ArrayList<Pod>(
                pods.by(Ownership.BY_CONTROLLER, set.metadata().uid()));
        candidates.addAll(pods.by(Ownership.BY_CONTROLLER, Ownership.orphansIn(set.namespace())));
        return candidates;
    }

    /** Returns how long the longest of what keeps ending has to wait; zero where nothing waits. */
    private Duration carryOut(DaemonSet set, DaemonPass.Plan plan, String hash) {
        ObjectKey key = set.key();
        var delete = new ArrayList<>(plan.delete());
        Duration held = Duration.ZERO;
        for (Pod pod : plan.ended()) {
            Duration hold = pod.status().phase().equals("Failed")
                    ? relapses.hold(key.toString(), DaemonPods.nodeOf(pod))
                    : Duration.ZERO;
            if (hold.isPositive()) {
                held = held.isZero() || hold.compareTo(held) < 0 ? hold : held;
            } else {
                tellEnded(set, pod);
                delete.add(pod);
            }
        }
        List<Pod> create = plan.create().stream()
                .map(node -> DaemonPods.on(set, node, hash))
                .toList();
        Optional<ApiException> notCreated = maker.create(set, create, pod -> unseen.created(key, pod));
        Optional<ApiException> notDeleted = maker.delete(set, delete, pod -> unseen.deleted(key, pod));
        notCreated.or(() -> notDeleted).ifPresent(refused -> {
            report(set, plan.status());
            throw refused;
        });
        return held;
    }

    private void tellEnded(DaemonSet set, Pod pod) {
        String node = DaemonPods.nodeOf(pod);
        if (pod.status().phase().equals("Failed")) {
            events.warning(
                    set,
                    "FailedDaemonPod",
                    "Found failed daemon pod " + pod.key() + " on node " + node + ", will try to kill it");
        } else {
            events.normal(
                    set,
                    "SucceededDaemonPod",
                    "Found succeeded daemon pod " + pod.key() + " on node " + node + ", will try to delete it");
        }
    }

    private void clean(DaemonSet set, List<ControllerRevision> all, ControllerRevision current, List<Pod> owned) {
        Set<String> hashes =
                new TreeSet<>(owned.stream().map(DaemonPods::hashOf).toList());
        var live = new TreeSet<String>();
        live.add(current.name());
        all.stream().filter(one -> hashes.contains(history.hash(one))).forEach(one -> live.add(one.name()));
        // The limit is of all that are old, those included that pods are still of.
        int alive = live.size() - 1;
        history.truncate(all, live, Math.max(0, set.spec().revisionHistoryLimitOr(10) - alive));
    }

    private static Outcome again(Duration held, Duration recount) {
        if (held.isZero() && recount.isZero()) {
            return Outcome.DONE;
        }
        return Outcome.again(held.isZero() || (!recount.isZero() && recount.compareTo(held) < 0) ? recount : held);
    }

    private void report(DaemonSet set, DaemonSetStatus status) {
        if (status.equals(set.status())) {
            return;
        }
        IfThere.write(() -> api.updateStatus(DaemonSet.KIND, set.withStatus(status)));
    }
}
