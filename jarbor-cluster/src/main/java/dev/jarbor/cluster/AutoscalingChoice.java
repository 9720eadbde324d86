package dev.jarbor.cluster;

import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.scheduler.autoscaling.AutoscalerSettings;
import dev.jarbor.scheduler.autoscaling.Expander;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which nodes come and go by themselves, and by which rule: what {@code --node-group} and the options beside it say.
 *
 * @param groups none for a cluster whose nodes stay as they are
 */
public record AutoscalingChoice(List<NodeGroupChoice> groups, AutoscalerSettings settings) {
    /** No node comes or goes by itself. */
    public static final AutoscalingChoice NONE = new AutoscalingChoice(List.of(), AutoscalerSettings.DEFAULT);

    public AutoscalingChoice {
        groups = List.copyOf(groups);
    }

    /**
     * @param groups as {@link NodeGroupChoice#parse} reads them
     * @param expander how to choose between groups, in the reference's words; of several, each chooses between what the one before left
     * @param balance whether groups that are alike grow together
     * @throws CannotStart for what cannot be read
     */
    public static AutoscalingChoice parse(List<String> groups, String expander, boolean balance) {
        Expander chosen = Stream.of(expander.split(",", -1))
                .map(AutoscalingChoice::expander)
                .reduce(Expander::then)
                .orElse(Expander.LEAST_WASTE);
        return new AutoscalingChoice(
                NodeGroupChoice.parse(groups),
                AutoscalerSettings.DEFAULT.withExpander(chosen).withBalance(balance));
    }

    private static Expander expander(String name) {
        return switch (name) {
            case "random" -> Expander.RANDOM;
            case "most-pods" -> Expander.MOST_PODS;
            case "least-waste" -> Expander.LEAST_WASTE;
            default -> throw new CannotStart("--expander " + name + ": expected least-waste, most-pods or random");
        };
    }

    /** @throws CannotStart where such nodes cannot be beside {@code nodes}, or in a cluster on {@code store} */
    public void check(NodeChoice nodes, StoreChoice store) {
        if (groups.isEmpty()) {
            return;
        }
        if (nodes instanceof NodeChoice.Containerd || nodes instanceof NodeChoice.Auto) {
            throw new CannotStart("--node-group: its nodes are simulated; give --nodes sim=N, or none, with it");
        }
        if (store instanceof StoreChoice.Etcd) {
            throw new CannotStart("--node-group: servers that share an etcd would each add nodes for the same pods;"
                    + " keep this cluster's objects in its data folder");
        }
    }
}
