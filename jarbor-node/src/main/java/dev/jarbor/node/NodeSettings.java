package dev.jarbor.node;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.NodeSystemInfo;
import dev.jarbor.api.core.v1.Taint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What makes one node: its name, size and surroundings.
 *
 * @param name the Node object's name
 * @param labels beside the well-known ones that the agent adds
 * @param taints that the node has when it registers
 * @param addresses the node's own addresses, the primary one first
 * @param capacity cpu, memory, ephemeral-storage and pods
 * @param reserved what of the capacity pods do not get
 * @param system facts about the machine, for {@code status.nodeInfo}
 * @param dns what pods' resolv.conf says
 * @param dataFolder where volumes and logs live; "" where nothing is written (simulated nodes)
 * @param cgroupRoot the control group of all pods, such as {@code /jarbor}; "" for the runtime's own
 * @param port where the node's HTTPS endpoint listens; 0 for none
 * @param workers how many pods may be looked at at once
 */
public record NodeSettings(
        String name,
        SortedMap<String, String> labels,
        List<Taint> taints,
        List<String> addresses,
        SortedMap<String, Quantity> capacity,
        SortedMap<String, Quantity> reserved,
        NodeSystemInfo system,
        ClusterDns dns,
        String dataFolder,
        String cgroupRoot,
        int port,
        int workers) {
    private static final SortedMap<String, Quantity> SIMULATED =
            amounts(Map.of("cpu", "4", "memory", "8Gi", "ephemeral-storage", "100Gi", "pods", "110"));

    public NodeSettings {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        taints = List.copyOf(taints);
        addresses = List.copyOf(addresses);
        capacity = Collections.unmodifiableSortedMap(new TreeMap<>(capacity));
        reserved = Collections.unmodifiableSortedMap(new TreeMap<>(reserved));
    }

    /**
     * The cluster's name service.
     *
     * @param servers addresses of the cluster's DNS service; none while there is none
     * @param domain such as {@code cluster.local}
     * @param hostServers the servers that the node itself asks
     * @param hostSearches the domains that the node itself searches
     */
    public record ClusterDns(List<String> servers, String domain, List<String> hostServers, List<String> hostSearches) {
        public ClusterDns {
            servers = List.copyOf(servers);
            hostServers = List.copyOf(hostServers);
            hostSearches = List.copyOf(hostSearches);
        }

        public static final ClusterDns NONE = new ClusterDns(List.of(), "cluster.local", List.of(), List.of());
    }

    /** A simulated machine of 4 cores and 8 GiB. */
    public static NodeSettings simulated(String name, String address) {
        return new NodeSettings(
                name,
                Collections.emptySortedMap(),
                List.of(),
                List.of(address),
                SIMULATED,
                Collections.emptySortedMap(),
                NodeSystemInfo.EMPTY
                        .withArchitecture("amd64")
                        .withOperatingSystem("linux")
                        .withKernelVersion("simulated")
                        .withOsImage("Jarbor simulated node")
                        .withMachineID("")
                        .withSystemUUID("")
                        .withBootID("")
                        .withKubeletVersion("v1.36.0-jarbor")
                        .withKubeProxyVersion(""),
                ClusterDns.NONE,
                "",
                "",
                0,
                4);
    }

    public NodeSettings withDns(ClusterDns other) {
        return new NodeSettings(
                name,
                labels,
                taints,
                addresses,
                capacity,
                reserved,
                system,
                other,
                dataFolder,
                cgroupRoot,
                port,
                workers);
    }

    public NodeSettings withLabels(Map<String, String> other) {
        return new NodeSettings(
                name,
                new TreeMap<>(other),
                taints,
                addresses,
                capacity,
                reserved,
                system,
                dns,
                dataFolder,
                cgroupRoot,
                port,
                workers);
    }

    public NodeSettings withTaints(List<Taint> other) {
        return new NodeSettings(
                name, labels, other, addresses, capacity, reserved, system, dns, dataFolder, cgroupRoot, port, workers);
    }

    public NodeSettings withCapacity(Map<String, Quantity> other) {
        return new NodeSettings(
                name,
                labels,
                taints,
                addresses,
                new TreeMap<>(other),
                reserved,
                system,
                dns,
                dataFolder,
                cgroupRoot,
                port,
                workers);
    }

    public NodeSettings withPort(int other) {
        return new NodeSettings(
                name,
                labels,
                taints,
                addresses,
                capacity,
                reserved,
                system,
                dns,
                dataFolder,
                cgroupRoot,
                other,
                workers);
    }

    /** The labels that the node registers with: its own and the well-known ones. */
    public SortedMap<String, String> registeredLabels() {
        var all = new TreeMap<>(labels);
        all.put("kubernetes.io/hostname", name);
        for (String prefix : List.of("kubernetes.io/", "beta.kubernetes.io/")) {
            all.put(prefix + "os", system.operatingSystem());
            all.put(prefix + "arch", system.architecture());
        }
        return all;
    }

    /** What pods may have together: the capacity without what is reserved. */
    public SortedMap<String, Quantity> allocatable() {
        var rest = new TreeMap<>(capacity);
        reserved.forEach((resource, amount) -> rest.computeIfPresent(
                resource, (same, all) -> all.subtract(amount).max(Quantity.ZERO)));
        return rest;
    }

    private static SortedMap<String, Quantity> amounts(Map<String, String> texts) {
        var amounts = new TreeMap<String, Quantity>();
        texts.forEach((resource, text) -> amounts.put(resource, Quantity.parse(text)));
        return Collections.unmodifiableSortedMap(amounts);
    }
}
