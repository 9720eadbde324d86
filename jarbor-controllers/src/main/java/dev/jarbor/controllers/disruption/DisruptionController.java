package dev.jarbor.controllers.disruption;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ReplicationController;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.policy.v1.PodDisruptionBudgetStatus;
import dev.jarbor.api.select.Selector;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the status of PodDisruptionBudgets, which says how many evictions are granted now. Evictions write it, too; a status
 * that was worked out before one is refused as old, so that a grant is never forgotten.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/">Disruptions</a>
 */
public final class DisruptionController implements ControlLoop {
    private static final String NAME = "disruption-controller";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<PodDisruptionBudget> budgets;
    private final Informer<Pod> pods;
    private final Scales scales;
    private final Controller queue;
    private final StaleDisruptions stale;

    public DisruptionController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.budgets = informers.of(PodDisruptionBudget.KIND);
        this.pods = informers.of(Pod.KIND);
        this.scales = new Scales(api, informers);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        this.stale = new StaleDisruptions(api, informers, runtime);
        budgets.onChange(change -> queue.enqueue(change.object().key()));
        pods.onChange(this::podChanged);
        List.of(
                        informers.of(Deployment.KIND),
                        informers.of(ReplicaSet.KIND),
                        informers.of(StatefulSet.KIND),
                        informers.of(ReplicationController.KIND))
                .forEach(this::follow);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        queue.start();
        stale.start();
    }

    @Override
    public void close() {
        queue.close();
        stale.close();
    }

    /** A change of an owner's size changes what is expected. */
    private <T extends KubeObject> void follow(Informer<T> owners) {
        owners.onChange(change -> {
            boolean sized = !(change instanceof Change.Updated<T>(T before, T after))
                    || before.metadata().generation() != after.metadata().generation();
            if (sized) {
                budgets.list(change.object().namespace()).forEach(budget -> queue.enqueue(budget.key()));
            }
        });
    }

    private void podChanged(Change<Pod> change) {
        enqueue(change.object());
        if (change instanceof Change.Updated<Pod>(Pod before, Pod after)
                && !before.metadata().labels().equals(after.metadata().labels())) {
            enqueue(before);
        }
    }

    private void enqueue(Pod pod) {
        List<PodDisruptionBudget> selecting = budgets.list(pod.namespace()).stream()
                .filter(budget -> selector(budget).matches(pod.metadata().labels()))
                .toList();
        if (selecting.size() > 1) {
            events.warning(
                    pod,
                    "MultiplePodDisruptionBudgets",
                    "Pod \"" + pod.namespace() + "\"/\"" + pod.name()
                            + "\" matches multiple PodDisruptionBudgets.  Chose \""
                            + selecting.getFirst().name() + "\" arbitrarily.");
        }
        selecting.forEach(budget -> queue.enqueue(budget.key()));
    }

    /** An empty selector selects all pods of the namespace, a missing one none. */
    private static Selector selector(PodDisruptionBudget budget) {
        return budget.spec().hasSelector()
                ? Selector.ofObject(budget.spec().selector().value())
                : Selector.nothing();
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<PodDisruptionBudget> found = budgets.get(key);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        PodDisruptionBudget budget = found.get();
        Selector selector = selector(budget);
        List<Pod> selected = pods.list(key.namespace()).stream()
                .filter(pod -> selector.matches(pod.metadata().labels()))
                .toList();
        if (selected.isEmpty()) {
            events.normal(budget, "NoPods", "No matching pods found");
        }
        try {
            int scale = Budget.needsScale(budget) ? scale(budget, selected) : 0;
            Budget worked = Budget.of(budget, selected, scale, runtime.now());
            worked.notDeleted().forEach(pod -> tellNotDeleted(budget, selected, pod));
            report(budget, worked.status());
            return worked.again()
                    .map(when ->
                            Outcome.again(Duration.between(runtime.now(), when).plusSeconds(1)))
                    .orElse(Outcome.DONE);
        } catch (Scales.UnknownException unknown) {
            events.warning(
                    budget,
                    "CalculateExpectedPodCountFailed",
                    "Failed to calculate the number of expected pods: " + unknown.getMessage());
            report(budget, Budget.failed(budget, String.valueOf(unknown.getMessage()), runtime.now()));
            return Outcome.DONE;
        }
    }

    private int scale(PodDisruptionBudget budget, List<Pod> selected) {
        boolean unmanaged =
                selected.stream().anyMatch(pod -> Ownership.controllerOf(pod).isEmpty());
        if (unmanaged) {
            events.warning(
                    budget,
                    "UnmanagedPods",
                    "Pods selected by this PodDisruptionBudget (selector: "
                            + selector(budget)
                            + ") were found to be unmanaged. As a result, the status of the PDB cannot be calculated"
                            + " correctly, which may result in undefined behavior. To account for these pods please set"
                            + " \".spec.minAvailable\" field of the PDB to an integer value.");
        }
        return scales.of(selected);
    }

    private void tellNotDeleted(PodDisruptionBudget budget, List<Pod> selected, String name) {
        selected.stream()
                .filter(pod -> pod.name().equals(name))
                .forEach(pod -> events.warning(
                        pod, "NotDeleted", "Pod was expected by PDB " + budget.key() + " to be deleted but it wasn't"));
    }

    private void report(PodDisruptionBudget budget, PodDisruptionBudgetStatus status) {
        if (status.equals(budget.status())) {
            return;
        }
        IfThere.write(() -> api.updateStatus(PodDisruptionBudget.KIND, budget.withStatus(status)));
    }
}
