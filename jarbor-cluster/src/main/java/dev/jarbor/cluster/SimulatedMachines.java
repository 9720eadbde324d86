package dev.jarbor.cluster;

import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Informers;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.node.simulated.SimulatedAddresses;
import dev.jarbor.node.simulated.SimulatedContainers;
import dev.jarbor.node.simulated.SimulationSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Machines whose containers are states and not processes, each with an agent; they are switched on and off. */
final class SimulatedMachines implements AutoCloseable {
    private final ControlPlane plane;
    private final Map<String, Machine> on = new TreeMap<>();
    private int places;

    SimulatedMachines(ControlPlane plane) {
        this.plane = plane;
    }

    /** @param own the informers that only this one has; none where it shares those of all */
    private record Machine(NodeAgent agent, List<Informers> own) implements AutoCloseable {
        @Override
        public void close() {
            agent.close();
            own.forEach(Informers::close);
        }
    }

    /** One that is there from the beginning: it hears of what concerns it through the informers of {@code plane}. */
    synchronized void have(String name) {
        on.put(name, new Machine(agent(name, plane.informers(), UnaryOperator.identity()), List.of()));
    }

    /** One that comes later, with what {@code change} makes of it. */
    synchronized void add(String name, UnaryOperator<NodeSettings> change) {
        var own = new SharedInformers(plane.as(ControlPlane.NODE_AGENT), plane.runtime());
        on.put(name, new Machine(agent(name, own, change), List.of(own)));
        own.start();
    }

    private NodeAgent agent(String name, Informers informers, UnaryOperator<NodeSettings> change) {
        int place = places++;
        Api api = plane.as(ControlPlane.NODE_AGENT);
        var agent = new NodeAgent(
                api,
                informers,
                plane.runtime(),
                new ApiEventRecorder(api, plane.runtime(), ControlPlane.NODE_AGENT, name),
                new SimulatedContainers(plane.runtime(), SimulationSettings.of(SimulatedAddresses.pods(place))),
                change.apply(NodeSettings.simulated(name, SimulatedAddresses.machine(place))));
        plane.nodes().put(name, agent.connection());
        agent.start();
        return agent;
    }

    /** Switches one off for good, if it is on. */
    synchronized void remove(String name) {
        Machine gone = on.remove(name);
        if (gone != null) {
            plane.nodes().remove(name);
            gone.close();
        }
    }

    synchronized boolean has(String name) {
        return on.containsKey(name);
    }

    @Override
    public synchronized void close() {
        on.values().forEach(Machine::close);
        on.clear();
    }
}
