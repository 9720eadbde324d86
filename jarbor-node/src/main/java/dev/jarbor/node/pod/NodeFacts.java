package dev.jarbor.node.pod;

import java.util.List;

/**
 * What a pod's status says about its node.
 *
 * @param addresses the node's addresses, the primary one first; shown as hostIP and hostIPs
 * @param runtime the runtime's name, the scheme of container ids such as {@code containerd://…}
 */
public record NodeFacts(List<String> addresses, String runtime) {
    public NodeFacts {
        addresses = List.copyOf(addresses);
    }

    public String hostIp() {
        return addresses.isEmpty() ? "" : addresses.get(0);
    }
}
