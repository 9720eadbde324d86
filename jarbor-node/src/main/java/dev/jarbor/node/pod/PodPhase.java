package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerState;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import java.util.List;
import java.util.Optional;

/** Derives a pod's phase from its containers' states (Kubernetes: Pod Lifecycle, "Pod phase"). */
final class PodPhase {
    private PodPhase() {}

    /**
     * @param ended whether the pod is on its way out and nothing of it runs: then even a pod that always restarts has a
     *     final phase
     */
    static String of(Pod pod, List<ContainerStatus> inits, List<ContainerStatus> containers, boolean ended) {
        String policy =
                pod.spec().restartPolicy().isEmpty() ? "Always" : pod.spec().restartPolicy();
        boolean hasRun = containers.stream().anyMatch(PodPhase::hasRun);
        boolean initPending = false;
        for (Container init : pod.spec().initContainers()) {
            Optional<ContainerStatus> status = named(inits, init.name());
            if (PodWorld.isSidecar(init)) {
                initPending |=
                        !hasRun && status.filter(ContainerStatus::started).isEmpty();
                continue;
            }
            Optional<Integer> exit = status.flatMap(PodPhase::exitCode);
            if (exit.isPresent() && exit.get() != 0 && (policy.equals("Never") || ended)) {
                return "Failed";
            }
            initPending |= exit.isEmpty() || exit.get() != 0;
        }
        if (initPending && !hasRun) {
            return ended ? "Failed" : "Pending";
        }
        return ofContainers(policy, pod.spec().containers(), containers, ended);
    }

    private static String ofContainers(
            String policy, List<Container> specified, List<ContainerStatus> statuses, boolean ended) {
        int unknown = 0;
        int waiting = 0;
        int running = 0;
        int stopped = 0;
        int succeeded = 0;
        for (Container container : specified) {
            Optional<ContainerState> state = named(statuses, container.name()).map(ContainerStatus::state);
            if (state.isEmpty()) {
                unknown++;
            } else if (state.get().hasRunning()) {
                running++;
            } else if (state.get().hasTerminated()) {
                stopped++;
                succeeded += state.get().terminated().exitCode() == 0 ? 1 : 0;
            } else if (named(statuses, container.name()).get().lastState().hasTerminated()) {
                stopped++;
            } else {
                waiting++;
            }
        }
        if (ended && running == 0) {
            return stopped > 0 && succeeded == specified.size() ? "Succeeded" : "Failed";
        }
        if (waiting > 0 || unknown > 0) {
            return "Pending";
        }
        if (running > 0 || policy.equals("Always")) {
            return "Running";
        }
        if (stopped > 0 && stopped == succeeded) {
            return "Succeeded";
        }
        return policy.equals("Never") ? "Failed" : "Running";
    }

    private static boolean hasRun(ContainerStatus status) {
        return status.state().hasRunning()
                || status.state().hasTerminated()
                || status.lastState().hasTerminated();
    }

    private static Optional<Integer> exitCode(ContainerStatus status) {
        if (status.state().hasTerminated()) {
            return Optional.of(status.state().terminated().exitCode());
        }
        return status.state().hasWaiting() && status.lastState().hasTerminated()
                ? Optional.of(status.lastState().terminated().exitCode())
                : Optional.empty();
    }

    static Optional<ContainerStatus> named(List<ContainerStatus> statuses, String name) {
        return statuses.stream().filter(status -> status.name().equals(name)).findFirst();
    }
}
