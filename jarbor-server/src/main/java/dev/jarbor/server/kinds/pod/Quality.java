package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A pod's class of service, decided once: by what its containers ask for when it is created.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/">Pod Quality of Service Classes</a>
 */
final class Quality {
    private static final List<String> COUNTED = List.of("cpu", "memory");

    private Quality() {}

    /** {@code Guaranteed}, {@code Burstable} or {@code BestEffort}. */
    static String of(ObjectValue spec) {
        List<ObjectValue> parts = new ArrayList<>();
        if (spec.has("resources")) {
            parts.add(spec.object("resources"));
        } else {
            spec.list("containers").objects().forEach(container -> parts.add(container.object("resources")));
            spec.list("initContainers").objects().forEach(container -> parts.add(container.object("resources")));
        }
        var requests = new TreeMap<String, Quantity>();
        var limits = new TreeMap<String, Quantity>();
        boolean limited = true;
        for (ObjectValue part : parts) {
            add(requests, part.object("requests"));
            limited &= add(limits, part.object("limits")) == COUNTED.size();
        }
        if (spec.has("resources") && spec.object("resources").object("limits").isEmpty()) {
            limited = true;
        }
        if (requests.isEmpty() && limits.isEmpty()) {
            return "BestEffort";
        }
        return limited && requests.equals(limits) ? "Guaranteed" : "Burstable";
    }

    /** Adds what is more than zero, and answers how many kinds of it there were. */
    private static int add(Map<String, Quantity> sum, ObjectValue amounts) {
        int found = 0;
        for (String name : COUNTED) {
            Quantity amount = Quantity.read(amounts.valueOrNull(name));
            if (amount.signum() > 0) {
                sum.merge(name, amount, Quantity::add);
                found++;
            }
        }
        return found;
    }
}
