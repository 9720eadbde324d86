package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.KnownObjects;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.cluster.ControlPlane;
import dev.jarbor.cluster.NodeDirectory;
import dev.jarbor.cluster.SimulatedStorage;
import dev.jarbor.node.NodeAgent;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.node.devices.SimulatedDriver;
import dev.jarbor.node.runtime.PodRecord;
import dev.jarbor.node.simulated.SimulatedAddresses;
import dev.jarbor.node.simulated.SimulatedContainers;
import dev.jarbor.node.simulated.SimulationSettings;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The simulated nodes of an embedded cluster: for each its containers, and the agent that looks after them. */
final class Machines implements AutoCloseable {
    private static final String AGENT = "kubelet";

    private final ControlPlane plane;
    private final NodeDirectory directory;
    private final Runtime runtime;
    private final Behaviours behaviours;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, Machine> running = new LinkedHashMap<>();

    private final List<SimulatedStorage> storage = new ArrayList<>();

    private record Place(SimulatedNode node, int index) {}

    private record Machine(
            SimulatedContainers containers,
            NodeAgent agent,
            List<SimulatedDriver> drivers,
            SharedInformers informers) {}

    Machines(ControlPlane plane, NodeDirectory directory, Runtime runtime, Behaviours behaviours) {
        this.plane = plane;
        this.directory = directory;
        this.runtime = runtime;
        this.behaviours = behaviours;
    }

    /**
     * Puts a node into the cluster, with the pods that are bound to it already; returns when it has begun to register.
     *
     * @param on whether it is; it is there otherwise to be restored
     */
    void add(SimulatedNode node, boolean on) {
        Place place = placed(node);
        if (on) {
            switchOn(place, pods(node), KnownObjects.NONE, NodeAgent::start);
        }
    }

    /**
     * Puts a node into the cluster that goes on where it is in the one that this is a fork of.
     *
     * @param known what informers knew there
     */
    void resume(SimulatedNode node, KnownObjects known) {
        switchOn(placed(node), pods(node), known, NodeAgent::resume);
    }

    private Place placed(SimulatedNode node) {
        var place = new Place(node, places.size());
        places.put(node.name(), place);
        return place;
    }

    private List<Pod> pods(SimulatedNode node) {
        return plane.api()
                .list(Pod.KIND, "", Query.fields("spec.nodeName=" + node.name()))
                .items();
    }

    private void switchOn(Place place, List<Pod> pods, KnownObjects known, Consumer<NodeAgent> begin) {
        SimulatedNode node = place.node();
        var containers = new SimulatedContainers(
                runtime,
                SimulationSettings.of(SimulatedAddresses.pods(place.index())).withBehaviours(behaviours::of));
        pods.forEach(containers::adopt);
        plane.api().find(Node.KIND, ObjectKey.cluster(node.name())).ifPresent(containers::adopt);
        Api api = plane.as(AGENT);
        var informers = new SharedInformers(api, runtime, known);
        var agent = new NodeAgent(
                api,
                informers,
                runtime,
                new ApiEventRecorder(api, runtime, AGENT, node.name()),
                containers,
                settings(node, place.index()));
        List<SimulatedDriver> drivers = node.devices().entrySet().stream()
                .map(entry -> new SimulatedDriver(
                        plane.as(entry.getKey()), informers, runtime, node.name(), entry.getKey(), entry.getValue()))
                .toList();
        running.put(node.name(), new Machine(containers, agent, drivers, informers));
        directory.put(node.name(), agent.connection());
        begin.accept(agent);
        drivers.forEach(SimulatedDriver::start);
        informers.start();
    }

    /** Has volumes made, attached and changed for pods of all nodes; before the informers of the control plane begin. */
    void serveVolumes() {
        storage.add(SimulatedStorage.start(plane, places::containsKey));
    }

    /** Everything on the node is gone. */
    void lose(String name) {
        place(name);
        Machine lost = running.remove(name);
        if (lost != null) {
            directory.remove(name);
            close(lost);
        }
    }

    /** A lost node begins anew, without its containers. */
    void restore(String name) {
        Place place = place(name);
        if (!running.containsKey(name)) {
            switchOn(place, List.of(), KnownObjects.NONE, NodeAgent::start);
        }
    }

    private Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException("there is no simulated node " + name);
        }
        return place;
    }

    List<String> inZone(String zone) {
        List<String> names = places.values().stream()
                .map(Place::node)
                .filter(node -> node.zone().equals(zone))
                .map(SimulatedNode::name)
                .toList();
        if (names.isEmpty()) {
            throw new IllegalArgumentException("no simulated node is in the zone " + zone);
        }
        return names;
    }

    /** The nodes that are off. */
    Set<String> lost() {
        var lost = new TreeSet<>(places.keySet());
        lost.removeAll(running.keySet());
        return lost;
    }

    /** What is on the nodes that are on, whatever the API says of it. */
    List<PodRecord> pods() {
        return running.values().stream()
                .flatMap(machine -> machine.containers().pods().stream())
                .toList();
    }

    private static NodeSettings settings(SimulatedNode node, int index) {
        return NodeSettings.simulated(node.name(), SimulatedAddresses.machine(index))
                .withLabels(node.labels())
                .withTaints(node.taints())
                .withCapacity(node.capacity());
    }

    private static void close(Machine machine) {
        machine.agent().close();
        machine.drivers().forEach(SimulatedDriver::close);
        machine.informers().close();
        machine.containers().close();
    }

    @Override
    public void close() {
        storage.forEach(SimulatedStorage::close);
        running.values().forEach(Machines::close);
        running.clear();
    }
}
