package dev.jarbor.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.scheduler.autoscaling.NodeGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Simulated machines of one kind that are switched on when they are asked for. A machine takes a moment to come up. */
final class SimulatedNodeGroup implements NodeGroup {
    /** From asking for a machine to its agent's first word: real ones take longer, and so do those of clouds. */
    static final Duration BOOT = Duration.ofSeconds(10);

    /** The label that says to which group a node belongs, so that pods can ask for one. */
    static final String LABEL = "jarbor.dev/node-group";

    private static final String ZONE = "topology.kubernetes.io/zone";

    private final NodeGroupChoice choice;
    private final SimulatedMachines machines;
    private final Api api;
    private final Runtime runtime;
    private final List<String> nodes = new ArrayList<>();
    private int made;

    /** @param api to take back the Node objects of machines that are gone */
    SimulatedNodeGroup(NodeGroupChoice choice, SimulatedMachines machines, Api api, Runtime runtime) {
        this.choice = choice;
        this.machines = machines;
        this.api = api;
        this.runtime = runtime;
    }

    /** Nodes of an earlier life of this cluster are switched on again, as far as there may be so many. */
    void start() {
        int first = choice.name().length() + 1;
        for (Node node : api.list(Node.KIND, "", Query.labels(LABEL + "=" + choice.name()))
                .items()) {
            String name = node.name();
            if (name.substring(first).matches("[0-9]{1,9}")) {
                made = Math.max(made, Integer.parseInt(name.substring(first)) + 1);
            }
            if (nodes.size() < choice.maxSize()) {
                have(name);
            } else {
                forget(name);
            }
        }
        while (nodes.size() < choice.minSize()) {
            have(next());
        }
    }

    private void have(String name) {
        nodes.add(name);
        machines.add(name, this::shape);
    }

    private String next() {
        return choice.name() + "-" + made++;
    }

    private NodeSettings shape(NodeSettings plain) {
        var labels = new TreeMap<>(Map.of(LABEL, choice.name()));
        if (!choice.zone().isEmpty()) {
            labels.put(ZONE, choice.zone());
        }
        var capacity = new TreeMap<String, Quantity>(plain.capacity());
        capacity.putAll(choice.capacity());
        return plain.withLabels(labels).withCapacity(capacity);
    }

    @Override
    public String name() {
        return choice.name();
    }

    @Override
    public int minSize() {
        return choice.minSize();
    }

    @Override
    public int maxSize() {
        return choice.maxSize();
    }

    @Override
    public synchronized int targetSize() {
        return nodes.size();
    }

    @Override
    public synchronized List<String> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public Node template() {
        NodeSettings settings = shape(NodeSettings.simulated(choice.name(), "0.0.0.0"));
        Node node = Node.named(choice.name());
        return node.withMetadata(node.metadata().withLabels(settings.registeredLabels()))
                .withStatus(NodeStatus.EMPTY
                        .withCapacity(settings.capacity())
                        .withAllocatable(settings.allocatable())
                        .withConditions(
                                List.of(NodeCondition.EMPTY.withType("Ready").withStatus("True"))));
    }

    @Override
    public synchronized void increase(int more) {
        for (int i = 0; i < more; i++) {
            String name = next();
            nodes.add(name);
            runtime.schedule("boot of " + name, BOOT, () -> boot(name));
        }
    }

    @Override
    public void decreaseTargetSize(int fewer) {
        throw new IllegalStateException("each node that was asked for has its machine");
    }

    private synchronized void boot(String name) {
        if (nodes.contains(name) && !machines.has(name)) {
            machines.add(name, this::shape);
        }
    }

    @Override
    public synchronized void delete(List<String> names) {
        for (String name : names) {
            if (nodes.remove(name)) {
                machines.remove(name);
                forget(name);
            }
        }
    }

    private void forget(String name) {
        IfThere.write(() -> api.delete(Node.KIND, ObjectKey.cluster(name)));
    }
}
