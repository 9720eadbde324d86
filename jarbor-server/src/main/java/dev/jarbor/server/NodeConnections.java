package dev.jarbor.server;

import dev.jarbor.client.NodeConnection;
import java.util.Optional;

/** Finds the way to a node by its name; empty when the server has none. */
public interface NodeConnections {
    Optional<NodeConnection> to(String node);
}
