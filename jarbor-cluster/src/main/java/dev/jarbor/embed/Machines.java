package dev.jarbor.embed;

import dev.jarbor.api.Quantity;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.cluster.ControlPlane;
import dev.jarbor.cluster.NodeDirectory;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.node.simulated.SimulatedContainers;
import dev.jarbor.node.simulated.SimulationSettings;
import dev.jarbor.runtime.Runtime;
import java.util.LinkedHashMap;
import java.util.Map;

/** The simulated nodes of an embedded cluster: for each its containers, and the agent that looks after them. */
final class Machines implements AutoCloseable {
    private static final String AGENT = "kubelet";

    private final ControlPlane plane;
    private final NodeDirectory directory;
    private final Runtime runtime;
    private final Map<String, Machine> machines = new LinkedHashMap<>();

    private record Machine(SimulatedNode node, SimulatedContainers containers, NodeAgent agent) {}

    Machines(ControlPlane plane, NodeDirectory directory, Runtime runtime) {
        this.plane = plane;
        this.directory = directory;
        this.runtime = runtime;
    }

    /** Puts a node into the cluster; returns when it has begun to register. */
    void add(SimulatedNode node) {
        int index = machines.size();
        var containers = new SimulatedContainers(runtime, SimulationSettings.of(podCidr(index)));
        Api api = plane.as(AGENT);
        var agent = new NodeAgent(
                api,
                plane.informers(),
                runtime,
                new ApiEventRecorder(api, runtime, AGENT, node.name()),
                containers,
                settings(node, index));
        machines.put(node.name(), new Machine(node, containers, agent));
        directory.put(node.name(), agent.connection());
        agent.start();
    }

    private static NodeSettings settings(SimulatedNode node, int index) {
        Map<String, Quantity> capacity = node.capacity();
        return NodeSettings.simulated(node.name(), address(index))
                .withLabels(node.labels())
                .withTaints(node.taints())
                .withCapacity(capacity);
    }

    /** 10.44.0.0/24 upwards, so that simulated addresses are never those of real pods. */
    private static String podCidr(int index) {
        return "10." + (44 + index / 256) + "." + index % 256 + ".0/24";
    }

    /** From 198.18.0.0/15, which RFC 2544 sets aside for tests. */
    private static String address(int index) {
        return "198." + (18 + index / 62_500) + "." + index / 250 % 250 + "." + (index % 250 + 1);
    }

    @Override
    public void close() {
        machines.values().forEach(machine -> {
            machine.agent().close();
            machine.containers().close();
        });
    }
}
