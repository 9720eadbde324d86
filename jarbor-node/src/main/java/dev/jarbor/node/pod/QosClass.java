package dev.jarbor.node.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How dear a pod is to the node when memory runs short (Kubernetes: Pod Quality of Service Classes). */
public enum QosClass {
    GUARANTEED("Guaranteed"),
    BURSTABLE("Burstable"),
    BEST_EFFORT("BestEffort");

    private static final List<String> COUNTED = List.of("cpu", "memory");
    private final String word;

    QosClass(String word) {
        this.word = word;
    }

    /** As {@code status.qosClass} spells it. */
    public String word() {
        return word;
    }

    public static QosClass of(Pod pod) {
        List<Container> all = Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .toList();
        boolean any = all.stream()
                .anyMatch(container -> asks(container.resources().requests())
                        || asks(container.resources().limits()));
        if (!any) {
            return BEST_EFFORT;
        }
        return all.stream().allMatch(QosClass::isFixed) ? GUARANTEED : BURSTABLE;
    }

    private static boolean asks(Map<String, Quantity> amounts) {
        return COUNTED.stream()
                .anyMatch(name -> amounts.containsKey(name) && amounts.get(name).signum() > 0);
    }

    private static boolean isFixed(Container container) {
        Map<String, Quantity> limits = container.resources().limits();
        Map<String, Quantity> requests = container.resources().requests();
        return COUNTED.stream()
                .allMatch(name -> limits.containsKey(name)
                        && limits.get(name).signum() > 0
                        && (!requests.containsKey(name) || requests.get(name).compareTo(limits.get(name)) == 0));
    }
}
