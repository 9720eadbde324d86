package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.resource.v1.ResourceSlice;
import java.util.List;

/**
 * Nodes that are all alike, and of which there may be more or fewer: what the owner of machines provides. Calls begin
 * something and return; nodes come and go later, as Node objects.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler">Cluster Autoscaler</a>
 */
public interface NodeGroup {
    /** Unlike that of any other group. */
    String name();

    int minSize();

    int maxSize();

    /** How many nodes there shall be, those included that are on their way. */
    int targetSize();

    /**
     * The names of the nodes that belong to it, whether they have registered or not; fewer than the target size while some
     * have no machine yet.
     */
    List<String> nodes();

    /** A node as it would be, without a name: labels, taints and what it has for pods. */
    Node template();

    /**
     * What the drivers of such a node would publish of its devices; each slice names the node as {@link #template} does.
     * Of a group that has a ready node, what that node's drivers publish is what counts.
     */
    default List<ResourceSlice> devices() {
        return List.of();
    }

    /**
     * Makes {@code more} nodes come; the target size grows at once.
     *
     * @throws IllegalStateException where its owner has none to give
     */
    void increase(int more);

    /**
     * Gives up {@code fewer} nodes that were asked for and of which there is no machine: the target size shrinks, and nothing
     * else happens.
     *
     * @throws IllegalStateException where there are not so many of them
     */
    void decreaseTargetSize(int fewer);

    /**
     * Makes the nodes called {@code names} go; the target size shrinks at once.
     *
     * @throws IllegalStateException where its owner does not take them back
     */
    void delete(List<String> names);
}
