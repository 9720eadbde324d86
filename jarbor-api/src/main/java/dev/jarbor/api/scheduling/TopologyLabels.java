package dev.jarbor.api.scheduling;

import java.util.List;
import java.util.TreeSet;

/**
 * By which labels nodes and volumes say where they are.
 *
 * @see <a href="https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone">Well-Known Labels</a>
 */
public final class TopologyLabels {
    public static final String ZONE = "topology.kubernetes.io/zone";
    public static final String REGION = "topology.kubernetes.io/region";
    /** What {@link #ZONE} was called before. */
    public static final String BETA_ZONE = "failure-domain.beta.kubernetes.io/zone";
    /** What {@link #REGION} was called before. */
    public static final String BETA_REGION = "failure-domain.beta.kubernetes.io/region";

    private TopologyLabels() {}

    /** The zones that the label of a volume names, sorted: it may be in several, with {@code __} between them. */
    public static List<String> zones(String value) {
        var zones = new TreeSet<String>();
        for (String zone : value.split("__", -1)) {
            if (!zone.isBlank()) {
                zones.add(zone.strip());
            }
        }
        return List.copyOf(zones);
    }
}
