package dev.jarbor.cluster;

import dev.jarbor.cluster.options.EncryptionSettings;
import dev.jarbor.cluster.options.StoreChoice;
import java.util.List;
import java.util.function.Consumer;

/**
 * What {@code jarbor up} decides about a cluster on this machine.
 *
 * @param folder where its files live; prepared and locked by the caller
 * @param nodes which nodes it gets
 * @param port of the API; 0 for any free one
 * @param store where its objects are kept
 * @param encryption how they are sealed before they are written to a disk
 * @param autoscaling which simulated nodes come and go by themselves
 * @param loadBalancerPool the addresses of Services of type LoadBalancer; none for those of the nodes
 * @param progress told, in one line each, what is chosen and why
 */
public record ClusterSettings(
        DataFolder folder,
        NodeChoice nodes,
        int port,
        StoreChoice store,
        EncryptionSettings encryption,
        AutoscalingChoice autoscaling,
        List<String> loadBalancerPool,
        Consumer<String> progress) {
    /** @throws CannotStart where nodes are to come and go that cannot */
    public ClusterSettings {
        autoscaling.check(nodes, store);
        loadBalancerPool = List.copyOf(loadBalancerPool);
    }

    /** With the addresses of the nodes for load balancers. */
    public ClusterSettings(
            DataFolder folder,
            NodeChoice nodes,
            int port,
            StoreChoice store,
            EncryptionSettings encryption,
            Consumer<String> progress) {
        this(folder, nodes, port, store, encryption, AutoscalingChoice.NONE, List.of(), progress);
    }

    /** In memory: for clusters that are not to outlive their process. */
    public ClusterSettings(DataFolder folder, NodeChoice nodes, int port, Consumer<String> progress) {
        this(folder, nodes, port, StoreChoice.memory(), EncryptionSettings.NONE, progress);
    }

    /** The same with addresses of their own for load balancers. */
    public ClusterSettings withLoadBalancerPool(List<String> addresses) {
        return new ClusterSettings(folder, nodes, port, store, encryption, autoscaling, addresses, progress);
    }

    /** The same with nodes that come and go. */
    public ClusterSettings withAutoscaling(AutoscalingChoice other) {
        return new ClusterSettings(folder, nodes, port, store, encryption, other, loadBalancerPool, progress);
    }

    /** Services get their addresses from here; pods never do. */
    static final String SERVICE_CIDR = "10.43.0.0/16";
    /** The Service {@code kubernetes}: the first address of the range. */
    static final String SERVICE_ADDRESS = "10.43.0.1";
    /** The cluster's name server. */
    static final String DNS_ADDRESS = "10.43.0.10";
    /** The pods of the node on this machine. */
    static final String POD_CIDR = "10.42.0.0/24";
    /** How much of all pods' addresses one node gets. */
    static final int POD_PREFIX = 24;
    /** The pods of all nodes. */
    static final String CLUSTER_CIDR = "10.42.0.0/16";

    static final String DOMAIN = "cluster.local";
}
