package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourcePool;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.scheduler.SchedulingSimulation;
import dev.jarbor.scheduler.dynamicresources.ImaginedDevices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cluster at one moment, as the autoscaler decides about it.
 *
 * @param owners who makes pods anew
 * @param fleet how the nodes and groups are
 * @param devices of the nodes, and who has them
 */
record ClusterView(
        Instant now,
        List<Node> nodes,
        List<Pod> pods,
        List<Namespace> namespaces,
        List<DaemonSet> daemonSets,
        List<PodDisruptionBudget> budgets,
        Owners owners,
        List<NodeGroup> groups,
        Fleet fleet,
        Devices devices) {

    private static final String HOST = "kubernetes.io/hostname";
    private static final String DELAY = "cluster-autoscaler.kubernetes.io/pod-scale-up-delay";
    /** Pods that are younger may be the first of many. */
    private static final Duration YOUNG = Duration.ofSeconds(2);

    /** Devices, and who has them. */
    record Devices(List<ResourceClaim> claims, List<DeviceClass> classes, List<ResourceSlice> slices) {
        static final Devices NONE = new Devices(List.of(), List.of(), List.of());
    }

    /** How many nodes of {@code group} are on their way. */
    int coming(NodeGroup group) {
        List<String> own = group.nodes();
        long ready = nodes.stream()
                .filter(Readiness::isReady)
                .filter(node -> own.contains(node.name()))
                .count();
        long given = own.stream().filter(fleet.lost()::contains).count();
        return (int) Math.max(0, group.targetSize() - ready - given);
    }

    /**
     * Pods that the scheduler has found no node for. Not those that belong to nodes, that others may push aside, or for
     * which others are being pushed aside already.
     */
    List<Pod> unschedulable() {
        return pods.stream()
                .filter(pod ->
                        pod.spec().nodeName().isEmpty() && !pod.metadata().hasDeletionTimestamp())
                .filter(pod -> pod.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals("PodScheduled")
                                && condition.status().equals("False")
                                && condition.reason().equals("Unschedulable")))
                .filter(pod -> !PodRules.isOfDaemonSet(pod) && !PodRules.isExpendable(pod))
                .filter(pod -> pod.status().nominatedNodeName().isEmpty())
                .toList();
    }

    /** Pods on nodes that go: they will have to be somewhere else. */
    private List<Pod> leaving() {
        var going = nodes.stream()
                .filter(Draining::isMarked)
                .map(Node::name)
                .filter(name -> groupOf(name).isPresent())
                .collect(Collectors.toSet());
        return pods.stream()
                .filter(pod -> going.contains(pod.spec().nodeName()) && PodRules.isMovable(pod))
                .toList();
    }

    /** Whether {@code pod} waits long enough for room to be made, by what its annotation asks for. */
    private boolean isOldEnough(Pod pod) {
        Duration delay = Optional.ofNullable(pod.metadata().annotations().get(DELAY))
                .flatMap(ClusterView::duration)
                .filter(asked -> !asked.isNegative())
                .orElse(Duration.ZERO);
        return pod.metadata()
                .creationTimestamp()
                .filter(made -> Duration.between(made, now).compareTo(delay) < 0)
                .isEmpty();
    }

    private static Optional<Duration> duration(String text) {
        try {
            return Optional.of(GoDuration.parse(text));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** Whether all of {@code waiting} are so young that more may follow. */
    boolean areNew(List<Pod> waiting) {
        return waiting.stream()
                .allMatch(pod -> pod.metadata()
                        .creationTimestamp()
                        .filter(made -> made.plus(YOUNG).isAfter(now))
                        .isPresent());
    }

    /** The pods on node {@code name} that have not ended. */
    List<Pod> on(String name) {
        return pods.stream()
                .filter(pod -> pod.spec().nodeName().equals(name) && !PodRules.isFinished(pod))
                .toList();
    }

    Optional<NodeGroup> groupOf(String node) {
        return groups.stream().filter(group -> group.nodes().contains(node)).findFirst();
    }

    boolean isRegistered(String node) {
        return nodes.stream().anyMatch(one -> one.name().equals(node));
    }

    /**
     * The cluster with all nodes that are on their way, and as many of the waiting pods on them as find room.
     *
     * @param waiting the pods that find none
     */
    record Packed(SchedulingSimulation simulation, List<Pod> waiting) {}

    Packed packed(RandomGenerator random) {
        List<Node> there = nodes.stream()
                .filter(node -> !fleet.starting().contains(node.name()))
                .toList();
        List<Pod> placed = pods.stream()
                .filter(pod -> !pod.spec().nodeName().isEmpty() && !PodRules.isFinished(pod))
                .filter(pod -> !PodRules.isExpendable(pod))
                .toList();
        var imagined = new ImaginedDevices(devices.claims(), devices.classes(), devices.slices());
        fleet.starting().forEach(imagined::withdraw);
        SchedulingSimulation simulation = SchedulingSimulation.of(there, placed, namespaces, imagined, random);
        pods.stream()
                .filter(pod -> pod.spec().nodeName().isEmpty()
                        && !pod.status().nominatedNodeName().isEmpty())
                .forEach(pod -> simulation.put(pod, pod.status().nominatedNodeName()));
        for (NodeGroup group : groups) {
            int count = coming(group);
            for (int coming = 0; coming < count; coming++) {
                addTemplate(simulation, group, "upcoming-" + coming + "-of-" + group.name());
            }
        }
        var waiting = new ArrayList<Pod>();
        Stream.concat(unschedulable().stream(), leaving().stream())
                .filter(pod -> simulation.place(pod).isEmpty())
                .filter(this::isOldEnough)
                .forEach(waiting::add);
        return new Packed(simulation, waiting);
    }

    /** Adds a node of {@code group} with the pods that every node gets. */
    void addTemplate(SchedulingSimulation simulation, NodeGroup group, String name) {
        Node template = group.template();
        Node node = template.withMetadata(template.metadata().withName(name));
        var labels = new TreeMap<>(node.metadata().labels());
        labels.put(HOST, name);
        node = node.withMetadata(node.metadata().withLabels(labels));
        simulation.add(node, slices(group, template.name(), name));
        var daemons = new ArrayList<Pod>();
        for (DaemonSet set : daemonSets) {
            daemons.add(Pod.named(set.namespace(), set.name() + "-on-" + name)
                    .withSpec(set.spec().template().spec()));
        }
        for (Pod daemon : daemons) {
            if (simulation.obstacles(daemon, name).isEmpty()) {
                simulation.put(daemon, name);
            }
        }
    }

    /** What the drivers of a new node will publish: the same as those of another node of its group. */
    private List<ResourceSlice> slices(NodeGroup group, String template, String name) {
        List<String> own = group.nodes();
        Optional<String> known = nodes.stream()
                .filter(Readiness::isReady)
                .map(Node::name)
                .filter(own::contains)
                .findFirst();
        String like = known.orElse(template);
        return (known.isPresent() ? devices.slices() : group.devices())
                .stream()
                        .filter(slice -> slice.spec().nodeName().equals(like))
                        .map(slice -> renamed(slice, name))
                        .toList();
    }

    private static ResourceSlice renamed(ResourceSlice slice, String node) {
        ResourcePool pool = slice.spec().pool();
        return slice.withMetadata(slice.metadata().withName(slice.name() + "-of-" + node))
                .withSpec(slice.spec().withNodeName(node).withPool(pool.withName(pool.name() + "-of-" + node)));
    }
}
