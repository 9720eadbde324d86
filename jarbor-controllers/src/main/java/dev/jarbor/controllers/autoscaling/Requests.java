package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What pods asked for, in thousandths: their containers, and those that start before them and stay. */
final class Requests {
    private Requests() {}

    /**
     * By the names of the pods.
     *
     * @param container of which container alone; "" for all of a pod
     * @throws UnknownMetricException naming the first container that asked for nothing
     */
    static Map<String, Long> of(List<Pod> pods, String resource, String container) {
        var requests = new TreeMap<String, Long>();
        for (Pod pod : pods) {
            requests.put(pod.name(), container.isEmpty() ? whole(pod, resource) : of(pod, resource, container));
        }
        return requests;
    }

    private static long whole(Pod pod, String resource) {
        Quantity ofPod = pod.spec().resources().requests().get(resource);
        if (ofPod != null) {
            return ofPod.milliValue();
        }
        return containers(pod).mapToLong(one -> request(pod, one, resource)).sum();
    }

    private static long of(Pod pod, String resource, String container) {
        return containers(pod)
                .filter(one -> one.name().equals(container))
                .findFirst()
                .map(one -> request(pod, one, resource))
                .orElseThrow(
                        () -> new UnknownMetricException("container " + container + " not found in Pod " + pod.name()));
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(
                pod.spec().containers().stream(),
                pod.spec().initContainers().stream()
                        .filter(one -> one.restartPolicy().equals("Always")));
    }

    private static long request(Pod pod, Container container, String resource) {
        Quantity request = container.resources().requests().get(resource);
        if (request == null) {
            throw new UnknownMetricException(
                    "missing request for " + resource + " in container " + container.name() + " of Pod " + pod.name());
        }
        return request.milliValue();
    }
}
