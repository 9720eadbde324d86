package dev.jarbor.controllers.statefulset;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.ControllerRevision;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.apps.v1.StatefulSetStatus;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
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
import dev.jarbor.controllers.common.Unseen;
import dev.jarbor.controllers.statefulset.StatefulPass.Step;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * The loop around {@link StatefulPass}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/">StatefulSets</a>
 */
public final class StatefulSetController implements ControlLoop {
    private static final int WORKERS = 5;
    private static final String NAME = "statefulset-controller";
    private static final String HASH = "controller.kubernetes.io/hash";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<StatefulSet> sets;
    private final Informer<Pod> pods;
    private final PodClaims podClaims;
    private final Claims<Pod, StatefulSet> ownership;
    private final History<StatefulSet> history;
    private final Unseen<Pod> unseen;
    private final Controller queue;

    public StatefulSetController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    public StatefulSetController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.sets = informers.of(StatefulSet.KIND);
        this.pods = informers.of(Pod.KIND).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.podClaims = new PodClaims(api, informers, events);
        this.ownership = new Claims<>(api, Pod.KIND, StatefulSet.KIND);
        this.history = new History<>(api, informers, StatefulSet.KIND, HASH);
        SetMetrics.register(registry, sets::list);
        this.unseen = new Unseen<>(api, pods, runtime, Unseen.skips(registry, "statefulset_controller", "StatefulSet"));
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        sets.onChange(change -> queue.enqueue(change.object().key()));
        pods.onChange(change -> Ownership.concerned(change, StatefulSet.KIND, sets, StatefulSetController::selector)
                .forEach(queue::enqueue));
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private static Selector selector(StatefulSet set) {
        ObjectValue selector = set.spec().selector().value();
        return selector.isEmpty() ? Selector.nothing() : Selector.ofObject(selector);
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<StatefulSet> found = sets.get(key);
        if (found.isEmpty()) {
            unseen.forget(key);
            return Outcome.DONE;
        }
        if (!unseen.settled(key)) {
            return Outcome.again(Unseen.PATIENCE.plusSeconds(1));
        }
        StatefulSet set = found.get();
        List<Pod> owned = ownership.settle(set, selector(set), candidates(set));
        History.Settled revisions = history.settle(
                set, selector(set), set.spec().template(), set.status().collisionCount());
        if (revisions.current().isEmpty()) {
            report(set, set.status().withCollisionCount(set.status().collisionCount() + 1));
            return Outcome.again(Duration.ofSeconds(1));
        }
        ControllerRevision update = revisions.current().get();
        ControllerRevision current = revisions.all().stream()
                .filter(one -> one.name().equals(set.status().currentRevision()))
                .findFirst()
                .orElse(update);
        retain(set, owned);
        podClaims.furnishPending(set, owned);
        StatefulPass.Plan plan = StatefulPass.plan(set, owned, current, update, runtime.now());
        try {
            plan.steps().forEach(step -> carryOut(set, step));
        } finally {
            report(set, plan.status());
        }
        clean(set, revisions.all(), List.of(current.name(), update.name()), owned);
        return plan.recount().isPositive() ? Outcome.again(plan.recount()) : Outcome.DONE;
    }

    /** What the set controls; and what nobody controls, if its name makes it one of the set's. */
    private List<Pod> candidates(StatefulSet set) {
        var candidates = new ArrayList<Pod>(
                pods.by(Ownership.BY_CONTROLLER, set.metadata().uid()));
        pods.by(Ownership.BY_CONTROLLER, Ownership.orphansIn(set.namespace())).stream()
                .filter(pod -> Identity.ordinal(set, pod).isPresent())
                .forEach(candidates::add);
        return candidates;
    }

    private void carryOut(StatefulSet set, Step step) {
        switch (step) {
            case Step.Create(int ordinal, Pod pod) -> create(set, ordinal, pod);
            case Step.Restore(int ordinal, Pod pod) ->
                told(set, "update", pod, () -> {
                    podClaims.furnish(set, ordinal, pod);
                    unseen.changed(set.key(), api.update(Pod.KIND, pod));
                });
            case Step.Delete(Pod pod, boolean ended) -> {
                if (ended) {
                    tellEnded(set, pod);
                }
                delete(set, pod);
            }
        }
    }

    private void create(StatefulSet set, int ordinal, Pod pod) {
        if (podClaims.areStale(set, ordinal, pod)) {
            queue.enqueue(set.key(), Duration.ofSeconds(1));
            return;
        }
        told(set, "create", pod, () -> {
            podClaims.furnish(set, ordinal, pod);
            unseen.created(set.key(), api.create(Pod.KIND, pod));
        });
    }

    private void delete(StatefulSet set, Pod pod) {
        told(set, "delete", pod, () -> {
            api.delete(
                    Pod.KIND, pod.key(), DeleteOptions.NONE.ifUid(pod.metadata().uid()));
            unseen.deleted(set.key(), pod);
        });
    }

    /** Does something to a pod and tells how it went. What somebody else has done already is not told of. */
    private void told(StatefulSet set, String verb, Pod pod, Runnable work) {
        String what = verb + " Pod " + pod.name() + " in StatefulSet " + set.name();
        String reason = Character.toUpperCase(verb.charAt(0)) + verb.substring(1);
        try {
            work.run();
            events.normal(set, "Successful" + reason, what + " successful");
        } catch (ApiException refused) {
            boolean ending = verb.equals("delete");
            if (refused.isAlreadyExists() || (ending && refused.isConflict())) {
                // The copy is behind, or somebody else has a pod of that name: its end is waited for.
                queue.enqueue(set.key(), Duration.ofSeconds(1));
            } else if (!ending || !refused.isNotFound()) {
                events.warning(set, "Failed" + reason, what + " failed error: " + refused.getMessage());
                throw refused;
            }
        }
    }

    private void tellEnded(StatefulSet set, Pod pod) {
        boolean failed = pod.status().phase().equals("Failed");
        String message = "StatefulSet " + set.key() + " is recreating " + (failed ? "failed" : "terminated") + " Pod "
                + pod.name();
        if (failed) {
            events.warning(set, "RecreatingFailedPod", message);
        } else {
            events.normal(set, "RecreatingTerminatedPod", message);
        }
    }

    /** Before a pod is ended its claims must know whether they go with it. */
    private void retain(StatefulSet set, List<Pod> owned) {
        for (Pod pod : owned) {
            OptionalInt ordinal = Identity.ordinal(set, pod);
            if (ordinal.isEmpty()) {
                continue;
            }
            List<PersistentVolumeClaim> wrong = podClaims.wrong(set, ordinal.getAsInt(), pod);
            if (!StatefulPass.wants(set, ordinal.getAsInt())) {
                wrong.forEach(corrected -> api.update(PersistentVolumeClaim.KIND, corrected));
            } else if (!wrong.isEmpty()) {
                told(
                        set,
                        "update",
                        pod,
                        () -> wrong.forEach(corrected -> api.update(PersistentVolumeClaim.KIND, corrected)));
            }
        }
    }

    private void clean(StatefulSet set, List<ControllerRevision> all, List<String> names, List<Pod> owned) {
        var live = new TreeSet<>(names);
        owned.forEach(pod -> live.add(Identity.revisionOf(pod)));
        history.truncate(all, live, set.spec().revisionHistoryLimitOr(10));
    }

    private void report(StatefulSet set, StatefulSetStatus status) {
        if (status.equals(set.status())) {
            return;
        }
        IfThere.write(() -> api.updateStatus(StatefulSet.KIND, set.withStatus(status)));
    }
}
