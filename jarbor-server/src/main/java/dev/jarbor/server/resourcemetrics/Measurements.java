package dev.jarbor.server.resourcemetrics;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.client.NodeConnection.ContainerUsage;
import dev.jarbor.client.NodeConnection.NodeUsage;
import dev.jarbor.client.NodeConnection.Usage;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Asks every node every quarter of a minute what it and its containers have used, and keeps the last two answers: what lies
 * between them is what the API tells. Bounded by the nodes and containers that there are; of a node that does not answer
 * nothing is told from the next look on.
 *
 * @see <a href="https://kubernetes-sigs.github.io/metrics-server/">metrics-server, as which it counts</a>
 */
public final class Measurements implements AutoCloseable {
    /** Between two looks. */
    public static final Duration RESOLUTION = Duration.ofSeconds(15);

    private static final System.Logger LOG = System.getLogger(Measurements.class.getName());

    private final Store store;
    private final Runtime runtime;
    private final Function<String, Optional<NodeConnection>> nodes;
    private volatile Map<String, NodeUsage> before = Map.of();
    private volatile State state = new State(Map.of(), Map.of());
    private volatile boolean closed;

    /** What there is to tell: of nodes by name, and of the containers of pods by their names. */
    private record State(Map<String, Rate> nodes, Map<ObjectKey, Map<String, Rate>> pods) {}

    /** @param nodes the way to a node by its name */
    public Measurements(Store store, Runtime runtime, Function<String, Optional<NodeConnection>> nodes) {
        this.store = store;
        this.runtime = runtime;
        this.nodes = nodes;
    }

    /** Begins to look. */
    public void start() {
        runtime.beat("node metrics", RESOLUTION, this::look);
    }

    /** What node {@code name} uses; empty where nobody knows. */
    Optional<Rate> node(String name) {
        return Optional.ofNullable(state.nodes.get(name));
    }

    /** What the containers of a pod use by their names; empty where that of one is not known. */
    Map<String, Rate> pod(ObjectKey pod) {
        return state.pods.getOrDefault(pod, Map.of());
    }

    private void look() {
        if (closed) {
            return;
        }
        try {
            var now = new TreeMap<String, NodeUsage>();
            store.snapshot()
                    .all("nodes")
                    .keySet()
                    .forEach(node -> ask(node.name()).ifPresent(usage -> now.put(node.name(), usage)));
            state = state(before, now);
            before = now;
        } finally {
            runtime.beat("node metrics", RESOLUTION, this::look);
        }
    }

    private Optional<NodeUsage> ask(String node) {
        Optional<NodeConnection> connection = nodes.apply(node);
        if (connection.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(connection.get().usage());
        } catch (IOException | RuntimeException silent) {
            LOG.log(System.Logger.Level.DEBUG, "node {0} does not tell what it uses: {1}", node, silent.getMessage());
            return Optional.empty();
        }
    }

    private static State state(Map<String, NodeUsage> before, Map<String, NodeUsage> now) {
        var nodes = new TreeMap<String, Rate>();
        var pods = new TreeMap<ObjectKey, Map<String, Rate>>();
        now.forEach((name, usage) -> {
            Optional<NodeUsage> earlier = Optional.ofNullable(before.get(name));
            earlier.flatMap(then -> Rate.between(then.node(), usage.node())).ifPresent(rate -> nodes.put(name, rate));
            pods(earlier.map(NodeUsage::containers).orElse(List.of()), usage.containers(), pods);
        });
        return new State(nodes, pods);
    }

    private static void pods(
            List<ContainerUsage> before, List<ContainerUsage> now, Map<ObjectKey, Map<String, Rate>> pods) {
        var earlier = new TreeMap<String, ContainerUsage>();
        before.forEach(one -> earlier.put(id(one), one));
        var incomplete = new ArrayList<ObjectKey>();
        for (ContainerUsage one : now) {
            var pod = new ObjectKey(one.container().namespace(), one.container().pod());
            rate(Optional.ofNullable(earlier.get(id(one))), one)
                    .ifPresentOrElse(
                            rate -> pods.computeIfAbsent(pod, absent -> new TreeMap<>())
                                    .put(one.container().container(), rate),
                            () -> incomplete.add(pod));
        }
        incomplete.forEach(pods::remove);
    }

    private static Optional<Rate> rate(Optional<ContainerUsage> before, ContainerUsage now) {
        Optional<Usage> then = before.filter(earlier -> earlier.startedAt().equals(now.startedAt()))
                .map(ContainerUsage::usage);
        return then.isPresent()
                ? Rate.between(then.get(), now.usage())
                : Rate.sinceStart(now.startedAt(), now.usage(), RESOLUTION);
    }

    private static String id(ContainerUsage one) {
        return one.container().uid() + "/" + one.container().container();
    }

    @Override
    public void close() {
        closed = true;
    }
}
