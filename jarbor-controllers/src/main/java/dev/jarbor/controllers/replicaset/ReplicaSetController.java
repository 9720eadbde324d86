package dev.jarbor.controllers.replicaset;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.Claims;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodMaker;
import dev.jarbor.controllers.common.Unseen;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps as many pods as each ReplicaSet asks for. ReplicationControllers are the same thing with an older form of
 * selector, so they run on the same loop and are read as ReplicaSets: everything else in them has the same names.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/">ReplicaSet</a>
 */
public final class ReplicaSetController implements ControlLoop {
    private static final int WORKERS = 5;

    private final Form form;
    private final Api api;
    private final Runtime runtime;
    private final Informer<ReplicaSet> owners;
    private final Informer<Pod> pods;
    private final Claims<Pod, ReplicaSet> claims;
    private final PodMaker maker;
    private final Unseen<Pod> unseen;
    private final DeletionAges ages;
    private final Controller queue;

    /** The loop for ReplicaSets. */
    public ReplicaSetController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    /** The loop for ReplicaSets. */
    public ReplicaSetController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this(Form.REPLICA_SET, api, informers, runtime, events, registry);
    }

    private ReplicaSetController(
            Form form, Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.form = form;
        this.api = api;
        this.runtime = runtime;
        this.owners = informers.of(form.kind).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.pods = informers.of(Pod.KIND).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.claims = new Claims<>(api, Pod.KIND, form.kind);
        this.maker = new PodMaker(api, events);
        this.unseen = new Unseen<>(api, pods, runtime, Unseen.skips(registry, "replicaset_controller", "ReplicaSet"));
        this.ages = new DeletionAges(registry);
        this.queue = new Controller(form.name, informers, runtime, WORKERS, this::reconcile);
        owners.onChange(change -> queue.enqueue(change.object().key()));
        pods.onChange(change ->
                Ownership.concerned(change, form.kind, owners, form::selector).forEach(queue::enqueue));
    }

    /** The loop for ReplicationControllers. */
    public static ReplicaSetController forReplicationControllers(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        return new ReplicaSetController(Form.REPLICATION_CONTROLLER, api, informers, runtime, events, registry);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<ReplicaSet> found = owners.get(key);
        if (found.isEmpty()) {
            unseen.forget(key);
            return Outcome.DONE;
        }
        if (!unseen.settled(key)) {
            return Outcome.again(Unseen.PATIENCE.plusSeconds(1));
        }
        ReplicaSet owner = found.get();
        List<Pod> owned = claims.settle(owner, form.selector(owner), candidates(owner));
        Replicas plan = Replicas.decide(owner, owned, () -> family(owner), runtime.now());
        Optional<ApiException> notCreated = maker.create(
                owner,
                Collections.nCopies(
                        plan.create(),
                        PodMaker.pod(owner, form.kind, owner.spec().template())),
                pod -> unseen.created(key, pod));
        ages.chosen(plan.delete(), owned, runtime.now());
        Optional<ApiException> notDeleted = maker.delete(owner, plan.delete(), pod -> unseen.deleted(key, pod));
        Optional<ApiException> failure = notCreated.or(() -> notDeleted);
        Counted counted = Counted.of(
                owner,
                owned,
                plan.create() > 0 ? "FailedCreate" : "FailedDelete",
                notCreated
                        .map(refused -> String.valueOf(refused.getMessage()))
                        .or(() -> notDeleted.map(refused -> "unable to delete pods: " + refused.getMessage()))
                        .orElse(""),
                runtime.now());
        report(owner, form.countsTerminating ? counted.withTerminating(owned) : counted);
        failure.ifPresent(refused -> {
            throw refused;
        });
        return counted.recount().isPositive() ? Outcome.again(counted.recount()) : Outcome.DONE;
    }

    /** What the owner controls, and what nobody in its namespace controls. */
    private List<Pod> candidates(ReplicaSet owner) {
        var candidates = new ArrayList<Pod>(
                pods.by(Ownership.BY_CONTROLLER, owner.metadata().uid()));
        candidates.addAll(pods.by(Ownership.BY_CONTROLLER, Ownership.orphansIn(owner.namespace())));
        return candidates;
    }

    /** The pods of all sets under the same controller, such as the old and the new one of a Deployment. */
    private List<Pod> family(ReplicaSet owner) {
        return Ownership.controllerOf(owner)
                .map(controller -> owners.by(Ownership.BY_CONTROLLER, controller.uid()))
                .orElse(List.of(owner))
                .stream()
                .flatMap(sibling ->
                        pods.by(Ownership.BY_CONTROLLER, sibling.metadata().uid()).stream())
                .toList();
    }

    private void report(ReplicaSet owner, Counted counted) {
        if (counted.status().equals(owner.status())) {
            return;
        }
        IfThere.write(() -> api.updateStatus(form.kind, owner.withStatus(counted.status())));
    }

    /** What tells the two kinds apart. */
    private record Form(
            String name, Kind<ReplicaSet> kind, Function<ObjectValue, Selector> selectorOf, boolean countsTerminating) {
        private static final Form REPLICA_SET =
                new Form("replicaset-controller", ReplicaSet.KIND, Selector::ofObject, true);
        private static final Form REPLICATION_CONTROLLER = new Form(
                "replicationcontroller-controller",
                new Kind<>("", "v1", "ReplicationController", "replicationcontrollers", true, ReplicaSet::new),
                labels -> Selector.ofLabels(labels.strings()),
                false);

        /** An empty selector selects nothing here: it would take every pod of the namespace. */
        Selector selector(KubeObject owner) {
            ObjectValue selector = owner.value().object("spec").object("selector");
            return selector.isEmpty() ? Selector.nothing() : selectorOf.apply(selector);
        }
    }
}
