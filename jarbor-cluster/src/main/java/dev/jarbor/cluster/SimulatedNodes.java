package dev.jarbor.cluster;

import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.node.simulated.SimulatedAddresses;
import dev.jarbor.node.simulated.SimulatedContainers;
import dev.jarbor.node.simulated.SimulationSettings;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Nodes whose pods are states and not processes: as many as one likes, and no privileges. */
final class SimulatedNodes implements Nodes {
    private final int count;
    private final String because;
    private final List<NodeAgent> agents = new ArrayList<>();
    private final List<SimulatedStorage> storage = new ArrayList<>();

    /** @param because why there are no real ones although they would do, "" where simulated ones were asked for */
    SimulatedNodes(int count, String because) {
        this.count = count;
        this.because = because;
    }

    @Override
    public void start(ControlPlane plane) {
        Runtime runtime = plane.runtime();
        for (int index = 0; index < count; index++) {
            String name = name(index);
            var containers = new SimulatedContainers(runtime, SimulationSettings.of(SimulatedAddresses.pods(index)));
            Api api = plane.as(ControlPlane.NODE_AGENT);
            var agent = new NodeAgent(
                    api,
                    plane.informers(),
                    runtime,
                    new ApiEventRecorder(api, runtime, "kubelet", name),
                    containers,
                    NodeSettings.simulated(name, SimulatedAddresses.machine(index)));
            plane.nodes().put(name, agent.connection());
            agents.add(agent);
            agent.start();
        }
        Set<String> names =
                IntStream.range(0, count).mapToObj(SimulatedNodes::name).collect(Collectors.toUnmodifiableSet());
        LocalStorage.publish(plane);
        storage.add(SimulatedStorage.start(plane, names::contains));
    }

    private static String name(int index) {
        return "node-" + index;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public String inWords() {
        String nodes = count + (count == 1 ? " simulated node" : " simulated nodes");
        return because.isEmpty() ? nodes : nodes + " (" + because + ")";
    }

    @Override
    public void close() {
        storage.forEach(SimulatedStorage::close);
        agents.forEach(NodeAgent::close);
    }
}
