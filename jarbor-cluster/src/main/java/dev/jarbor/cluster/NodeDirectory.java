package dev.jarbor.cluster;

import dev.jarbor.client.NodeConnection;
import dev.jarbor.server.NodeConnections;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The nodes that run in this process, by name: how the API server reaches them. */
public final class NodeDirectory implements NodeConnections {
    private final ConcurrentSkipListMap<String, NodeConnection> nodes = new ConcurrentSkipListMap<>();

    /** From now on the node {@code name} is reached by {@code connection}. */
    public void put(String name, NodeConnection connection) {
        nodes.put(name, connection);
    }

    /** From now on the node {@code name} cannot be reached. */
    public void remove(String name) {
        nodes.remove(name);
    }

    @Override
    public Optional<NodeConnection> to(String node) {
        return Optional.ofNullable(nodes.get(node));
    }
}
