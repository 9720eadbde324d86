package dev.jarbor.controllers.nodelifecycle;

import dev.jarbor.api.core.v1.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a zone fares, judged by its nodes. Many silent nodes at once mean more often that the way to them is broken than that
 * they are, so the more of a zone is silent, the slower its pods are sent away.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/nodes/#rate-limits-on-eviction">Rate limits on eviction</a>
 */
enum ZoneState {
    /** Fewer than 55 % of the nodes, or no more than two, are not ready. */
    NORMAL,
    PARTIAL_DISRUPTION,
    /** Not one node is ready. */
    FULL_DISRUPTION;

    /** As {@code --unhealthy-zone-threshold} has it. */
    private static final double UNHEALTHY = 0.55;

    /** How many nodes not ready are too few to judge a zone by. */
    private static final int FEW = 2;

    /** As {@code --large-cluster-size-threshold} has it: smaller zones in partial disruption are left alone. */
    private static final int LARGE = 50;

    /** Between two nodes, as {@code --node-eviction-rate} of 0.1 nodes a second has it. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** As {@code --secondary-node-eviction-rate} of 0.01 nodes a second has it. */
    private static final Duration LONG_PAUSE = Duration.ofSeconds(100);

    static ZoneState of(int ready, int notReady) {
        if (ready == 0 && notReady > 0) {
            return FULL_DISRUPTION;
        }
        return notReady > FEW && notReady >= UNHEALTHY * (ready + notReady) ? PARTIAL_DISRUPTION : NORMAL;
    }

    /** The nodes of one zone, counted. */
    record Zone(ZoneState state, int size, int ready) {}

    /** All zones by name, which is made of region and zone; nodes that name neither are one zone. */
    static Map<String, Zone> of(List<Node> nodes) {
        var byZone = new TreeMap<String, List<Node>>();
        nodes.stream()
                .filter(node -> !isExcluded(node))
                .forEach(node -> byZone.computeIfAbsent(zone(node), name -> new ArrayList<>())
                        .add(node));
        var zones = new TreeMap<String, Zone>();
        byZone.forEach((name, all) -> {
            int ready = (int) all.stream()
                    .filter(node -> NodeHealth.ready(node).equals("True"))
                    .count();
            zones.put(name, new Zone(of(ready, all.size() - ready), all.size(), ready));
        });
        return zones;
    }

    /** Some nodes say that they are not to be counted, such as those that are known to come and go. */
    private static boolean isExcluded(Node node) {
        return node.metadata().labels().containsKey("node.kubernetes.io/exclude-disruption");
    }

    /** As the reference writes it, with a letter in between that no label has. */
    static String zone(Node node) {
        Map<String, String> labels = node.metadata().labels();
        String region = labels.getOrDefault("topology.kubernetes.io/region", "");
        String zone = labels.getOrDefault("topology.kubernetes.io/zone", "");
        return region.isEmpty() && zone.isEmpty() ? "" : region + ":\0:" + zone;
    }

    /** How long to wait between two nodes of a zone of {@code size}; empty where none is to follow. */
    Optional<Duration> pause(int size) {
        return switch (this) {
            case NORMAL, FULL_DISRUPTION -> Optional.of(PAUSE);
            case PARTIAL_DISRUPTION -> size > LARGE ? Optional.of(LONG_PAUSE) : Optional.empty();
        };
    }
}
