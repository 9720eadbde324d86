package dev.jarbor.scheduler;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolumeClaimVolumeSource;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;

/** A simulated cluster with a scheduler and nothing else: pods get nodes, and never run. */
final class SchedulerWorld {
    final SimulatedRuntime runtime;
    final FakeApi api;
    final MetricRegistry metrics = new MetricRegistry();

    /** @param nodes of 4 CPUs and 4Gi each, that are there from the beginning */
    SchedulerWorld(long seed, String... nodes) {
        runtime = new SimulatedRuntime(seed);
        api = new FakeApi(runtime);
        var informers = new SharedInformers(api, runtime);
        var events = new ApiEventRecorder(api, runtime, Scheduler.NAME);
        var scheduler = new Scheduler(api, informers, runtime, events, true, metrics);
        informers.start();
        scheduler.start();
        runtime.runUntilIdle();
        for (String name : nodes) {
            api.put(Node.KIND, Samples.node(name, "4", "4Gi"));
        }
        settle();
    }

    /** Long enough for every pod to be looked at again. */
    void settle() {
        runtime.advance(Duration.ofSeconds(30));
    }

    /** {@code pod} with a volume for each of the claims. */
    static Pod using(Pod pod, String... claims) {
        return pod.withSpec(pod.spec()
                .withVolumes(List.of(claims).stream()
                        .map(claim -> Volume.EMPTY
                                .withName(claim)
                                .withPersistentVolumeClaim(
                                        PersistentVolumeClaimVolumeSource.EMPTY.withClaimName(claim)))
                        .toList()));
    }

    /** The node of the pod in the namespace {@code default}; "" while it has none. */
    String nodeOf(String pod) {
        return api.get(Pod.KIND, new ObjectKey("default", pod)).spec().nodeName();
    }

    /** What events say. */
    List<String> told() {
        return api.list(Event.KIND, "default", Query.NONE).items().stream()
                .map(Event::message)
                .toList();
    }
}
