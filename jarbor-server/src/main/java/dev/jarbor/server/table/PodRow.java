package dev.jarbor.server.table;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerStateTerminated;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.value.ListValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The row of a pod. Its status is one word made of many: the phase, unless a container, an init container or a deletion
 * has more to say.
 */
final class PodRow {
    private final Pod pod;
    private final Row row;
    private final List<Container> initContainers;
    private String reason;
    private int total;
    private int ready;
    private int restarts;
    private Optional<Instant> lastRestart = Optional.empty();

    private PodRow(Row row) {
        this.row = row;
        this.pod = new Pod(row.object());
        this.initContainers = pod.spec().initContainers();
        this.reason = pod.status().reason().isEmpty()
                ? pod.status().phase()
                : pod.status().reason();
        this.total = pod.spec().containers().size()
                + (int) initContainers.stream().filter(PodRow::isSidecar).count();
    }

    static ListValue cells(Row row) {
        return new PodRow(row).print();
    }

    private ListValue print() {
        boolean gated = pod.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals("PodScheduled")
                        && condition.reason().equals("SchedulingGated"));
        if (gated) {
            reason = "SchedulingGated";
        }
        boolean initializing = lookAtInitContainers();
        if (!initializing || isTrue("Initialized")) {
            lookAtContainers();
        }
        if (row.deleting()) {
            boolean terminal = pod.status().phase().equals("Succeeded")
                    || pod.status().phase().equals("Failed");
            if (pod.status().reason().equals("NodeLost")) {
                reason = "Unknown";
            } else if (!terminal) {
                reason = "Terminating";
            }
        }
        return RowPrinter.row(
                row.name(),
                ready + "/" + total,
                reason,
                restarts(),
                row.age(),
                Row.or(podIp(), Row.NONE),
                Row.or(pod.spec().nodeName(), Row.NONE),
                Row.or(pod.status().nominatedNodeName(), Row.NONE),
                readinessGates());
    }

    /** Whether an init container is still at work or has failed; then it is what the status shows. */
    private boolean lookAtInitContainers() {
        List<ContainerStatus> statuses = pod.status().initContainerStatuses();
        for (int i = 0; i < statuses.size(); i++) {
            ContainerStatus status = statuses.get(i);
            boolean sidecar = initContainers.stream()
                    .anyMatch(container -> container.name().equals(status.name()) && isSidecar(container));
            restarted(status);
            if (status.state().hasTerminated() && status.state().terminated().exitCode() == 0) {
                continue;
            }
            if (sidecar && status.started()) {
                ready += status.ready() ? 1 : 0;
                continue;
            }
            String waiting = status.state().waiting().reason();
            if (status.state().hasTerminated()) {
                reason = "Init:" + ended(status.state().terminated());
            } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                reason = "Init:" + waiting;
            } else {
                reason = "Init:" + i + "/" + initContainers.size();
            }
            return true;
        }
        return false;
    }

    private void lookAtContainers() {
        restarts = 0;
        lastRestart = Optional.empty();
        pod.status().initContainerStatuses().stream()
                .filter(status -> initContainers.stream()
                        .anyMatch(container -> container.name().equals(status.name()) && isSidecar(container)))
                .forEach(this::restarted);
        boolean running = false;
        for (ContainerStatus status : pod.status().containerStatuses().reversed()) {
            restarted(status);
            String waiting = status.state().waiting().reason();
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (status.state().hasTerminated()) {
                reason = ended(status.state().terminated());
            } else if (status.ready() && status.state().hasRunning()) {
                running = true;
                ready++;
            }
        }
        if (reason.equals("Completed") && running) {
            reason = isTrue("Ready") ? "Running" : "NotReady";
        }
    }

    private static String ended(ContainerStateTerminated state) {
        if (!state.reason().isEmpty()) {
            return state.reason();
        }
        return state.signal() != 0 ? "Signal:" + state.signal() : "ExitCode:" + state.exitCode();
    }

    private void restarted(ContainerStatus status) {
        restarts += status.restartCount();
        Optional<Instant> finished = status.lastState().terminated().finishedAt();
        if (finished.isPresent() && lastRestart.filter(finished.get()::isBefore).isEmpty()) {
            lastRestart = finished;
        }
    }

    private String restarts() {
        return restarts == 0 || lastRestart.isEmpty()
                ? Integer.toString(restarts)
                : restarts + " (" + Ages.text(Duration.between(lastRestart.get(), row.now())) + " ago)";
    }

    private String podIp() {
        return pod.status().podIPs().isEmpty()
                ? pod.status().podIP()
                : pod.status().podIPs().getFirst().ip();
    }

    private String readinessGates() {
        var gates = pod.spec().readinessGates();
        if (gates.isEmpty()) {
            return Row.NONE;
        }
        long open = gates.stream().filter(gate -> isTrue(gate.conditionType())).count();
        return open + "/" + gates.size();
    }

    private boolean isTrue(String type) {
        return pod.status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .map(PodCondition::status)
                .anyMatch("True"::equals);
    }

    private static boolean isSidecar(Container container) {
        return container.restartPolicy().equals("Always");
    }
}
