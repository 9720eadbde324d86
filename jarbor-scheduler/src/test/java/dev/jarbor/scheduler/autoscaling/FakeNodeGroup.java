package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Nodes that register some time after they were asked for. */
final class FakeNodeGroup implements NodeGroup {
    private static final Duration BOOT = Duration.ofSeconds(90);

    private final FakeApi api;
    private final Runtime runtime;
    private final String name;
    private final int minSize;
    private final int maxSize;
    private final String cpu;
    private final List<String> nodes = new ArrayList<>();
    private Map<String, String> labels;
    private boolean registers = true;
    private int left = Integer.MAX_VALUE;
    private int made;
    private int missing;
    private boolean makes = true;
    private List<ResourceSlice> devices = List.of();
    private boolean refuses;

    FakeNodeGroup(FakeApi api, Runtime runtime, String name, int minSize, int maxSize, String cpu) {
        this.api = api;
        this.runtime = runtime;
        this.name = name;
        this.minSize = minSize;
        this.maxSize = maxSize;
        this.cpu = cpu;
        this.labels = Map.of("group", name);
    }

    /** With nodes labelled so. */
    FakeNodeGroup labelled(Map<String, String> other) {
        labels = other;
        return this;
    }

    /** With nodes whose drivers publish such devices. */
    void publishing(ResourceSlice slice) {
        devices = List.of(slice);
    }

    @Override
    public List<ResourceSlice> devices() {
        return devices;
    }

    /** Whether nodes that are made from now on are ever heard of. */
    void registers(boolean other) {
        registers = other;
    }

    /** How many nodes its owner still has to give. */
    void left(int count) {
        left = count;
    }

    /** Whether its owner takes no nodes back. */
    void refuses(boolean other) {
        refuses = other;
    }

    /** A ready node with so many cores. */
    static Node node(String name, String cpu, Map<String, String> labels) {
        Node node = Node.named(name);
        var all = new TreeMap<>(labels);
        all.put("kubernetes.io/hostname", name);
        return node.withMetadata(node.metadata().withLabels(all))
                .withStatus(NodeStatus.EMPTY
                        .withAllocatable(Map.of(
                                "cpu",
                                Quantity.parse(cpu),
                                "memory",
                                Quantity.parse("32Gi"),
                                "pods",
                                Quantity.parse("110")))
                        .withConditions(
                                List.of(NodeCondition.EMPTY.withType("Ready").withStatus("True"))));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int minSize() {
        return minSize;
    }

    @Override
    public int maxSize() {
        return maxSize;
    }

    @Override
    public int targetSize() {
        return nodes.size() + missing;
    }

    /** Whether nodes that are asked for from now on ever get a machine. */
    void makes(boolean machines) {
        makes = machines;
    }

    @Override
    public void decreaseTargetSize(int fewer) {
        if (fewer > missing) {
            throw new IllegalStateException("they are there");
        }
        missing -= fewer;
    }

    @Override
    public List<String> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public Node template() {
        return node("template", cpu, labels);
    }

    @Override
    public void increase(int more) {
        if (more > left) {
            throw new IllegalStateException("out of stock");
        }
        left -= more;
        if (!makes) {
            missing += more;
            return;
        }
        boolean heard = registers;
        for (int i = 0; i < more; i++) {
            String fresh = name + "-" + made++;
            nodes.add(fresh);
            runtime.schedule("boot of " + fresh, BOOT, () -> {
                if (heard && nodes.contains(fresh)) {
                    api.put(Node.KIND, node(fresh, cpu, labels));
                }
            });
        }
    }

    @Override
    public void delete(List<String> names) {
        if (refuses) {
            throw new IllegalStateException("not now");
        }
        nodes.removeAll(names);
        names.forEach(one ->
                api.find(Node.KIND, ObjectKey.cluster(one)).ifPresent(present -> api.delete(Node.KIND, present.key())));
    }
}
