package dev.jarbor.server.http;

import dev.jarbor.api.core.v1.ContainerState;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which container of a pod a request means, and whether it has anything to give, in the reference's words. */
final class ContainerChoice {
    private ContainerChoice() {}

    /** @param asked the container named by the request; "" for the only one */
    static String choose(Pod pod, String asked) {
        List<String> containers = names(pod, "containers");
        List<String> init = names(pod, "initContainers");
        if (!asked.isEmpty()) {
            var all = new ArrayList<>(containers);
            all.addAll(init);
            all.addAll(names(pod, "ephemeralContainers"));
            if (!all.contains(asked)) {
                throw ApiException.badRequest("container " + asked + " is not valid for pod " + pod.name());
            }
            return asked;
        }
        if (containers.size() == 1) {
            return containers.getFirst();
        }
        String message = "a container name must be specified for pod " + pod.name();
        if (!containers.isEmpty()) {
            message += ", choose one of: [" + String.join(" ", containers) + "]";
        }
        if (!init.isEmpty()) {
            message += " or one of the init containers: [" + String.join(" ", init) + "]";
        }
        throw ApiException.badRequest(message);
    }

    private static List<String> names(Pod pod, String field) {
        return pod.value().object("spec").list(field).objects().stream()
                .map(container -> container.string("name"))
                .toList();
    }

    /** The node that {@code pod} is on; a pod that has none cannot be reached. */
    static String node(Pod pod) {
        String node = pod.spec().nodeName();
        if (node.isEmpty()) {
            throw ApiException.badRequest("pod " + pod.name() + " does not have a host assigned");
        }
        return node;
    }

    /** Refuses the log of a container that has not run yet, as a kubelet does. */
    static void checkLog(Pod pod, String container, boolean previous) {
        Optional<ContainerStatus> found = Stream.of(
                        "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
                .flatMap(field -> pod.value().object("status").list(field).objects().stream())
                .filter(status -> status.string("name").equals(container))
                .map(ContainerStatus::new)
                .findFirst();
        String subject = "container \"" + container + "\" in pod \"" + pod.name() + "\"";
        if (found.isEmpty()) {
            throw ApiException.badRequest(subject + " is not available");
        }
        ContainerState state = found.get().state();
        boolean ranBefore = found.get().lastState().hasTerminated();
        if (previous) {
            if (!ranBefore) {
                throw ApiException.badRequest(
                        "previous terminated container \"" + container + "\" in pod \"" + pod.name() + "\" not found");
            }
            return;
        }
        if (state.hasRunning() || state.hasTerminated() || ranBefore) {
            return;
        }
        throw ApiException.badRequest(
                subject + " is waiting to start: " + waiting(state.value().object("waiting")));
    }

    private static String waiting(ObjectValue waiting) {
        String reason = waiting.string("reason");
        return switch (reason) {
            case "ErrImagePull" -> "image can't be pulled";
            case "ImagePullBackOff" -> "trying and failing to pull image";
            default -> reason.isEmpty() ? "ContainerCreating" : reason;
        };
    }
}
