package dev.jarbor.server.stream;

import dev.jarbor.client.NodeConnection;
import dev.jarbor.client.NodeConnection.PortStream;
import java.io.IOException;

/** The pod that ports are forwarded to. */
public record PortTarget(NodeConnection node, String namespace, String pod, String uid) {
    PortStream open(int port) throws IOException {
        return node.portForward(namespace, pod, uid, port);
    }

    /** What the client is told where a connection to {@code port} could not be made or broke. */
    String failure(int port, Exception cause) {
        return "error forwarding port " + port + " to pod " + namespace + "/" + pod + ", uid " + uid + ": "
                + cause.getMessage();
    }
}
