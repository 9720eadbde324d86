package dev.jarbor.node;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.node.pod.QosClass;
import dev.jarbor.node.runtime.ContainerSpec.Limits;
import java.util.Map;

/**
 * Turns requests and limits into what control groups understand (Kubernetes: Resource Management for Pods and Containers,
 * "How Kubernetes applies resource requests and limits", and Node-pressure Eviction for the out-of-memory scores).
 */
final class Resources {
    private static final long SHARES_PER_CORE = 1024;
    private static final long FEWEST_SHARES = 2;
    private static final long PERIOD = 100_000;
    private static final long SHORTEST_QUOTA = 1_000;

    private Resources() {}

    /** @param nodeMemory the node's memory in bytes */
    static Limits limits(Pod pod, Container container, long nodeMemory) {
        Map<String, Quantity> requests = container.resources().requests();
        Map<String, Quantity> limits = container.resources().limits();
        long limitMilli = milli(limits);
        long requestMilli = requests.containsKey("cpu") ? milli(requests) : limitMilli;
        long shares = Math.max(FEWEST_SHARES, requestMilli * SHARES_PER_CORE / 1000);
        long quota = limitMilli == 0 ? 0 : Math.max(SHORTEST_QUOTA, limitMilli * PERIOD / 1000);
        long memory = limits.getOrDefault("memory", Quantity.ZERO).longValue();
        long asked = requests.getOrDefault("memory", limits.getOrDefault("memory", Quantity.ZERO))
                .longValue();
        return new Limits(shares, quota, PERIOD, memory, asked, oomScore(pod, container, nodeMemory));
    }

    private static long milli(Map<String, Quantity> amounts) {
        return amounts.getOrDefault("cpu", Quantity.ZERO).milliValue();
    }

    static int oomScore(Pod pod, Container container, long nodeMemory) {
        return switch (QosClass.of(pod)) {
            case GUARANTEED -> -997;
            case BEST_EFFORT -> 1000;
            case BURSTABLE -> {
                long asked = container
                        .resources()
                        .requests()
                        .getOrDefault("memory", Quantity.ZERO)
                        .longValue();
                long score = nodeMemory <= 0 ? 999 : 1000 - 1000 * asked / nodeMemory;
                yield (int) Math.min(999, Math.max(3, score));
            }
        };
    }
}
