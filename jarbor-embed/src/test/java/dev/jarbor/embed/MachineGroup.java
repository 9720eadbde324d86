package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeSpec;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.node.NodeSettings;
import dev.jarbor.scheduler.autoscaling.NodeGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Nodes of one size that come and go in a simulated world, and to which only those pods come that tolerate it. */
final class MachineGroup implements NodeGroup {
    /** With what its nodes are tainted. */
    static final String TAINT = "example.com/group";
    /** The label that names the group of a node. */
    static final String LABEL = "group";

    private static final Duration BOOT = Duration.ofSeconds(20);

    private final Jarbor cluster;
    private final String name;
    private final int minSize;
    private final int maxSize;
    private final String cpu;
    private final List<String> nodes = new ArrayList<>();
    private final Set<String> broken = new HashSet<>();
    private int made;
    private int duds;

    /** With as many as there are at least, on their way. */
    MachineGroup(Jarbor cluster, String name, int minSize, int maxSize, String cpu) {
        this.cluster = cluster;
        this.name = name;
        this.minSize = minSize;
        this.maxSize = maxSize;
        this.cpu = cpu;
        increase(minSize);
    }

    private SimulatedNode machine(String called) {
        return SimulatedNode.named(called)
                .withLabel(LABEL, name)
                .withTaint(TAINT, "", "NoSchedule")
                .withCapacity("cpu", cpu);
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
        return nodes.size();
    }

    @Override
    public List<String> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public Node template() {
        SimulatedNode like = machine(name);
        NodeSettings settings = NodeSettings.simulated(name, "0.0.0.0")
                .withLabels(like.labels())
                .withCapacity(like.capacity());
        Node node = Node.named(name);
        return node.withMetadata(node.metadata().withLabels(settings.registeredLabels()))
                .withSpec(NodeSpec.EMPTY.withTaints(like.taints()))
                .withStatus(NodeStatus.EMPTY
                        .withCapacity(settings.capacity())
                        .withAllocatable(settings.allocatable())
                        .withConditions(
                                List.of(NodeCondition.EMPTY.withType("Ready").withStatus("True"))));
    }

    /** The next machine that is asked for never comes up. */
    void haveADud() {
        duds++;
    }

    /** A machine stops for good. */
    void breakDown(String called) {
        broken.add(called);
        cluster.faults().loseNode(called);
    }

    /** Whether the machine never came up, or has stopped. */
    boolean isBroken(String called) {
        return broken.contains(called);
    }

    @Override
    public void increase(int more) {
        for (int i = 0; i < more; i++) {
            String next = name + "-" + made++;
            nodes.add(next);
            if (duds > 0) {
                duds--;
                broken.add(next);
            } else {
                cluster.runtime().schedule("boot of " + next, BOOT, () -> boot(next));
            }
        }
    }

    private void boot(String next) {
        if (nodes.contains(next)) {
            cluster.machines().add(machine(next), true);
        }
    }

    @Override
    public void decreaseTargetSize(int fewer) {
        throw new IllegalStateException("each node that was asked for has its machine");
    }

    @Override
    public void delete(List<String> names) {
        for (String gone : names) {
            if (nodes.remove(gone)
                    && cluster.api().find(Node.KIND, ObjectKey.cluster(gone)).isPresent()) {
                cluster.machines().lose(gone);
                cluster.api().delete(Node.KIND, ObjectKey.cluster(gone));
            }
        }
    }
}
