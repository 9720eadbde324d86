package dev.jarbor.scheduler;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.ResourceRequirements;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Nodes and pods as the tests need them. */
public final class Samples {
    private Samples() {}

    public static Node node(String name, String cpu, String memory) {
        Node node = Node.named(name);
        return node.withMetadata(node.metadata().withLabels(Map.of("kubernetes.io/hostname", name)))
                .withStatus(NodeStatus.EMPTY.withAllocatable(Map.of(
                        "cpu", Quantity.parse(cpu), "memory", Quantity.parse(memory), "pods", Quantity.parse("110"))));
    }

    public static Node labeled(Node node, String key, String value) {
        var labels = new TreeMap<>(node.metadata().labels());
        labels.put(key, value);
        return node.withMetadata(node.metadata().withLabels(labels));
    }

    public static Pod pod(String name, String cpu) {
        Container container = Container.EMPTY
                .withName("main")
                .withResources(ResourceRequirements.EMPTY.withRequests(Map.of("cpu", Quantity.parse(cpu))));
        return Pod.named("default", name)
                .withSpec(PodSpec.EMPTY.withSchedulerName(Scheduler.NAME).withContainers(List.of(container)));
    }

    public static Pod labeled(Pod pod, String key, String value) {
        return pod.withMetadata(pod.metadata().withLabels(Map.of(key, value)));
    }
}
