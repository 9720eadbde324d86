package dev.jarbor.node.simulated;

import dev.jarbor.api.core.v1.ContainerState;
import dev.jarbor.api.core.v1.ContainerStateTerminated;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerRecord.State;
import dev.jarbor.node.runtime.PodIdentity;
import dev.jarbor.node.runtime.SandboxRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a runtime must hold of a pod whose status says that it runs. */
record Adopted(Optional<SandboxRecord> sandbox, List<ContainerRecord> containers) {
    static Adopted of(Pod pod) {
        boolean started = pod.status().phase().equals("Running")
                || pod.status().containerStatuses().stream()
                        .anyMatch(one -> one.state().hasRunning())
                || pod.status().initContainerStatuses().stream()
                        .anyMatch(one -> one.state().hasRunning());
        if (!started) {
            return new Adopted(Optional.empty(), List.of());
        }
        var identity =
                new PodIdentity(pod.namespace(), pod.name(), pod.metadata().uid());
        boolean hosts = pod.spec().hostNetwork();
        Instant since = pod.status().startTime().orElse(Instant.EPOCH);
        List<String> ips = hosts || pod.status().podIP().isEmpty()
                ? List.of()
                : List.of(pod.status().podIP());
        var sandbox = new SandboxRecord("adopted-" + identity.uid(), identity, 0, true, since, ips);
        var containers = new ArrayList<ContainerRecord>();
        pod.status().initContainerStatuses().forEach(one -> add(sandbox, one, containers));
        pod.status().containerStatuses().forEach(one -> add(sandbox, one, containers));
        return new Adopted(Optional.of(sandbox), List.copyOf(containers));
    }

    private static void add(SandboxRecord sandbox, ContainerStatus status, List<ContainerRecord> to) {
        ContainerState state = status.state();
        if (status.lastState().hasTerminated()) {
            to.add(ended(sandbox, status, status.lastState().terminated(), Math.max(0, status.restartCount() - 1)));
        }
        if (state.hasTerminated()) {
            to.add(ended(sandbox, status, state.terminated(), status.restartCount()));
        }
        if (state.hasRunning()) {
            to.add(record(
                    sandbox,
                    status,
                    status.containerID(),
                    status.restartCount(),
                    State.RUNNING,
                    state.running().startedAt().orElse(sandbox.createdAt()),
                    Instant.EPOCH,
                    0,
                    ""));
        }
    }

    private static ContainerRecord ended(
            SandboxRecord sandbox, ContainerStatus status, ContainerStateTerminated end, int attempt) {
        return record(
                sandbox,
                status,
                end.containerID(),
                attempt,
                State.EXITED,
                end.startedAt().orElse(sandbox.createdAt()),
                end.finishedAt().orElse(sandbox.createdAt()),
                end.exitCode(),
                end.reason());
    }

    private static ContainerRecord record(
            SandboxRecord sandbox,
            ContainerStatus status,
            String id,
            int attempt,
            State state,
            Instant started,
            Instant finished,
            int exitCode,
            String reason) {
        return new ContainerRecord(
                id.substring(id.lastIndexOf('/') + 1),
                sandbox.id(),
                sandbox.pod(),
                status.name(),
                attempt,
                state,
                started,
                started,
                finished,
                exitCode,
                status.image(),
                status.imageID(),
                reason,
                "",
                Map.of(),
                "");
    }
}
