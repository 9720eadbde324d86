package dev.jarbor.node.runtime;

import java.util.List;

/** What a network probe asks. {@code host} is an address or name; ports are numbers by now. */
public sealed interface ProbeTarget {
    String host();

    int port();

    /** An HTTP GET; 200 to 399 is success. */
    record Http(String scheme, String host, int port, String path, List<Header> headers) implements ProbeTarget {}

    /** A TCP connection that opens. */
    record Tcp(String host, int port) implements ProbeTarget {}

    /** The gRPC health check; SERVING is success. */
    record Grpc(String host, int port, String service) implements ProbeTarget {}

    /** One header of a request. */
    record Header(String name, String value) {}
}
