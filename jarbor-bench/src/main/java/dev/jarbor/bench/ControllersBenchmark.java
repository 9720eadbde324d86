package dev.jarbor.bench;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.controllers.Controllers;
import dev.jarbor.controllers.Settings;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.node.simulated.SimulatedAddresses;
import dev.jarbor.node.simulated.SimulatedContainers;
import dev.jarbor.node.simulated.SimulationSettings;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.scheduler.Scheduler;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * How the control loops, the scheduler and the agents of simulated nodes carry a large Deployment from nothing to all Ready, and
 * a large namespace to its end. Under virtual time, so that nothing waits for a clock: wall time is work alone, of one thread.
 */
final class ControllersBenchmark {
    private static final Duration PATIENCE = Duration.ofHours(6);

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final ApiServer server = new ApiServer(new MemoryStore(), runtime, ServerSettings.DEFAULT);
    private final Counted loops = new Counted(server.as(User.ADMIN, "kube-controller-manager"));
    private final Counted scheduling = new Counted(server.as(User.ADMIN, "kube-scheduler"));
    private final Counted agents = new Counted(server.as(User.ADMIN, "kubelet"));
    private final Api admin = server.as(User.ADMIN);

    /** An API that counts what is asked of it. */
    private record Counted(Api api, LongAdder calls) implements Api {
        Counted(Api api) {
            this(api, new LongAdder());
        }

        @Override
        public ObjectValue call(ApiRequest request) {
            calls.increment();
            return api.call(request);
        }

        @Override
        public Watch watch(ApiRequest request, WatchListener listener) {
            return api.watch(request, listener);
        }
    }

    /** Arguments: how many pods, and of how many nodes. */
    public static void main(String[] arguments) {
        run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]))
                .forEach(figures -> System.out.println(figures.row()));
    }

    /** Runs a Deployment of {@code pods} on {@code nodes}, then deletes a namespace of as many ConfigMaps. */
    static List<Figures> run(int pods, int nodes) {
        return new ControllersBenchmark().measure(pods, nodes);
    }

    private List<Figures> measure(int pods, int nodes) {
        var wall = new Figures("a Deployment until all pods are Ready", "ms");
        var virtual = new Figures("… the same on the cluster's clock", "ms");
        var byLoops = new Figures("API calls of control loops a thousand pods", "calls");
        var byScheduler = new Figures("API calls of the scheduler a thousand pods", "calls");
        var byAgents = new Figures("API calls of node agents a thousand pods", "calls");
        var deletion = new Figures("a namespace until it has gone", "ms");
        var deletionVirtual = new Figures("… the same on the cluster's clock", "ms");
        try (Runtime clock = new LiveRuntime()) {
            start(nodes);
            for (Counted each : List.of(loops, scheduling, agents)) {
                each.calls.reset();
            }
            long begin = clock.nanoTime();
            long virtualBegin = runtime.nanoTime();
            deploy(pods);
            await("all pods are Ready", () -> ready() == pods);
            wall.add((clock.nanoTime() - begin) / 1e6);
            virtual.add((runtime.nanoTime() - virtualBegin) / 1e6);
            byLoops.add(loops.calls.sum() * 1000.0 / pods);
            byScheduler.add(scheduling.calls.sum() * 1000.0 / pods);
            byAgents.add(agents.calls.sum() * 1000.0 / pods);
            fill(pods);
            begin = clock.nanoTime();
            virtualBegin = runtime.nanoTime();
            admin.delete(Namespace.KIND, ObjectKey.cluster("full"));
            await(
                    "the namespace has gone",
                    () -> admin.find(Namespace.KIND, ObjectKey.cluster("full")).isEmpty());
            deletion.add((clock.nanoTime() - begin) / 1e6);
            deletionVirtual.add((runtime.nanoTime() - virtualBegin) / 1e6);
        }
        return List.of(wall, virtual, byLoops, byScheduler, byAgents, deletion, deletionVirtual);
    }

    private void start(int nodes) {
        server.start();
        var informers = new SharedInformers(loops, runtime);
        List<ResourceDefinition> served = server.registry().builtIn().served().stream()
                .map(ServedResource::definition)
                .toList();
        Controllers.all(loops, informers, runtime, Settings.of("").withResources(served))
                .forEach(ControlLoop::start);
        new Scheduler(scheduling, informers, runtime, new ApiEventRecorder(scheduling, runtime, Scheduler.NAME))
                .start();
        for (int index = 0; index < nodes; index++) {
            String name = "node-" + index;
            var containers = new SimulatedContainers(runtime, SimulationSettings.of(SimulatedAddresses.pods(index)));
            new NodeAgent(
                            agents,
                            informers,
                            runtime,
                            new ApiEventRecorder(agents, runtime, "kubelet", name),
                            containers,
                            NodeSettings.simulated(name, SimulatedAddresses.machine(index)))
                    .start();
        }
        informers.start();
        admin.create(Namespace.KIND, Namespace.named("shop"));
        await(
                "all nodes are there",
                () -> admin.list(Node.KIND, "", Query.NONE).items().size() == nodes);
        runtime.advance(Duration.ofSeconds(30));
    }

    private void deploy(int pods) {
        admin.create(Deployment.KIND, new Deployment(Json.object("""
                {"metadata":{"name":"web","namespace":"shop"},
                 "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
                  "template":{"metadata":{"labels":{"app":"web"}},
                   "spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
                """.formatted(pods))));
    }

    private int ready() {
        return admin.get(Deployment.KIND, new ObjectKey("shop", "web")).status().readyReplicas();
    }

    private void fill(int objects) {
        admin.create(Namespace.KIND, Namespace.named("full"));
        for (int index = 0; index < objects; index++) {
            admin.create(ConfigMap.KIND, ConfigMap.named("full", "object-" + index));
        }
        runtime.advance(Duration.ofSeconds(5));
    }

    private void await(String what, BooleanSupplier condition) {
        long end = runtime.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (runtime.nanoTime() > end) {
                throw new IllegalStateException("not within " + PATIENCE + " of the cluster's time: " + what);
            }
            runtime.advance(Duration.ofSeconds(1));
        }
    }
}
