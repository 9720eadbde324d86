package dev.jarbor.network.cni;

import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import java.nio.file.Path;
import java.util.List;

/**
 * The network of one node's pods.
 *
 * @param kind how pods are connected
 * @param pods the addresses of this node's pods; the first is the node's own towards them
 * @param services the addresses of Services
 * @param mtu the largest packet in bytes; 0 for that of the default route
 * @param configuration the folder that the container runtime reads ({@code conf_dir})
 * @param addresses the folder where host-local keeps the addresses in use
 * @param ownAddresses service addresses that processes of this machine answer on, such as that of cluster DNS
 */
public record PodNetworkSettings(
        Kind kind, Cidr pods, Cidr services, int mtu, Path configuration, Path addresses, List<Ipv4> ownAddresses) {
    public PodNetworkSettings {
        ownAddresses = List.copyOf(ownAddresses);
    }

    /** A routed network of the default route's MTU. */
    public static PodNetworkSettings routed(
            Cidr pods, Cidr services, Path configuration, Path addresses, List<Ipv4> ownAddresses) {
        return new PodNetworkSettings(Kind.ROUTED, pods, services, 0, configuration, addresses, ownAddresses);
    }

    /** How pods are connected. */
    public enum Kind {
        /** Each pod by a link of its own to the machine, which routes (CNI plugin ptp). */
        ROUTED,
        /** All pods of the node on one bridge (CNI plugin bridge); needs the kernel's br_netfilter. */
        BRIDGED
    }
}
