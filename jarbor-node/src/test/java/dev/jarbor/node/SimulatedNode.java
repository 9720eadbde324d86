package dev.jarbor.node;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.node.pod.ImageName;
import dev.jarbor.node.simulated.Behaviour;
import dev.jarbor.node.simulated.SimulatedContainers;
import dev.jarbor.node.simulated.SimulationSettings;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** An agent with simulated containers on a fake API, under virtual time. */
final class SimulatedNode implements AutoCloseable {
    static final String NAME = "node-1";

    final SimulatedRuntime runtime = new SimulatedRuntime(42);
    final FakeApi api = new FakeApi(runtime);
    final List<String> events = new ArrayList<>();
    private final Map<String, Behaviour> behaviours = new TreeMap<>();
    final SimulatedContainers containers = new SimulatedContainers(
            runtime,
            SimulationSettings.of("10.42.0.0/24")
                    .withBehaviours(image -> behaviours.getOrDefault(image, Behaviour.SERVES)));
    private final List<AutoCloseable> parts = new ArrayList<>();

    /** A node whose agent runs. */
    static SimulatedNode started() {
        var node = new SimulatedNode();
        node.startAgent();
        return node;
    }

    NodeAgent startAgent() {
        var informers = new SharedInformers(api, runtime);
        var agent = new NodeAgent(
                api, informers, runtime, recorder(), containers, NodeSettings.simulated(NAME, "192.168.0.7"));
        informers.start();
        agent.start();
        runtime.runUntilIdle();
        parts.add(agent);
        parts.add(informers);
        return agent;
    }

    /** Ends the agent's process as a crash would: its containers stay. */
    void stopAgents() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
        parts.clear();
    }

    private EventRecorder recorder() {
        return new EventRecorder() {
            @Override
            public void normal(KubeObject about, String reason, String message) {
                events.add(reason + ": " + message);
            }

            @Override
            public void warning(KubeObject about, String reason, String message) {
                events.add("! " + reason + ": " + message);
            }

            @Override
            public EventRecorder at(String fieldPath) {
                return this;
            }
        };
    }

    static Pod pod(String name, Container... containers) {
        return Pod.named("shop", name)
                .withSpec(PodSpec.EMPTY
                        .withNodeName(NAME)
                        .withRestartPolicy("Always")
                        .withTerminationGracePeriodSeconds(30)
                        .withContainers(List.of(containers)));
    }

    static Container container(String name, String image) {
        return Container.EMPTY.withName(name).withImage(image).withImagePullPolicy("IfNotPresent");
    }

    Pod create(Pod pod) {
        return api.create(Pod.KIND, pod);
    }

    Optional<Pod> find(String name) {
        return api.find(Pod.KIND, new ObjectKey("shop", name));
    }

    Pod get(String name) {
        return find(name).orElseThrow();
    }

    ContainerStatus status(String pod, String container) {
        return get(pod).status().containerStatuses().stream()
                .filter(one -> one.name().equals(container))
                .findFirst()
                .orElse(ContainerStatus.EMPTY);
    }

    boolean isReady(String pod) {
        return condition(pod, "Ready").equals("True");
    }

    String condition(String pod, String type) {
        return get(pod).status().conditions().stream()
                .filter(one -> one.type().equals(type))
                .map(one -> one.status())
                .findFirst()
                .orElse("");
    }

    /** Says what containers of {@code image} do. */
    void behaves(String image, Behaviour behaviour) {
        behaviours.put(ImageName.parse(image).orElseThrow().canonical(), behaviour);
    }

    /** Lets time run until the pod is as asked; false after {@code limit}. */
    boolean until(String pod, Predicate<Pod> holds, Duration limit) {
        return runtime.runUntil(() -> find(pod).filter(holds).isPresent(), limit);
    }

    static Predicate<Pod> phase(String phase) {
        return pod -> pod.status().phase().equals(phase);
    }

    @Override
    public void close() throws Exception {
        stopAgents();
        containers.close();
        runtime.close();
    }
}
