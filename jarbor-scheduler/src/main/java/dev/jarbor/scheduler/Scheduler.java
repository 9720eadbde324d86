package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Turns;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.SchedulerMetrics.Result;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.decision.Decider;
import dev.jarbor.scheduler.decision.Decision;
import dev.jarbor.scheduler.decision.Preemption;
import dev.jarbor.scheduler.dynamicresources.DeviceBinder;
import dev.jarbor.scheduler.plugins.ClusterEvent;
import dev.jarbor.scheduler.plugins.ExtensionPoint;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.Plugin;
import dev.jarbor.scheduler.plugins.Recorder;
import dev.jarbor.scheduler.volumes.VolumeBinder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The loop around {@link Decider}: hears of pods and nodes, takes the waiting pods one by one, counts a decision as made
 * before it is written (so that the next decision knows of it), and writes it through the {@code binding} subresource. A
 * refused binding is taken back and the pod tried again.
 *
 * <p>A pod that finds no node may send less important ones away ({@link Preemption}); the node is promised to it until they
 * have gone.
 *
 * <p>All state is touched in turns; only API calls happen outside of them.
 */
public final class Scheduler implements AutoCloseable {
    public static final String NAME = "default-scheduler";

    private final Runtime runtime;
    private final Turns turns;
    private final Decider decider;
    private final WaitingPods waiting;
    private final DeviceBinder devices;
    private final Bindings bindings;
    /** Pods that wait for a claim and are not tried before it is there. */
    private final TreeMap<ObjectKey, Pod> held = new TreeMap<>();

    private final ClusterState cluster;
    private final Informers informers;
    private final Informer<Namespace> namespaces;
    private final Informer<PodDisruptionBudget> budgets;
    private final Evictor evictor;
    private final Informer<Node> nodes;
    private final Informer<Pod> pods;
    private final SchedulerMetrics metrics;
    private final Refusals refusals;
    private boolean running;
    private boolean passPending;
    private Runtime.Timer alarm = () -> {};

    public Scheduler(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, false);
    }

    /** @param deviceTaintRules whether the cluster serves such rules, which then count like the taints of drivers */
    public Scheduler(Api api, Informers informers, Runtime runtime, EventRecorder events, boolean deviceTaintRules) {
        this(api, informers, runtime, events, deviceTaintRules, new MetricRegistry());
    }

    /** @param deviceTaintRules whether the cluster serves such rules, which then count like the taints of drivers */
    public Scheduler(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            boolean deviceTaintRules,
            MetricRegistry registry) {
        this.runtime = runtime;
        this.informers = informers;
        this.turns = new Turns("scheduler", runtime);
        this.metrics = new SchedulerMetrics(registry, runtime);
        this.waiting = new WaitingPods(metrics::incoming);
        this.decider = new Decider(runtime.random(), metrics.recorder());
        this.namespaces = informers.of(Namespace.KIND);
        this.budgets = informers.of(PodDisruptionBudget.KIND);
        this.evictor = new Evictor(api, runtime, events);
        this.refusals = new Refusals(api, runtime, events);
        var volumes = new VolumeBinder(api, informers);
        this.devices = new DeviceBinder(api, informers, runtime, deviceTaintRules, registry, NAME);
        this.cluster = new ClusterState(this::labelsOfNamespace, new Companions(informers)::of, volumes, devices);
        this.bindings = new Bindings(
                api,
                runtime,
                turns,
                events,
                metrics,
                cluster,
                volumes,
                devices,
                new Ended(waiting, this::continueSoon));
        this.nodes = informers.of(Node.KIND);
        this.pods = informers.of(Pod.KIND);
        SchedulerMetrics.watch(registry, this::tellPending, this::tellRefused, this::tellCached);
        devices.onChange(event -> turns.take(() -> devicesChanged(event)));
        volumes.onChange(event -> turns.take(() -> volumesChanged(event)));
        nodes.onChange(change -> turns.take(() -> nodeChanged(change)));
        pods.onChange(change -> turns.take(() -> podChanged(change)));
    }

    /** Begins to assign pods, once what there is has been heard of. */
    public void start() {
        informers.whenSynced(() -> turns.take(() -> {
            running = true;
            continueSoon();
        }));
    }

    @Override
    public void close() {
        turns.take(() -> {
            running = false;
            alarm.cancel();
        });
    }

    private void tellPending(Gauge.Sink sink) {
        WaitingPods.Sizes sizes = waiting.sizes();
        sink.tell(sizes.ready(), "active");
        sink.tell(sizes.backingOff(), "backoff");
        sink.tell(gated(), "gated");
        sink.tell((double) sizes.resting() + held.size(), "unschedulable");
    }

    private double gated() {
        return pods.list().stream()
                .filter(pod -> pod.spec().nodeName().isEmpty())
                .filter(pod -> !pod.spec().schedulingGates().isEmpty())
                .count();
    }

    private void tellRefused(Gauge.Sink sink) {
        SortedMap<String, Integer> refused = waiting.refused();
        if (!held.isEmpty()) {
            refused.merge(Plugin.DYNAMIC_RESOURCES.label(), held.size(), Integer::sum);
        }
        int gated = (int) gated();
        if (gated > 0) {
            refused.put(Plugin.SCHEDULING_GATES.label(), gated);
        }
        refused.forEach((plugin, count) -> sink.tell(count, plugin, NAME));
    }

    private void tellCached(Gauge.Sink sink) {
        sink.tell(bindings.count(), "assumed_pods");
        sink.tell(nodes.list().size(), "nodes");
        long placed = pods.list().stream()
                .filter(pod -> !pod.spec().nodeName().isEmpty() && !isFinished(pod))
                .count();
        sink.tell((double) placed, "pods");
    }

    private void nodeChanged(Change<Node> change) {
        ClusterEvent event = ClusterEvent.of("Node", change);
        metrics.handle(event.label(), () -> {
            switch (change) {
                case Change.Added<Node>(Node node) -> {
                    cluster.put(node);
                    happened(event);
                }
                case Change.Updated<Node>(Node before, Node node) -> {
                    cluster.put(node);
                    ClusterEvent.of(before, node).forEach(this::happened);
                }
                case Change.Deleted<Node>(Node node) -> {
                    cluster.removeNode(node.name());
                    happened(event);
                }
            }
        });
    }

    private void happened(ClusterEvent event) {
        waiting.happened(event, runtime.now());
        continueSoon();
    }

    private void podChanged(Change<Pod> change) {
        boolean assigned = !change.object().spec().nodeName().isEmpty();
        ClusterEvent event = ClusterEvent.of(assigned ? "AssignedPod" : "UnschedulablePod", change);
        metrics.handle(event.label(), () -> {
            if (change instanceof Change.Deleted<Pod> || isFinished(change.object())) {
                podGone(change.object());
            } else if (assigned) {
                podAssigned(change);
            } else if (isOurs(change.object())) {
                podWaits(change);
            }
            continueSoon();
        });
    }

    private void podGone(Pod pod) {
        boolean madeRoom = cluster.nodeOf(pod.key()).isPresent()
                || cluster.promisedTo(pod.key()).isPresent();
        forget(pod.key());
        metrics.forget(pod.key());
        cluster.remove(pod.key());
        if (madeRoom) {
            happened(ClusterEvent.ASSIGNED_POD_DELETE);
        }
    }

    private void podAssigned(Change<Pod> change) {
        Pod pod = change.object();
        String node = pod.spec().nodeName();
        boolean elsewhere = cluster.promisedTo(pod.key())
                .filter(promised -> !promised.equals(node))
                .isPresent();
        forget(pod.key());
        cluster.place(pod, node);
        if (elsewhere) {
            happened(ClusterEvent.ASSIGNED_POD_DELETE);
        }
        if (change instanceof Change.Updated<Pod>(Pod before, Pod after)
                && !before.spec().nodeName().isEmpty()) {
            if (!sameForOthers(before, after)) {
                ClusterEvent.of(before, after).forEach(this::happened);
            }
        } else {
            happened(ClusterEvent.ASSIGNED_POD_ADD);
        }
    }

    private static boolean sameForOthers(Pod before, Pod after) {
        return !Demand.mayDiffer(before, after)
                && before.metadata().labels().equals(after.metadata().labels());
    }

    private void podWaits(Change<Pod> change) {
        Pod pod = change.object();
        if (bindings.isUnderWay(pod.key())) {
            return;
        }
        if (pod.status().hasNominatedNodeName()) {
            cluster.promise(pod, pod.status().nominatedNodeName());
        }
        if (change instanceof Change.Updated<Pod>(Pod before, Pod after) && !sameForOthers(before, after)) {
            offer(pod, ClusterEvent.of(before, after).getFirst());
        } else {
            offer(pod);
        }
    }

    private void forget(ObjectKey key) {
        waiting.remove(key);
        held.remove(key);
        bindings.forget(key);
    }

    /** A pod whose claims are not there is not tried, and nothing is said of it. */
    private void offer(Pod pod) {
        if (isHeld(pod)) {
            return;
        }
        waiting.put(pod, runtime.now());
    }

    /** The same for one that is another than before. */
    private void offer(Pod pod, ClusterEvent event) {
        if (isHeld(pod)) {
            return;
        }
        waiting.put(pod, event, runtime.now());
    }

    private boolean isHeld(Pod pod) {
        if (devices.objection(pod).isEmpty()) {
            held.remove(pod.key());
            return false;
        }
        held.put(pod.key(), pod);
        waiting.remove(pod.key());
        return true;
    }

    private void devicesChanged(ClusterEvent event) {
        devices.refresh();
        bindings.endDeviceWaits();
        List.copyOf(held.values()).forEach(this::offer);
        happened(event);
    }

    /** Pods may find their volumes now, and those that wait for theirs may have them. */
    private void volumesChanged(ClusterEvent event) {
        bindings.endVolumeWaits();
        happened(event);
    }

    private static boolean isFinished(Pod pod) {
        return pod.status().phase().equals("Succeeded") || pod.status().phase().equals("Failed");
    }

    private static boolean isOurs(Pod pod) {
        return pod.spec().schedulerName().equals(NAME)
                && pod.spec().schedulingGates().isEmpty()
                && !pod.metadata().hasDeletionTimestamp();
    }

    /** One pod a task, so that others get their turn in between. */
    private void continueSoon() {
        if (running && !passPending) {
            passPending = true;
            runtime.execute("scheduler", () -> turns.take(this::pass));
        }
    }

    private void pass() {
        passPending = false;
        if (!running) {
            return;
        }
        waiting.next(runtime.now()).ifPresent(this::schedule);
        if (waiting.hasReady()) {
            continueSoon();
        } else {
            alarm.cancel();
            waiting.nextDue()
                    .ifPresent(due -> alarm = runtime.schedule(
                            "scheduler", Duration.between(runtime.now(), due), () -> turns.take(this::continueSoon)));
        }
    }

    private void schedule(Pod pod) {
        if (bindings.isUnderWay(pod.key())) {
            return; // it has a node, and waits for its volumes or its binding
        }
        WaitingPods.Tries tries = waiting.tries(pod.key()).orElse(new WaitingPods.Tries(1, runtime.now(), false));
        switch (metrics.decided(pod.key(), tries, () -> decider.decide(pod, cluster))) {
            case Decision.Assign(String node) -> bindings.begin(pod, node);
            case Decision.Unschedulable refused -> {
                metrics.ended(pod.key(), Result.UNSCHEDULABLE);
                waiting.refused(pod.key(), refused.refusing(), runtime.now());
                refused.remedy()
                        .flatMap(Filter.Remedy::idle)
                        .ifPresent(claim -> runtime.execute(
                                "free " + claim.key(), () -> help(pod, () -> devices.deallocate(claim))));
                preempt(pod, refused);
            }
            case Decision.Failed(String message) -> {
                metrics.ended(pod.key(), Result.ERROR);
                waiting.failed(pod.key());
                runtime.execute("report " + pod.key(), () -> refusals.failed(pod, message));
            }
        }
    }

    /** Sends less important pods away where that makes room for {@code pod}, and says why it waits. */
    private void preempt(Pod pod, Decision.Unschedulable refused) {
        Optional<String> objection = refused.helped().isEmpty() ? Optional.empty() : Preemption.objection(pod, cluster);
        if (objection.isPresent()) {
            reportSoon(pod, refused.message(objection.get()), cluster.promisedTo(pod.key()));
            return;
        }
        long since = metrics.recorder().now();
        Optional<Preemption.Victims> chosen = Preemption.choose(pod, cluster, refused.helped(), budgets.list());
        Recorder.Result result = chosen.isPresent() ? Recorder.Result.SUCCESS : Recorder.Result.UNSCHEDULABLE;
        metrics.recorder().ran(ExtensionPoint.POST_FILTER, Plugin.DEFAULT_PREEMPTION, result, since);
        metrics.recorder().ran(ExtensionPoint.POST_FILTER, result, since);
        metrics.preempted(chosen.map(found -> found.pods().size()).orElse(0));
        if (chosen.isEmpty()) {
            cluster.withdraw(pod.key());
            reportSoon(pod, refused.message(), Optional.empty());
            return;
        }
        Preemption.Victims victims = chosen.get();
        List<Pod> others = cluster.promisedBelow(pod.spec().priority(), victims.node());
        others.forEach(other -> cluster.withdraw(other.key()));
        cluster.promise(pod, victims.node());
        runtime.execute(
                "preempt " + pod.key(),
                () -> help(pod, () -> metrics.evict(() -> evictor.evict(pod, victims, others))));
        reportSoon(pod, refused.reasons(), Optional.of(victims.node()));
    }

    /** Does what lets {@code pod} find a node. Where that is refused nothing will happen that would wake it. */
    private void help(Pod pod, Runnable work) {
        try {
            work.run();
        } catch (ApiException refused) {
            turns.take(() -> {
                waiting.failed(pod.key());
                continueSoon();
            });
            if (!refused.isConflict() && !refused.isRetryable()) {
                throw refused;
            }
        }
    }

    private void reportSoon(Pod pod, String message, Optional<String> promised) {
        runtime.execute("report " + pod.key(), () -> refusals.unschedulable(pod, message, promised));
    }

    /** What becomes of pods whose bindings have come to their end. */
    private record Ended(WaitingPods waiting, Runnable next) implements Bindings.Ended {
        @Override
        public void bound(Pod pod) {
            waiting.remove(pod.key());
        }

        @Override
        public void failed(Pod pod) {
            waiting.failed(pod.key());
            next.run();
        }
    }

    private Map<String, String> labelsOfNamespace(String name) {
        return namespaces
                .get(ObjectKey.cluster(name))
                .map(namespace -> namespace.metadata().labels())
                .orElse(Map.of());
    }
}
