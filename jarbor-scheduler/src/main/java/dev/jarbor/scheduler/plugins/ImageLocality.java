package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Images;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.ArrayList;
import java.util.List;

/**
 * Nodes that have a pod's images already. Each image that is there counts by its size and by the share of all nodes that have
 * it, so that not all pods of an image that only one node has go there. Less than 23 MiB is not worth a point, and more than
 * 1000 MiB a container not more than 100.
 *
 * @see <a href="https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins">ImageLocality</a>
 */
final class ImageLocality {
    private static final long MEBI = 1024 * 1024;
    private static final long LEAST = 23 * MEBI;
    private static final long MOST_A_CONTAINER = 1000 * MEBI;

    private ImageLocality() {}

    static Score of(Pod pod, ClusterState cluster) {
        var known = new ArrayList<Images.Image>();
        references(pod)
                .forEach(reference -> cluster.images().find(named(reference)).ifPresent(known::add));
        if (known.isEmpty()) {
            return nodes -> new long[nodes.size()];
        }
        int nodes = cluster.nodes().size();
        // Images of volumes count, but raise no bound: so does 1.36.
        int containers =
                pod.spec().initContainers().size() + pod.spec().containers().size();
        return Score.plain(node -> score(present(known, node, nodes), containers));
    }

    private static List<String> references(Pod pod) {
        var references = new ArrayList<String>();
        pod.spec().initContainers().stream().map(Container::image).forEach(references::add);
        pod.spec().containers().stream().map(Container::image).forEach(references::add);
        pod.spec().volumes().stream()
                .filter(Volume::hasImage)
                .map(volume -> volume.image().reference())
                .forEach(references::add);
        return references;
    }

    /** Without a tag it is the latest; that is all that is made equal. */
    static String named(String reference) {
        return reference.lastIndexOf(':') <= reference.lastIndexOf('/') ? reference + ":latest" : reference;
    }

    private static long present(List<Images.Image> known, NodeState node, int nodes) {
        long bytes = 0;
        for (Images.Image image : known) {
            if (image.isOn(node.name())) {
                bytes += (long) (image.bytes() * ((double) image.count() / nodes));
            }
        }
        return bytes;
    }

    /** @param bytes of the images that are there, each by its share of the nodes */
    static long score(long bytes, int containers) {
        long most = MOST_A_CONTAINER * containers;
        long counted = Math.min(Math.max(bytes, LEAST), most);
        return Score.MOST * (counted - LEAST) / (most - LEAST);
    }
}
