package dev.jarbor.controllers.nodelifecycle;

import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a node's conditions say, and which taints follow from them.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/nodes/">Nodes</a> and <a
 *     href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">Taints and Tolerations</a>
 */
final class NodeHealth {
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
    private static final String NETWORK_UNAVAILABLE = "node.kubernetes.io/network-unavailable";
    private static final String NO_SCHEDULE = "NoSchedule";
    private static final String NO_EXECUTE = "NoExecute";

    /** The conditions that a node reports itself, with the taint for {@code True}; for Ready it depends on the status. */
    private enum Reported {
        Ready(""),
        MemoryPressure("node.kubernetes.io/memory-pressure"),
        DiskPressure("node.kubernetes.io/disk-pressure"),
        PIDPressure("node.kubernetes.io/pid-pressure");

        private final String taint;

        Reported(String taint) {
            this.taint = taint;
        }
    }

    /** The taints that follow from conditions, as long as they keep pods from coming; who taints so that pods go is asked elsewhere. */
    private static final Set<String> BY_CONDITION = Set.of(
            NOT_READY,
            UNREACHABLE,
            UNSCHEDULABLE,
            Reported.MemoryPressure.taint,
            Reported.DiskPressure.taint,
            Reported.PIDPressure.taint,
            NETWORK_UNAVAILABLE);

    private NodeHealth() {}

    static Optional<NodeCondition> condition(Node node, String type) {
        return node.status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    /** {@code True}, {@code False} or {@code Unknown}. */
    static String ready(Node node) {
        return condition(node, "Ready").map(NodeCondition::status).orElse("Unknown");
    }

    /**
     * What changes whenever the node gives a sign of life: its lease, or the heartbeat in its Ready condition. Compared, not
     * read as a time: the node's clock is not ours.
     */
    static Sign signOfLife(Node node, Optional<Lease> lease) {
        Value heartbeat = condition(node, "Ready")
                .map(ready -> ready.value().valueOrNull("lastHeartbeatTime"))
                .orElse(NullValue.NULL);
        return new Sign(renewTime(lease), heartbeat);
    }

    /** A sign of life, as it is written. */
    record Sign(Value renewed, Value heartbeat) {
        /** The sign of the same node with another lease. */
        Sign renewed(Optional<Lease> lease) {
            return new Sign(renewTime(lease), heartbeat);
        }
    }

    private static Value renewTime(Optional<Lease> lease) {
        return lease.isEmpty() ? NullValue.NULL : lease.get().spec().value().valueOrNull("renewTime");
    }

    /** {@code node} after it has been silent for too long: all that it reports itself is unknown from now on. */
    static Node silent(Node node, Instant now) {
        var conditions = new ArrayList<>(node.status().conditions());
        for (Reported reported : Reported.values()) {
            Optional<NodeCondition> before = condition(node, reported.name());
            if (before.isEmpty()) {
                conditions.add(NodeCondition.EMPTY
                        .withType(reported.name())
                        .withStatus("Unknown")
                        .withReason("NodeStatusNeverUpdated")
                        .withMessage("Kubelet never posted node status.")
                        .withLastHeartbeatTime(
                                node.metadata().creationTimestamp().orElse(now))
                        .withLastTransitionTime(now));
            } else if (!before.get().status().equals("Unknown")) {
                conditions.set(
                        conditions.indexOf(before.get()),
                        before.get()
                                .withStatus("Unknown")
                                .withReason("NodeStatusUnknown")
                                .withMessage("Kubelet stopped posting node status.")
                                .withLastTransitionTime(now));
            }
        }
        return node.withStatus(node.status().withConditions(conditions));
    }

    /** Whether it is tainted so that pods have to leave it. */
    static boolean isLeft(Node node) {
        return node.spec().taints().stream()
                .anyMatch(taint -> taint.effect().equals(NO_EXECUTE)
                        && (taint.key().equals(NOT_READY) || taint.key().equals(UNREACHABLE)));
    }

    /**
     * The taints that {@code node} should have: those that follow from its state, and those that are none of ours.
     *
     * @param evicting whether pods have to leave it if it is not ready
     */
    static List<Taint> taints(Node node, boolean evicting, Instant now) {
        var taints = new ArrayList<Taint>();
        node.spec().taints().stream().filter(taint -> !isOurs(taint)).forEach(taints::add);
        String ready = ready(node);
        if (ready.equals("False")) {
            add(taints, node, NOT_READY, NO_SCHEDULE, now);
            if (evicting) {
                add(taints, node, NOT_READY, NO_EXECUTE, now);
            }
        } else if (ready.equals("Unknown")) {
            add(taints, node, UNREACHABLE, NO_SCHEDULE, now);
            if (evicting) {
                add(taints, node, UNREACHABLE, NO_EXECUTE, now);
            }
        }
        for (Reported reported : Reported.values()) {
            if (!reported.taint.isEmpty() && isTrue(node, reported.name())) {
                add(taints, node, reported.taint, NO_SCHEDULE, now);
            }
        }
        if (isTrue(node, "NetworkUnavailable")) {
            add(taints, node, NETWORK_UNAVAILABLE, NO_SCHEDULE, now);
        }
        if (node.spec().unschedulable()) {
            add(taints, node, UNSCHEDULABLE, NO_SCHEDULE, now);
        }
        return taints;
    }

    private static boolean isTrue(Node node, String type) {
        return condition(node, type)
                .filter(condition -> condition.status().equals("True"))
                .isPresent();
    }

    private static boolean isOurs(Taint taint) {
        return switch (taint.effect()) {
            case NO_SCHEDULE -> BY_CONDITION.contains(taint.key());
            case NO_EXECUTE -> taint.key().equals(NOT_READY) || taint.key().equals(UNREACHABLE);
            default -> false;
        };
    }

    /** A taint that is there already keeps the time it was added: tolerations count from then. */
    private static void add(List<Taint> taints, Node node, String key, String effect, Instant now) {
        taints.add(node.spec().taints().stream()
                .filter(taint -> taint.key().equals(key) && taint.effect().equals(effect))
                .findFirst()
                .orElseGet(() -> Taint.EMPTY.withKey(key).withEffect(effect).withTimeAdded(now)));
    }
}
