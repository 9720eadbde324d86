package dev.jarbor.network.service;

import java.util.List;

/**
 * What happens to new connections to one {@link Frontend}. Masquerading means that the backend sees the node's address
 * instead of the client's, so that its answers come back this way; a backend that connects to itself through a Service is
 * always masqueraded.
 */
public sealed interface Route {
    /** A cluster address: shared among {@code pool}; clients that are not pods are masqueraded. */
    record Internal(Pool pool) implements Route {}

    /** A node port or external address with the Cluster policy: shared among {@code pool}, masqueraded. */
    record External(Pool pool) implements Route {}

    /**
     * A node port or external address with the Local policy: outside clients go to {@code local} and keep their address,
     * or are dropped where it is empty, so that a load balancer notices; pods and this machine may use the whole {@code
     * cluster}, the machine masqueraded.
     */
    record ExternalLocal(Pool cluster, Pool local) implements Route {}

    /** A container's host port: to that pod alone; only loopback clients are masqueraded. */
    record HostPort(Pool pool) implements Route {}

    /** There is no endpoint: clients hear so at once. */
    record Refused() implements Route {}

    /** There are endpoints, none on this node, and the policy asks for one: no answer. */
    record Dropped() implements Route {}

    /** The pools that connections may go to. */
    default List<Pool> pools() {
        return switch (this) {
            case Internal internal -> List.of(internal.pool);
            case External external -> List.of(external.pool);
            case ExternalLocal both -> List.of(both.cluster, both.local);
            case HostPort host -> List.of(host.pool);
            case Refused refused -> List.of();
            case Dropped dropped -> List.of();
        };
    }
}
