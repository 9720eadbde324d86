package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Binding;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Turns;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.scheduler.SchedulerMetrics.Result;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.dynamicresources.DeviceBinder;
import dev.jarbor.scheduler.dynamicresources.DeviceFilter;
import dev.jarbor.scheduler.dynamicresources.DevicePlan;
import dev.jarbor.scheduler.dynamicresources.DeviceWaits;
import dev.jarbor.scheduler.plugins.ExtensionPoint;
import dev.jarbor.scheduler.plugins.Recorder;
import dev.jarbor.scheduler.volumes.VolumeBinder;
import dev.jarbor.scheduler.volumes.VolumeFilter;
import dev.jarbor.scheduler.volumes.VolumePlan;
import dev.jarbor.scheduler.volumes.VolumeWaits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The way of pods whose nodes are chosen until they are bound there: volumes and devices first, then the {@code binding}
 * subresource. From the choice on a pod counts on its node; what is refused on the way is taken back. Touched in turns; only
 * API calls happen outside of them. Bounded by the pods there are.
 */
final class Bindings {
    /** What stands before the reason when a pod had a node and did not get its volumes there. */
    private static final String VOLUMES = "running PreBind plugin \"VolumeBinding\": binding volumes: ";

    /** The same for its devices. */
    private static final String DEVICES = "running PreBind plugin \"DynamicResources\": ";

    private final Api api;
    private final Runtime runtime;
    private final Turns turns;
    private final EventRecorder events;
    private final Refusals refusals;
    private final SchedulerMetrics metrics;
    private final ClusterState cluster;
    private final VolumeBinder volumes;
    private final VolumeWaits volumeWaits;
    private final DeviceBinder devices;
    private final DeviceWaits deviceWaits = new DeviceWaits();
    private final Ended ended;
    /** The node of each pod that is under way. */
    private final Map<ObjectKey, String> assumed = new HashMap<>();

    /** Hears, in a turn, how bindings end. */
    interface Ended {
        void bound(Pod pod);

        /** It is to be tried again. */
        void failed(Pod pod);
    }

    Bindings(
            Api api,
            Runtime runtime,
            Turns turns,
            EventRecorder events,
            SchedulerMetrics metrics,
            ClusterState cluster,
            VolumeBinder volumes,
            DeviceBinder devices,
            Ended ended) {
        this.api = api;
        this.runtime = runtime;
        this.turns = turns;
        this.events = events;
        this.refusals = new Refusals(api, runtime, events);
        this.metrics = metrics;
        this.cluster = cluster;
        this.volumes = volumes;
        this.volumeWaits = new VolumeWaits(volumes);
        this.devices = devices;
        this.ended = ended;
    }

    boolean isUnderWay(ObjectKey pod) {
        return assumed.containsKey(pod);
    }

    /** May be asked by any thread. */
    int count() {
        return assumed.size();
    }

    /** {@code pod} is seen on a node, or gone. */
    void forget(ObjectKey pod) {
        if (assumed.remove(pod) != null) {
            metrics.unassigned(pod);
        }
        volumeWaits.remove(pod);
        deviceWaits.remove(pod);
        devices.forget(pod);
    }

    /** Counts {@code pod} on {@code node}, and sets out to bind it there. */
    void begin(Pod pod, String node) {
        long since = metrics.recorder().now();
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
        metrics.recorder().ran(ExtensionPoint.RESERVE, Recorder.Result.SUCCESS, since);
        metrics.assigned(pod.key());
        if (plan.isEmpty()) {
            runtime.execute("bind " + pod.key(), () -> bind(pod, node));
        } else {
            volumes.promise(plan);
            runtime.execute("volumes " + pod.key(), () -> bindVolumes(pod, node, plan));
        }
    }

    private void bindVolumes(Pod pod, String node, VolumePlan plan) {
        var attempt = new VolumeWaits.Attempt(pod, node, plan, runtime.now().plus(VolumeWaits.PATIENCE));
        try {
            volumes.write(plan, node);
            turns.take(() -> {
                volumeWaits.put(attempt);
                endVolumeWaits();
            });
            runtime.schedule("volumes " + pod.key(), VolumeWaits.PATIENCE, () -> turns.take(this::endVolumeWaits));
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

    /** Pods that wait for their volumes may have them. */
    void endVolumeWaits() {
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
        var attempt = new DeviceWaits.Attempt(pod, node, conditional, runtime.now());
        turns.take(() -> {
            deviceWaits.put(attempt);
            endDeviceWaits();
        });
        runtime.schedule("devices " + pod.key(), DeviceWaits.PATIENCE, () -> turns.take(this::endDeviceWaits));
    }

    /** Pods whose devices may be bound now, or never, go on. */
    void endDeviceWaits() {
        for (DeviceWaits.Over over : deviceWaits.over(runtime.now(), devices::claim)) {
            Pod pod = over.attempt().pod();
            String node = over.attempt().node();
            devices.waited(over);
            if (over.failure().isEmpty()) {
                runtime.execute("bind " + pod.key(), () -> bindNow(pod, node));
            } else {
                runtime.execute("report " + pod.key(), () -> giveUp(over));
            }
        }
    }

    /** The devices are given back before the pod is tried again: it would find itself bound to them. */
    private void giveUp(DeviceWaits.Over over) {
        Pod pod = over.attempt().pod();
        try {
            over.lost().forEach(devices::deallocate);
        } finally {
            turns.take(() -> takeBack(pod, over.attempt().node()));
        }
        refusals.failed(pod, DEVICES + over.failure());
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
            ObjectValue wanted = binding.value();
            metrics.bind(pod.key(), () -> api.call(ApiRequest.of(Verb.CREATE, path, Query.NONE, wanted)));
            events.normal(pod, "Scheduled", "Successfully assigned " + pod.key() + " to " + node);
            metrics.ended(pod.key(), Result.SCHEDULED);
            turns.take(() -> ended.bound(pod));
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
        if (node.equals(assumed.get(pod.key()))) {
            assumed.remove(pod.key());
            metrics.unassigned(pod.key());
            cluster.remove(pod.key());
            devices.takeBack(pod);
            ended.failed(pod);
        }
    }
}
