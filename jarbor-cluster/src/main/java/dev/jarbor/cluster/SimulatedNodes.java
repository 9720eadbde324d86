package dev.jarbor.cluster;

import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.scheduler.autoscaling.ClusterAutoscaler;
import dev.jarbor.scheduler.autoscaling.NodeGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Nodes whose pods are states and not processes: as many as one likes, and no privileges; some may come and go. */
final class SimulatedNodes implements Nodes {
    /** What the names of those begin with that are always there. */
    static final String PREFIX = "node";

    private final int count;
    private final String because;
    private final AutoscalingChoice autoscaling;
    private final List<AutoCloseable> running = new ArrayList<>();

    /** @param because why there are no real ones although they would do, "" where simulated ones were asked for */
    SimulatedNodes(int count, String because) {
        this(count, because, AutoscalingChoice.NONE);
    }

    /** @param autoscaling which nodes come and go beside those */
    SimulatedNodes(int count, String because, AutoscalingChoice autoscaling) {
        this.count = count;
        this.because = because;
        this.autoscaling = autoscaling;
    }

    @Override
    public void start(ControlPlane plane) {
        var machines = new SimulatedMachines(plane);
        running.add(machines);
        for (int index = 0; index < count; index++) {
            machines.have(PREFIX + "-" + index);
        }
        LocalStorage.publish(plane);
        running.add(SimulatedStorage.start(plane, machines::has));
        if (!autoscaling.groups().isEmpty()) {
            autoscale(plane, machines);
        }
    }

    private void autoscale(ControlPlane plane, SimulatedMachines machines) {
        var api = plane.as(ClusterAutoscaler.NAME);
        var groups = new ArrayList<NodeGroup>();
        for (NodeGroupChoice choice : autoscaling.groups()) {
            var group = new SimulatedNodeGroup(choice, machines, api, plane.runtime());
            group.start();
            groups.add(group);
        }
        var informers = new SharedInformers(api, plane.runtime());
        var autoscaler = new ClusterAutoscaler(
                api,
                informers,
                plane.runtime(),
                new ApiEventRecorder(api, plane.runtime(), ClusterAutoscaler.NAME),
                autoscaling.settings(),
                groups,
                plane.server().metrics());
        autoscaler.start();
        informers.start();
        running.add(autoscaler);
        running.add(informers);
    }

    @Override
    public int count() {
        return count
                + autoscaling.groups().stream()
                        .mapToInt(NodeGroupChoice::minSize)
                        .sum();
    }

    @Override
    public String inWords() {
        String nodes = count
                + (count == 1 ? " simulated node" : " simulated nodes")
                + (because.isEmpty() ? "" : " (" + because + ")");
        return autoscaling.groups().isEmpty()
                ? nodes
                : nodes + " and "
                        + autoscaling.groups().stream()
                                .map(NodeGroupChoice::inWords)
                                .collect(Collectors.joining(", ", "those of ", ""));
    }

    @Override
    public void close() {
        for (AutoCloseable one : running.reversed()) {
            close(one);
        }
        running.clear();
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception failure) {
            throw new IllegalStateException("cannot stop simulated nodes: " + failure.getMessage(), failure);
        }
    }
}
