package dev.jarbor.network.service;

import java.time.Duration;
import java.util.List;

/**
 * StoredServices that share connections by chance, each as likely as the other.
 *
 * @param service names the Service's port: {@code namespace/name/protocol/port name}; pools of the same one share what
 *     they remember of clients
 * @param protocol of the Service's port, and so of its backends
 * @param scope which of the Service's endpoints these are
 * @param backends in order, each once
 * @param affinity how long a client stays with its backend after its last connection; zero for not at all
 */
public record Pool(String service, Protocol protocol, Scope scope, List<Backend> backends, Duration affinity) {
    public Pool {
        backends = List.copyOf(backends);
        if (affinity.isNegative()) {
            throw new IllegalArgumentException("negative affinity " + affinity);
        }
    }

    public boolean isEmpty() {
        return backends.isEmpty();
    }

    public boolean hasAffinity() {
        return affinity.isPositive();
    }

    /** All usable endpoints of a Service, or those on this node. */
    public enum Scope {
        CLUSTER,
        LOCAL
    }
}
