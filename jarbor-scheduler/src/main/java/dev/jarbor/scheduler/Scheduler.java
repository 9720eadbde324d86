package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Binding;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Change;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Turns;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.SchedulerMetrics.Result;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.decision.Decider;
import dev.jarbor.scheduler.decision.Decision;
import dev.jarbor.scheduler.decision.Preemption;
import dev.jarbor.scheduler.dynamicresources.DeviceBinder;
import dev.jarbor.scheduler.dynamicresources.DeviceFilter;
import dev.jarbor.scheduler.dynamicresources.DevicePlan;
import dev.jarbor.scheduler.dynamicresources.DeviceWaits;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.volumes.VolumeBinder;
import dev.jarbor.scheduler.volumes.VolumeFilter;
import dev.jarbor.scheduler.volumes.VolumePlan;
import dev.jarbor.scheduler.volumes.VolumeWaits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** What stands before the reason when a pod had a node and did not get its volumes there. */
    private static final String VOLUMES = "running PreBind plugin \"VolumeBinding\": binding volumes: ";

    /** The same for its devices. */
    private static final String DEVICES = "running PreBind plugin \"DynamicResources\": ";

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Turns turns;
    private final Decider decider;
    private final WaitingPods waiting = new WaitingPods();
    /** Pods whose binding is being written. */
    private final Map<ObjectKey, String> assumed = new HashMap<>();

    private final VolumeBinder volumes;
    private final VolumeWaits volumeWaits;
    private final DeviceBinder devices;
    private final DeviceWaits deviceWaits = new DeviceWaits();
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
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.informers = informers;
        this.turns = new Turns("scheduler", runtime);
        this.decider = new Decider(runtime.random());
        this.namespaces = informers.of(Namespace.KIND);
        this.budgets = informers.of(PodDisruptionBudget.KIND);
        this.evictor = new Evictor(api, runtime, events);
        this.refusals = new Refusals(api, runtime, events);
        this.volumes = new VolumeBinder(api, informers);
        this.volumeWaits = new VolumeWaits(volumes);
        this.devices = new DeviceBinder(api, informers, runtime, deviceTaintRules);
        this.cluster = new ClusterState(this::labelsOfNamespace, new Companions(informers)::of, volumes, devices);
        this.metrics = new SchedulerMetrics(registry, runtime);
        this.nodes = informers.of(Node.KIND);
        this.pods = informers.of(Pod.KIND);
        SchedulerMetrics.watch(registry, this::tellPending, this::tellCached);
        devices.onChange(() -> turns.take(this::devicesChanged));
        volumes.onChange(() -> turns.take(this::volumesChanged));
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
        long gated = pods.list().stream()
                .filter(pod -> pod.spec().nodeName().isEmpty())
                .filter(pod -> !pod.spec().schedulingGates().isEmpty())
                .count();
        sink.tell(sizes.ready(), "active");
        sink.tell(sizes.backingOff(), "backoff");
        sink.tell((double) gated, "gated");
        sink.tell(Math.max(0, sizes.resting() - assumed.size()) + held.size(), "unschedulable");
    }

    private void tellCached(Gauge.Sink sink) {
        sink.tell(assumed.size(), "assumed_pods");
        sink.tell(nodes.list().size(), "nodes");
        long placed = pods.list().stream()
                .filter(pod -> !pod.spec().nodeName().isEmpty() && !isFinished(pod))
                .count();
        sink.tell((double) placed, "pods");
    }

    private void nodeChanged(Change<Node> change) {
        switch (change) {
            case Change.Added<Node>(Node node) -> cluster.put(node);
            case Change.Updated<Node>(Node before, Node node) -> {
                cluster.put(node);
                if (sameForPods(before, node)) {
                    return;
                }
            }
            case Change.Deleted<Node>(Node node) -> cluster.removeNode(node.name());
        }
        waiting.clusterChanged();
        continueSoon();
    }

    /** Heartbeats change nothing that a pod waits for. */
    private static boolean sameForPods(Node before, Node after) {
        return before.spec().equals(after.spec())
                && before.metadata().labels().equals(after.metadata().labels())
                && before.status().allocatable().equals(after.status().allocatable());
    }

    private void podChanged(Change<Pod> change) {
        Pod pod = change.object();
        ObjectKey key = pod.key();
        if (change instanceof Change.Deleted<Pod> || isFinished(pod)) {
            forget(key);
            metrics.forget(key);
            cluster.remove(key);
            waiting.clusterChanged();
        } else if (!pod.spec().nodeName().isEmpty()) {
            forget(key);
            boolean isNew = cluster.nodeOf(key).isEmpty();
            cluster.place(pod, pod.spec().nodeName());
            if (isNew || labelsChanged(change)) {
                waiting.clusterChanged();
            }
        } else if (isOurs(pod) && !assumed.containsKey(key)) {
            if (pod.status().hasNominatedNodeName()) {
                cluster.promise(pod, pod.status().nominatedNodeName());
            }
            offer(pod, isSpecChange(change));
        }
        continueSoon();
    }

    private void forget(ObjectKey key) {
        waiting.remove(key);
        held.remove(key);
        assumed.remove(key);
        volumeWaits.remove(key);
        deviceWaits.remove(key);
        devices.forget(key);
    }

    /** A pod whose claims are not there is not tried, and nothing is said of it. */
    private void offer(Pod pod, boolean changed) {
        if (devices.objection(pod).isEmpty()) {
            held.remove(pod.key());
            waiting.put(pod, changed, runtime.now());
        } else {
            held.put(pod.key(), pod);
            waiting.remove(pod.key());
        }
    }

    private void devicesChanged() {
        devices.refresh();
        endDeviceWaits();
        List.copyOf(held.values()).forEach(pod -> offer(pod, true));
        waiting.clusterChanged();
        continueSoon();
    }

    private static boolean labelsChanged(Change<Pod> change) {
        return change instanceof Change.Updated<Pod>(Pod before, Pod after)
                && !before.metadata().labels().equals(after.metadata().labels());
    }

    private static boolean isSpecChange(Change<Pod> change) {
        return change instanceof Change.Updated<Pod>(Pod before, Pod after)
                && !(before.spec().equals(after.spec())
                        && before.metadata().labels().equals(after.metadata().labels()));
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
        if (assumed.containsKey(pod.key())) {
            return; // it has a node, and waits for its volumes or its binding
        }
        WaitingPods.Tries tries = waiting.tries(pod.key()).orElse(new WaitingPods.Tries(1, runtime.now()));
        switch (metrics.decided(pod.key(), tries, () -> decider.decide(pod, cluster))) {
            case Decision.Assign(String node) -> {
                assumed.put(pod.key(), node);
                cluster.place(pod, node);
                VolumePlan plan = cluster.node(node)
                        .map(state -> VolumeFilter.plan(pod, state.node(), volumes))
                        .orElse(VolumePlan.NOTHING);
                devices.promise(
                        pod,
                        cluster.node(node)
                                .map(state -> DeviceFilter.plan(pod, state, devices, runtime::newUid))
                                .orElse(DevicePlan.NOTHING));
                if (plan.isEmpty()) {
                    runtime.execute("bind " + pod.key(), () -> bind(pod, node));
                } else {
                    volumes.promise(plan);
                    runtime.execute("volumes " + pod.key(), () -> bindVolumes(pod, node, plan));
                }
            }
            case Decision.Unschedulable refused -> {
                metrics.ended(pod.key(), Result.UNSCHEDULABLE);
                refused.remedy()
                        .flatMap(Filter.Remedy::idle)
                        .ifPresent(claim -> runtime.execute("free " + claim.key(), () -> devices.deallocate(claim)));
                preempt(pod, refused);
            }
            case Decision.Failed(String message) -> {
                metrics.ended(pod.key(), Result.ERROR);
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
        Optional<Preemption.Victims> chosen = Preemption.choose(pod, cluster, refused.helped(), budgets.list());
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
        runtime.execute("preempt " + pod.key(), () -> evictor.evict(pod, victims, others));
        reportSoon(pod, refused.reasons(), Optional.of(victims.node()));
    }

    private void reportSoon(Pod pod, String message, Optional<String> promised) {
        runtime.execute("report " + pod.key(), () -> refusals.unschedulable(pod, message, promised));
    }

    private void bindVolumes(Pod pod, String node, VolumePlan plan) {
        var attempt = new VolumeWaits.Attempt(pod, node, plan, runtime.now().plus(VolumeWaits.PATIENCE));
        try {
            volumes.write(plan, node);
            turns.take(() -> {
                volumeWaits.put(attempt);
                volumesChanged();
            });
            runtime.schedule("volumes " + pod.key(), VolumeWaits.PATIENCE, () -> turns.take(this::volumesChanged));
        } catch (ApiException refused) {
            turns.take(() -> {
                volumes.forget(plan);
                takeBack(pod, node);
            });
            if (!refused.isNotFound() && !refused.isConflict()) {
                refusals.unschedulable(pod, VOLUMES + refused.getMessage());
            }
        }
    }

    /** Pods may find their volumes now, and those that wait for theirs may have them. */
    private void volumesChanged() {
        for (VolumeWaits.Over over :
                volumeWaits.over(runtime.now(), name -> cluster.node(name).map(NodeState::node))) {
            Pod pod = over.attempt().pod();
            String node = over.attempt().node();
            if (over.failure().isEmpty()) {
                runtime.execute("bind " + pod.key(), () -> bind(pod, node));
            } else {
                takeBack(pod, node);
                runtime.execute("report " + pod.key(), () -> refusals.unschedulable(pod, VOLUMES + over.failure()));
            }
        }
        waiting.clusterChanged();
        continueSoon();
    }

    private void bind(Pod pod, String node) {
        try {
            devices.write(pod);
        } catch (ApiException | IllegalStateException refused) {
            turns.take(() -> takeBack(pod, node));
            refusals.failed(pod, DEVICES + refused.getMessage());
            return;
        }
        List<ObjectKey> conditional = devices.conditional(pod);
        if (conditional.isEmpty()) {
            bindNow(pod, node);
            return;
        }
        events.normal(pod, "BindingConditionsPending", "waiting for binding conditions for device on node " + node);
        var attempt =
                new DeviceWaits.Attempt(pod, node, conditional, runtime.now().plus(DeviceWaits.PATIENCE));
        turns.take(() -> {
            deviceWaits.put(attempt);
            endDeviceWaits();
        });
        runtime.schedule("devices " + pod.key(), DeviceWaits.PATIENCE, () -> turns.take(this::endDeviceWaits));
    }

    /** Pods whose devices may be bound now, or never, go on. */
    private void endDeviceWaits() {
        for (DeviceWaits.Over over : deviceWaits.over(runtime.now(), devices::claim)) {
            Pod pod = over.attempt().pod();
            String node = over.attempt().node();
            if (over.failure().isEmpty()) {
                runtime.execute("bind " + pod.key(), () -> bindNow(pod, node));
            } else {
                takeBack(pod, node);
                runtime.execute("report " + pod.key(), () -> {
                    over.lost().forEach(devices::deallocate);
                    refusals.failed(pod, DEVICES + over.failure());
                });
            }
        }
    }

    private void bindNow(Pod pod, String node) {
        Binding binding = Binding.named(pod.namespace(), pod.name());
        binding = binding.withMetadata(binding.metadata().withUid(pod.metadata().uid()))
                .withTarget(ObjectReference.EMPTY
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(node));
        ResourcePath path = ResourcePath.of(Pod.KIND, pod.key()).withSubresource("binding");
        try {
            api.call(ApiRequest.of(Verb.CREATE, path, Query.NONE, binding.value()));
            events.normal(pod, "Scheduled", "Successfully assigned " + pod.key() + " to " + node);
            metrics.ended(pod.key(), Result.SCHEDULED);
            turns.take(() -> waiting.remove(pod.key()));
        } catch (ApiException refused) {
            turns.take(() -> takeBack(pod, node));
            if (!refused.isNotFound() && !refused.isConflict()) {
                events.warning(pod, "FailedScheduling", "binding rejected: " + refused.getMessage());
            }
        }
    }

    /** Unless the informer has told better in the meantime. */
    private void takeBack(Pod pod, String node) {
        metrics.ended(pod.key(), Result.ERROR);
        if (node.equals(assumed.remove(pod.key()))) {
            cluster.remove(pod.key());
            devices.takeBack(pod);
            if (waiting.contains(pod.key())) {
                waiting.put(pod, true, runtime.now());
            }
            continueSoon();
        }
    }

    private Map<String, String> labelsOfNamespace(String name) {
        return namespaces
                .get(ObjectKey.cluster(name))
                .map(namespace -> namespace.metadata().labels())
                .orElse(Map.of());
    }
}
