package dev.jarbor.controllers.deployment;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.DeploymentStatus;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.Claims;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.common.Templates;
import dev.jarbor.controllers.common.Unseen;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loop around {@link RolloutPass}. A stale copy does no harm: a pass begins only when the copy shows what the last
 * one wrote, a ReplicaSet's name follows from its template, so that it is not created twice, and every other write names
 * the version it was decided on and is refused when that is old.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/">Deployments</a>
 */
public final class DeploymentController implements ControlLoop {
    private static final int WORKERS = 5;
    private static final String NAME = "deployment-controller";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<Deployment> deployments;
    private final Informer<ReplicaSet> sets;
    private final Informer<Pod> pods;
    private final Claims<ReplicaSet, Deployment> claims;
    private final Unseen<ReplicaSet> unseen;
    private final Controller queue;

    public DeploymentController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.deployments = informers.of(Deployment.KIND);
        this.sets = informers.of(ReplicaSet.KIND).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.pods = informers.of(Pod.KIND).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.claims = new Claims<>(api, ReplicaSet.KIND, Deployment.KIND);
        this.unseen = new Unseen<>(api, sets, runtime);
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        deployments.onChange(change -> queue.enqueue(change.object().key()));
        sets.onChange(
                change -> Ownership.concerned(change, Deployment.KIND, deployments, DeploymentController::selector)
                        .forEach(queue::enqueue));
        pods.onChange(this::podChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private void enqueueOwner(ReplicaSet set) {
        Ownership.controllerOf(set)
                .filter(reference -> reference.kind().equals(Deployment.KIND.name()))
                .ifPresent(reference -> queue.enqueue(new ObjectKey(set.namespace(), reference.name())));
    }

    /** A Recreate waits for its last old pod to be gone, which no ReplicaSet's status tells exactly. */
    private void podChanged(Change<Pod> change) {
        if (change instanceof Change.Deleted<Pod>(Pod pod)) {
            Ownership.controllerOf(pod)
                    .filter(reference -> reference.kind().equals(ReplicaSet.KIND.name()))
                    .map(OwnerReference::name)
                    .flatMap(name -> sets.get(new ObjectKey(pod.namespace(), name)))
                    .ifPresent(this::enqueueOwner);
        }
    }

    private static Selector selector(Deployment deployment) {
        ObjectValue selector = deployment.spec().selector().value();
        return selector.isEmpty() ? Selector.nothing() : Selector.ofObject(selector);
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Deployment> found = deployments.get(key);
        if (found.isEmpty()) {
            unseen.forget(key);
            return Outcome.DONE;
        }
        if (!unseen.settled(key)) {
            return Outcome.again(Unseen.PATIENCE.plusSeconds(1));
        }
        Deployment deployment = found.get();
        if (deployment.spec().selector().value().isEmpty()) {
            events.warning(
                    deployment,
                    "SelectingAll",
                    "This deployment is selecting all pods. A non-empty selector is required.");
            report(
                    deployment,
                    deployment
                            .status()
                            .withObservedGeneration(deployment.metadata().generation()));
            return Outcome.DONE;
        }
        List<ReplicaSet> owned = claims.settle(deployment, selector(deployment), candidates(deployment));
        Optional<Rollback> rollback = Rollback.due(deployment, owned);
        if (rollback.isPresent()) {
            api.update(Deployment.KIND, rollback.get().after());
            rollback.get().notice().tell(events, deployment);
            return Outcome.DONE;
        }
        Plan plan = RolloutPass.plan(deployment, owned, oldPodsRun(deployment, owned), runtime.now());
        return carryOut(deployment, plan);
    }

    private List<ReplicaSet> candidates(Deployment deployment) {
        var candidates = new ArrayList<ReplicaSet>(
                sets.by(Ownership.BY_CONTROLLER, deployment.metadata().uid()));
        candidates.addAll(sets.by(Ownership.BY_CONTROLLER, Ownership.orphansIn(deployment.namespace())));
        return candidates;
    }

    private boolean oldPodsRun(Deployment deployment, List<ReplicaSet> owned) {
        Optional<String> current = RolloutPass.currentOf(deployment, owned).map(ReplicaSet::name);
        return owned.stream()
                .filter(set -> !current.filter(set.name()::equals).isPresent())
                .flatMap(set -> pods.by(Ownership.BY_CONTROLLER, set.metadata().uid()).stream())
                .anyMatch(pod -> !PodState.isFinished(pod));
    }

    private Outcome carryOut(Deployment deployment, Plan plan) {
        for (Plan.Write write : plan.writes()) {
            switch (write) {
                case Plan.Write.Create(ReplicaSet set, List<String> told) -> {
                    if (!create(deployment, set, told)) {
                        return Outcome.again(Duration.ofSeconds(1));
                    }
                }
                case Plan.Write.Update(ReplicaSet set, List<String> told) -> {
                    unseen.changed(deployment.key(), api.update(ReplicaSet.KIND, set));
                    tell(deployment, told);
                }
                case Plan.Write.Delete(ReplicaSet set) -> delete(set);
            }
        }
        report(withRevision(deployment, plan.revision()), plan.status());
        return plan.again().isPositive() ? Outcome.again(plan.again()) : Outcome.DONE;
    }

    /** Returns whether the pass may go on; if not, another one has to begin from what there is then. */
    private boolean create(Deployment deployment, ReplicaSet set, List<String> told) {
        try {
            unseen.created(deployment.key(), api.create(ReplicaSet.KIND, set));
            tell(deployment, told);
            return true;
        } catch (ApiException refused) {
            if (refused.isAlreadyExists()) {
                settleCollision(deployment, set);
                return false;
            }
            if (refused.isNamespaceTerminating()) {
                return false;
            }
            reportCreateError(deployment, set, refused);
            throw refused;
        }
    }

    /** The name is taken: by our own set that the copy does not show yet, or else another name has to be found. */
    private void settleCollision(Deployment deployment, ReplicaSet set) {
        boolean ours = api.find(ReplicaSet.KIND, set.key())
                .filter(live -> Ownership.isControlledBy(live, deployment))
                .filter(live ->
                        Templates.same(live.spec().template(), set.spec().template()))
                .isPresent();
        if (!ours) {
            report(
                    deployment,
                    deployment.status().withCollisionCount(deployment.status().collisionCount() + 1));
        }
    }

    private void reportCreateError(Deployment deployment, ReplicaSet set, ApiException refused) {
        String message = "Failed to create new replica set \"" + set.name() + "\": " + refused.getMessage();
        if (RolloutStatus.hasDeadline(deployment)) {
            Conditions conditions = new Conditions(deployment.status().conditions())
                    .with(Conditions.PROGRESSING, "False", Conditions.SET_CREATE_ERROR, message, runtime.now());
            report(deployment, deployment.status().withConditions(conditions.list()));
        }
        events.warning(deployment, Conditions.SET_CREATE_ERROR, message);
    }

    private void delete(ReplicaSet set) {
        IfThere.write(() -> api.delete(
                ReplicaSet.KIND,
                set.key(),
                DeleteOptions.NONE.ifUid(set.metadata().uid())));
    }

    private void tell(Deployment deployment, List<String> told) {
        told.forEach(message -> events.normal(deployment, "ScalingReplicaSet", message));
    }

    /**
     * The Deployment with its revision noted, at the version that has it. It is noted along with the status: a change of
     * annotations otherwise counts as a new generation.
     */
    private Deployment withRevision(Deployment deployment, String revision) {
        String before = deployment.metadata().annotations().getOrDefault(Revisions.REVISION, "");
        if (revision.isEmpty() || revision.equals(before)) {
            return deployment;
        }
        ObjectValue metadata = ObjectValue.builder()
                .put("uid", deployment.metadata().uid())
                .put("annotations", ObjectValue.EMPTY.with(Revisions.REVISION, revision))
                .build();
        return api.patch(
                Deployment.KIND, deployment.key(), "status", Patch.merge(ObjectValue.EMPTY.with("metadata", metadata)));
    }

    private void report(Deployment deployment, DeploymentStatus status) {
        if (status.equals(deployment.status())) {
            return;
        }
        IfThere.write(() -> api.updateStatus(Deployment.KIND, deployment.withStatus(status)));
    }
}
