package dev.jarbor.node;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ContainerImage;
import dev.jarbor.api.core.v1.DaemonEndpoint;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeAddress;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.NodeDaemonEndpoints;
import dev.jarbor.api.core.v1.NodeStatus;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Informer;
import dev.jarbor.node.runtime.ContainerRuntime;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.RuntimeHealth;
import dev.jarbor.node.runtime.RuntimeVersion;
import dev.jarbor.node.volume.AttachableVolumes;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Keeps the Node object: makes it, and writes its status when something changed or five minutes have passed. Looked at
 * every ten seconds, as the reference does since node leases carry the heartbeat (KEP-589).
 */
final class NodeRegistration {
    static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration REPORT = Duration.ofMinutes(5);
    private static final int MOST_IMAGES = 50;
    private static final int MOST_NAMES = 5;
    /** The conditions that the agent reports. */
    private static final List<String> OWN = List.of("MemoryPressure", "DiskPressure", "PIDPressure", "Ready");

    private static final String MANAGED = "volumes.kubernetes.io/controller-managed-attach-detach";

    private final Api api;
    private final Informer<Node> copy;
    private final Runtime runtime;
    private final ContainerRuntime containers;
    private final AttachableVolumes attachable;
    private final NodeSettings settings;
    private Instant reported = Instant.EPOCH;
    private Optional<Seen> last = Optional.empty();

    /** What the last look was at: where it is the same again, there is nothing to do. */
    private record Seen(
            Node node, RuntimeVersion runtime, RuntimeHealth health, List<ImageRecord> images, List<String> inUse) {}

    /** @param copy of the node alone */
    NodeRegistration(
            Api api,
            Informer<Node> copy,
            Runtime runtime,
            ContainerRuntime containers,
            AttachableVolumes attachable,
            NodeSettings settings) {
        this.api = api;
        this.copy = copy;
        this.runtime = runtime;
        this.containers = containers;
        this.attachable = attachable;
        this.settings = settings;
    }

    /** Takes over from an agent that has kept the node until now: its last report was one. */
    void takeOver() {
        reported = current().stream()
                .flatMap(node -> node.status().conditions().stream())
                .flatMap(condition -> condition.lastHeartbeatTime().stream())
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /** One look: registers the node where it is missing, then brings its status up to date. */
    Node keep() {
        Node node = seenLast().orElseGet(this::create);
        boolean due = Duration.between(reported, runtime.now()).compareTo(REPORT) >= 0;
        boolean same = seen(node).equals(last);
        if (same && !due) {
            return node;
        }
        node = same ? node : relabel(node);
        NodeStatus wanted = same ? beating(node.status()) : status(node.status());
        if (due || !withoutHeartbeats(wanted).equals(withoutHeartbeats(node.status()))) {
            node = api.updateStatus(Node.KIND, node.withStatus(wanted));
            reported = runtime.now();
        }
        last = seen(node);
        return node;
    }

    /** What {@link #status} says where nothing has changed: the same, with another time in what is the agent's own. */
    private NodeStatus beating(NodeStatus before) {
        return before.withConditions(before.conditions().stream()
                .map(condition ->
                        OWN.contains(condition.type()) ? condition.withLastHeartbeatTime(runtime.now()) : condition)
                .toList());
    }

    private Optional<Seen> seen(Node node) {
        return Optional.of(new Seen(
                node,
                containers.version(),
                containers.health(),
                containers.images(),
                attachable.inUse(node.status().volumesInUse())));
    }

    private Node create() {
        Node wanted = Node.named(settings.name());
        wanted = wanted.withMetadata(wanted.metadata()
                        .withLabels(settings.registeredLabels())
                        .withAnnotations(Map.of(MANAGED, "true")))
                .withSpec(wanted.spec().withTaints(settings.taints()));
        try {
            return api.create(Node.KIND, wanted.withStatus(status(NodeStatus.EMPTY)));
        } catch (ApiException refused) {
            if (refused.isAlreadyExists()) {
                return api.get(Node.KIND, ObjectKey.cluster(settings.name()));
            }
            throw refused;
        }
    }

    /** Puts back the labels that are the agent's own to say, and that it leaves the attaching of volumes to others. */
    private Node relabel(Node node) {
        var labels = new TreeMap<>(node.metadata().labels());
        labels.putAll(settings.registeredLabels());
        var annotations = new TreeMap<>(node.metadata().annotations());
        annotations.put(MANAGED, "true");
        boolean same = labels.equals(new TreeMap<>(node.metadata().labels()))
                && annotations.equals(new TreeMap<>(node.metadata().annotations()));
        return same
                ? node
                : api.update(
                        Node.KIND,
                        node.withMetadata(node.metadata().withLabels(labels).withAnnotations(annotations)));
    }

    private NodeStatus status(NodeStatus before) {
        List<NodeAddress> addresses = Stream.concat(
                        settings.addresses().stream().map(ip -> address("InternalIP", ip)),
                        Stream.of(address("Hostname", settings.name())))
                .toList();
        NodeStatus status = before.withAddresses(addresses)
                .withCapacity(settings.capacity())
                .withAllocatable(settings.allocatable())
                .withNodeInfo(settings.system()
                        .withContainerRuntimeVersion(containers.version().toString()))
                .withImages(images())
                .withConditions(conditions(before));
        List<String> inUse = attachable.inUse(before.volumesInUse());
        status = inUse.isEmpty() ? status.withoutVolumesInUse() : status.withVolumesInUse(inUse);
        return settings.port() == 0
                ? status
                : status.withDaemonEndpoints(
                        NodeDaemonEndpoints.EMPTY.withKubeletEndpoint(DaemonEndpoint.EMPTY.withPort(settings.port())));
    }

    private static NodeAddress address(String type, String address) {
        return NodeAddress.EMPTY.withType(type).withAddress(address);
    }

    private List<ContainerImage> images() {
        return containers.images().stream()
                .sorted(Comparator.comparingLong(ImageRecord::size).reversed().thenComparing(ImageRecord::id))
                .limit(MOST_IMAGES)
                .map(image -> ContainerImage.EMPTY
                        .withNames(Stream.concat(image.digests().stream(), image.tags().stream())
                                .limit(MOST_NAMES)
                                .toList())
                        .withSizeBytes(image.size()))
                .toList();
    }

    private List<NodeCondition> conditions(NodeStatus before) {
        RuntimeHealth health = containers.health();
        var conditions = new ArrayList<NodeCondition>();
        conditions.add(condition(
                before,
                "MemoryPressure",
                false,
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available"));
        conditions.add(
                condition(before, "DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"));
        conditions.add(condition(
                before, "PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"));
        conditions.add(
                health.ready()
                        ? condition(before, "Ready", true, "KubeletReady", "kubelet is posting ready status")
                        : condition(before, "Ready", false, "KubeletNotReady", health.message()));
        before.conditions().stream()
                .filter(other -> conditions.stream().noneMatch(own -> own.type().equals(other.type())))
                .forEach(conditions::add);
        return conditions;
    }

    private NodeCondition condition(NodeStatus before, String type, boolean holds, String reason, String message) {
        String status = holds ? "True" : "False";
        Instant since = before.conditions().stream()
                .filter(old -> old.type().equals(type) && old.status().equals(status))
                .findFirst()
                .flatMap(NodeCondition::lastTransitionTime)
                .orElse(runtime.now());
        return NodeCondition.EMPTY
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastHeartbeatTime(runtime.now())
                .withLastTransitionTime(since);
    }

    static NodeStatus withoutHeartbeats(NodeStatus status) {
        return new NodeStatus(status.value()
                .with(
                        "conditions",
                        Fields.listOf(
                                status.conditions(),
                                condition -> condition.value().without("lastHeartbeatTime"))));
    }

    /** As the copy has it: what is decided on an older state of the node is refused, and decided again. */
    private Optional<Node> seenLast() {
        return copy.synced() ? copy.get(ObjectKey.cluster(settings.name())) : current();
    }

    Optional<Node> current() {
        return api.find(Node.KIND, ObjectKey.cluster(settings.name()));
    }
}
