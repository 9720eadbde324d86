package dev.jarbor.controllers.nodelifecycle;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.controllers.nodelifecycle.ZoneState.Zone;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Says which node's pods may be sent away next: one of a zone at a time, at the pace of the zone's state; none where no node
 * of any zone is ready, which is no failure of nodes. One entry a zone.
 */
final class Evictions {
    /** Of whom the zones were made. */
    private List<Node> judged = List.of();

    private Map<String, Zone> zones = Map.of();
    private final Map<String, Instant> latest = new TreeMap<>();
    private Instant looked = Instant.MIN;
    private boolean cutOff;

    /**
     * Judges the zones anew, if the last time was {@code NodeLifecycleController.PERIOD} ago.
     *
     * @return whether nodes are heard of again after none was
     */
    synchronized boolean look(Supplier<List<Node>> nodes, Instant now) {
        if (now.isBefore(looked.equals(Instant.MIN) ? now : looked.plus(NodeLifecycleController.PERIOD))) {
            return false;
        }
        looked = now;
        List<Node> all = nodes.get();
        if (all.equals(judged)) {
            return false;
        }
        judged = all;
        zones = ZoneState.of(all);
        latest.keySet().retainAll(zones.keySet());
        boolean before = cutOff;
        cutOff =
                !zones.isEmpty() && zones.values().stream().allMatch(zone -> zone.state() == ZoneState.FULL_DISRUPTION);
        return before && !cutOff;
    }

    /** The names of the zones that there are. */
    synchronized Set<String> zones() {
        return Set.copyOf(zones.keySet());
    }

    /** Whether nothing is heard of any node: then nobody has to leave. */
    synchronized boolean cutOff() {
        return cutOff;
    }

    /** Whether the pods of {@code node} may be sent away now; if so, it has been its zone's turn. */
    synchronized boolean admit(Node node, Instant now) {
        Zone zone = zones.getOrDefault(ZoneState.zone(node), new Zone(ZoneState.NORMAL, 1, 0));
        Optional<Duration> pause = zone.state().pause(zone.size());
        if (cutOff || pause.isEmpty()) {
            return false;
        }
        Instant before = latest.getOrDefault(ZoneState.zone(node), Instant.MIN);
        if (!before.equals(Instant.MIN) && now.isBefore(before.plus(pause.get()))) {
            return false;
        }
        latest.put(ZoneState.zone(node), now);
        return true;
    }
}
