package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerPort;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.quota.PodAmounts;
import dev.jarbor.api.quota.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a pod needs of a node, worked out once.
 *
 * @param requests the amounts that must be free: the sum of the containers, or the largest moment of the init containers, or
 *     what the pod as a whole asks for, plus overhead (Kubernetes docs, "Resource sharing within containers", "Pod-level
 *     resource specification")
 * @param assumed the same with 100m CPU and 200Mi memory for containers that do not say what they need; used for scores only
 * @param hostPorts the ports it takes on the node itself
 */
public record Demand(Amounts requests, Amounts assumed, List<HostPort> hostPorts) {
    private static final Quantity ASSUMED_CPU = Quantity.parse("100m");
    private static final Quantity ASSUMED_MEMORY = Quantity.parse("200Mi");

    /** A port of the node; two collide when port and protocol are the same and the addresses overlap. */
    public record HostPort(String ip, String protocol, int port) {
        boolean collidesWith(HostPort other) {
            return port == other.port
                    && protocol.equals(other.protocol)
                    && (isAny() || other.isAny() || ip.equals(other.ip));
        }

        private boolean isAny() {
            return ip.isEmpty() || ip.equals("0.0.0.0");
        }
    }

    public static Demand of(Pod pod) {
        return new Demand(
                Amounts.of(PodAmounts.requests(pod.value()).amounts()),
                Amounts.of(PodAmounts.requests(pod.value(), Demand::assumed).amounts()),
                ports(pod));
    }

    /** Whether another state of a pod may need something else: its spec is another, or its node says what it holds. */
    public static boolean mayDiffer(Pod before, Pod after) {
        return !before.spec().equals(after.spec()) || isHeld(before) || isHeld(after);
    }

    /** Whether the pod's node says what its containers hold, which may be something else each time. */
    static boolean isHeld(Pod pod) {
        return Stream.concat(pod.status().containerStatuses().stream(), pod.status().initContainerStatuses().stream())
                .anyMatch(ContainerStatus::hasResources);
    }

    /** What the pod may have at most, of what is limited at all; overhead comes on top. */
    public static Amounts limits(Pod pod) {
        return Amounts.of(PodAmounts.limits(pod.value()).amounts());
    }

    private static Usage assumed(Usage container) {
        Usage withCpu = container.has(Amounts.CPU) ? container : container.with(Amounts.CPU, ASSUMED_CPU);
        return withCpu.has(Amounts.MEMORY) ? withCpu : withCpu.with(Amounts.MEMORY, ASSUMED_MEMORY);
    }

    private static List<HostPort> ports(Pod pod) {
        var ports = new ArrayList<HostPort>();
        for (Container container : pod.spec().containers()) {
            for (ContainerPort port : container.ports()) {
                if (port.hostPort() > 0) {
                    ports.add(new HostPort(port.hostIP(), port.protocol(), port.hostPort()));
                }
            }
        }
        return ports;
    }
}
