package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.controllers.common.PodState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers what Services and their pods were like at the last pass, and so knows when that happened which led to the next: what
 * {@code endpoints.kubernetes.io/last-change-trigger-time} tells, by which people measure how long it takes until traffic
 * follows. One entry a Service.
 *
 * @see <a href="https://kubernetes.io/docs/reference/labels-annotations-taints/#endpoints-kubernetes-io-last-change-trigger-time">
 *     endpoints.kubernetes.io/last-change-trigger-time</a>
 */
final class TriggerTimes {
    private final Map<ObjectKey, Seen> services = new ConcurrentHashMap<>();

    /** Since when the service is there, and each of its pods as ready as it is. */
    private record Seen(Optional<Instant> service, Map<String, Instant> pods) {}

    /** The earliest change since the last pass; empty for none. A service that is new is the change itself. */
    Optional<Instant> next(Service service, List<Pod> pods) {
        Optional<Instant> created = service.metadata().creationTimestamp();
        var times = new TreeMap<String, Instant>();
        pods.forEach(pod -> PodState.condition(pod, "Ready")
                .flatMap(ready -> ready.lastTransitionTime())
                .ifPresent(time -> times.put(pod.name(), time)));
        Seen before = services.put(service.key(), new Seen(created, times));
        if (before == null) {
            return created;
        }
        var changes = new ArrayList<Instant>();
        times.forEach((pod, time) -> {
            if (time.isAfter(before.pods().getOrDefault(pod, Instant.MIN))) {
                changes.add(time);
            }
        });
        created.filter(time -> time.isAfter(before.service().orElse(Instant.MIN)))
                .ifPresent(changes::add);
        return changes.stream().min(Instant::compareTo);
    }

    void forget(ObjectKey service) {
        services.remove(service);
    }
}
