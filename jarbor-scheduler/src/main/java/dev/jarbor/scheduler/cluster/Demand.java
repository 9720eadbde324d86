package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerPort;
import dev.jarbor.api.core.v1.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

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
    private static final long ASSUMED_MILLI_CPU = 100;
    private static final long ASSUMED_MEMORY = 200L * 1024 * 1024;

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
        return new Demand(requests(pod, false), requests(pod, true), ports(pod));
    }

    /** What the pod may have at most, of what is limited at all; overhead comes on top. */
    public static Amounts limits(Pod pod) {
        Amounts limits = sum(pod, container -> Amounts.of(container.resources().limits()))
                .replacedBy(Amounts.of(pod.spec().resources().limits()));
        return limits.plus(
                Amounts.of(pod.spec().overhead()).only(limits.byName().keySet()));
    }

    private static Amounts requests(Pod pod, boolean assume) {
        return sum(pod, container -> request(container, assume))
                .replacedBy(Amounts.of(pod.spec().resources().requests()))
                .plus(Amounts.of(pod.spec().overhead()));
    }

    private static Amounts sum(Pod pod, Function<Container, Amounts> amounts) {
        Amounts running = Amounts.NONE;
        for (Container container : pod.spec().containers()) {
            running = running.plus(amounts.apply(container));
        }
        Amounts sidecars = Amounts.NONE;
        Amounts peak = Amounts.NONE;
        for (Container container : pod.spec().initContainers()) {
            Amounts request = amounts.apply(container);
            if (container.restartPolicy().equals("Always")) {
                sidecars = sidecars.plus(request);
                peak = peak.max(sidecars);
            } else {
                peak = peak.max(sidecars.plus(request));
            }
        }
        return running.plus(sidecars).max(peak);
    }

    private static Amounts request(Container container, boolean assume) {
        Amounts request = Amounts.of(container.resources().requests());
        return assume ? request.orElse(Amounts.CPU, ASSUMED_MILLI_CPU).orElse(Amounts.MEMORY, ASSUMED_MEMORY) : request;
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
