package dev.jarbor.server.outbound;

import java.io.IOException;

/** Finds who answers for a Service. */
public interface ServiceResolver {
    /**
     * A way to one of the Service's endpoints.
     *
     * @param port the Service's port
     * @throws IOException when there is no such Service or port, or nobody answers for it
     */
    Dialer resolve(String namespace, String name, int port) throws IOException;
}
