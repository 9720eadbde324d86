package dev.jarbor.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Reconciler;
import dev.jarbor.node.pod.NodeFacts;
import dev.jarbor.node.pod.Operation;
import dev.jarbor.node.pod.PodAction;
import dev.jarbor.node.pod.PodMemory;
import dev.jarbor.node.pod.PodPlan;
import dev.jarbor.node.pod.PodPlanner;
import dev.jarbor.node.pod.PodStatusReport;
import dev.jarbor.node.pod.PodWorld;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerRuntime;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.PodRecord;
import dev.jarbor.node.volume.AttachableVolumes;
import dev.jarbor.node.volume.PodStorage;
import dev.jarbor.node.volume.RequestedTokens;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Runs the node's pods: for each key, a look takes in what happened, decides with {@link PodPlanner}, hands the actions
 * to {@link PodActions} and writes the status. A pod and its successor of the same name may be there at once; each uid
 * has its own {@link PodWorker}.
 */
final class PodLoop implements AutoCloseable {
    private final Api api;
    private final Runtime runtime;
    private final Informer<Pod> bound;
    private final ContainerRuntime containers;
    private final PodStorage storage;
    private final AttachableVolumes attachable;
    private final RequestedTokens tokens;
    private final PodActions actions;
    private final ProbeRunner probes;
    private final NodeSettings settings;
    private final NodeFacts facts;
    private final Controller controller;
    private final ConcurrentSkipListMap<String, PodWorker> workers = new ConcurrentSkipListMap<>();

    PodLoop(
            Api api,
            Runtime runtime,
            Informer<Pod> bound,
            ContainerRuntime containers,
            PodStorage storage,
            AttachableVolumes attachable,
            RequestedTokens tokens,
            PodActions actions,
            EventRecorder events,
            NodeSettings settings) {
        this.api = api;
        this.runtime = runtime;
        this.bound = bound;
        this.containers = containers;
        this.storage = storage;
        this.attachable = attachable;
        this.tokens = tokens;
        this.actions = actions;
        this.probes = new ProbeRunner(runtime, containers, events);
        this.settings = settings;
        this.facts = new NodeFacts(settings.addresses(), containers.version().name());
        this.controller = new Controller("pod workers of " + settings.name(), runtime, settings.workers(), this::look);
    }

    /** Begins to run pods; the informer is synced. What the runtime holds of pods that are gone is ended first. */
    void start() {
        adoptOrphans();
        attachable.begin(bound.list().stream()
                .filter(pod -> pod.spec().nodeName().equals(settings.name()) && !isOver(pod))
                .toList());
        containers.onChange(
                uid -> Optional.ofNullable(workers.get(uid)).ifPresent(one -> controller.enqueue(one.key())));
        bound.onChange(change -> controller.enqueue(change.object().key()));
        controller.start();
    }

    private void adoptOrphans() {
        var known = new TreeSet<String>();
        bound.list().forEach(pod -> known.add(pod.metadata().uid()));
        for (PodRecord record : containers.pods()) {
            if (known.add(record.pod().uid())) {
                Pod gone = Pod.named(record.pod().namespace(), record.pod().name());
                gone = gone.withMetadata(gone.metadata().withUid(record.pod().uid()));
                PodWorker worker = worker(gone);
                worker.delete();
                controller.enqueue(worker.key());
            }
        }
        storage.keepOnly(known);
    }

    private PodWorker worker(Pod pod) {
        return workers.computeIfAbsent(
                pod.metadata().uid(), uid -> new PodWorker(pod, PodMemory.since(runtime.now()), controller::enqueue));
    }

    private Reconciler.Outcome look(ObjectKey key) {
        Optional<Pod> present =
                bound.get(key).filter(pod -> pod.spec().nodeName().equals(settings.name()));
        present.ifPresent(pod -> {
            if (workers.containsKey(pod.metadata().uid()) || !isForgotten(pod)) {
                worker(pod).seen(pod);
            }
        });
        Duration again = Duration.ZERO;
        Duration refresh = Duration.ZERO;
        for (PodWorker worker : List.copyOf(workers.values())) {
            if (!worker.key().equals(key)) {
                continue;
            }
            if (present.filter(pod -> pod.metadata().uid().equals(worker.uid())).isEmpty()) {
                worker.delete();
            }
            PodPlan plan = look(worker);
            again = sooner(again, plan.look());
            refresh = sooner(refresh, plan.refresh());
        }
        if (!again.isZero()) {
            return Reconciler.Outcome.again(sooner(again, refresh));
        }
        return refresh.isZero() ? Reconciler.Outcome.DONE : Reconciler.Outcome.beat(refresh);
    }

    /** Zero is never. */
    private static Duration sooner(Duration one, Duration other) {
        return one.isZero() || (!other.isZero() && other.compareTo(one) < 0) ? other : one;
    }

    /** A final pod that the runtime knows nothing of needs no worker unless it is to be deleted. */
    private boolean isForgotten(Pod pod) {
        return isOver(pod)
                && pod.metadata().deletionTimestamp().isEmpty()
                && containers.pod(pod.metadata().uid()).isEmpty();
    }

    private static boolean isOver(Pod pod) {
        String phase = pod.status().phase();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private PodPlan look(PodWorker worker) {
        worker.takeMail();
        PodRecord record = containers.pod(worker.uid());
        worker.remember(withInstances(worker, record));
        var images = new HashMap<String, Optional<ImageRecord>>();
        PodWorld before = new PodWorld(
                worker.pod(),
                record,
                worker.memory(),
                runtime.now(),
                image -> images.computeIfAbsent(image, containers::image),
                worker.deleted());
        PodPlan plan = PodPlanner.plan(before);
        worker.remember(plan.memory());
        PodWorld world =
                new PodWorld(before.pod(), record, plan.memory(), before.now(), before.images(), worker.deleted());
        for (PodAction action : plan.actions()) {
            actions.carryOut(action, worker, world);
        }
        probes.follow(worker, world);
        if (plan.ended() && !worker.memory().isBusy(Operation.VOLUMES)) {
            attachable.release(worker.uid());
        }
        if (!worker.deleted()) {
            writeStatus(worker, world, plan.ended());
        }
        if (plan.ended()
                && (worker.deleted()
                        || worker.pod().metadata().deletionTimestamp().isPresent())) {
            finish(worker, record);
        }
        return plan;
    }

    /** Notes instances that run and were not known: started just now, or adopted from an earlier agent. */
    private static PodMemory withInstances(PodWorker worker, PodRecord record) {
        PodMemory memory = worker.memory();
        Map<String, String> seen = new HashMap<>();
        for (ContainerRecord instance : record.containers()) {
            boolean newest = seen.putIfAbsent(instance.name(), instance.id()) == null;
            boolean noted = memory.container(instance.name()).probedId().equals(instance.id());
            if (newest && instance.running() && !noted && !memory.isBusy(Operation.start(instance.name()))) {
                memory = memory.withContainer(
                        instance.name(), one -> Adoption.of(worker.pod(), instance, one.started(instance.id())));
            }
        }
        return memory;
    }

    private void writeStatus(PodWorker worker, PodWorld world, boolean ended) {
        PodStatus status =
                PodStatusReport.of(world, facts, instance -> storage.terminationMessage(world.pod(), instance), ended);
        if (status.equals(worker.pod().status())) {
            return;
        }
        try {
            worker.seen(api.updateStatus(Pod.KIND, worker.pod().withStatus(status)));
        } catch (ApiException refused) {
            if (refused.isNotFound()) {
                worker.delete();
                controller.enqueue(worker.key());
                return;
            }
            if (!refused.isConflict()) {
                throw refused;
            }
            api.find(Pod.KIND, worker.key())
                    .filter(pod -> pod.metadata().uid().equals(worker.uid()))
                    .ifPresent(worker::seen);
            controller.enqueue(worker.key());
        }
    }

    /** Removes what is left of a pod whose last process has ended, then the pod itself. */
    private void finish(PodWorker worker, PodRecord record) {
        probes.forget(worker.uid());
        if (!record.sandboxes().isEmpty()) {
            record.sandboxes().forEach(sandbox -> actions.removeSandbox(worker, sandbox.id()));
            return;
        }
        if (worker.memory().isBusy(Operation.VOLUMES)) {
            return;
        }
        storage.cleanUp(worker.uid());
        tokens.forget(worker.uid());
        if (!worker.deleted()) {
            try {
                api.delete(Pod.KIND, worker.key(), DeleteOptions.NONE.grace(0).ifUid(worker.uid()));
            } catch (ApiException refused) {
                if (!refused.isNotFound() && !refused.isConflict()) {
                    throw refused;
                }
            }
        }
        if (worker.deleted()) {
            workers.remove(worker.uid());
        }
    }

    @Override
    public void close() {
        controller.close();
        probes.close();
    }
}
