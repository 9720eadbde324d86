package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerState;
import dev.jarbor.api.core.v1.ContainerStateRunning;
import dev.jarbor.api.core.v1.ContainerStateTerminated;
import dev.jarbor.api.core.v1.ContainerStateWaiting;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.node.runtime.ContainerRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes the statuses of a pod's containers. */
final class ContainerStatusReport {
    private static final int LONGEST_MESSAGE = 4096;

    private final PodWorld world;
    private final NodeFacts node;
    private final TerminationMessages messages;
    private final boolean ended;

    ContainerStatusReport(PodWorld world, NodeFacts node, TerminationMessages messages, boolean ended) {
        this.world = world;
        this.node = node;
        this.messages = messages;
        this.ended = ended;
    }

    List<ContainerStatus> all(List<Container> specified, List<ContainerStatus> before, boolean init) {
        return specified.stream()
                .map(container -> one(container, PodPhase.named(before, container.name()), init))
                .toList();
    }

    private ContainerStatus one(Container container, Optional<ContainerStatus> before, boolean init) {
        List<ContainerRecord> instances = world.record().instances(container.name());
        if (instances.isEmpty()) {
            return withoutInstance(container, before);
        }
        ContainerRecord newest = instances.get(0);
        ContainerStatus status = ContainerStatus.EMPTY
                .withName(container.name())
                .withImage(container.image())
                .withImageID(newest.imageId())
                .withContainerID(node.runtime() + "://" + newest.id())
                .withRestartCount(newest.attempt())
                .withReady(false)
                .withStarted(false);
        Optional<ContainerState> last = instances.stream()
                .skip(1)
                .filter(ContainerRecord::exited)
                .findFirst()
                .map(this::terminated)
                .or(() -> before.filter(one -> one.lastState().hasTerminated()).map(ContainerStatus::lastState));
        if (newest.running()) {
            status = status.withState(ContainerState.EMPTY.withRunning(
                            ContainerStateRunning.EMPTY.withStartedAt(newest.startedAt())))
                    .withStarted(world.started(container, newest))
                    .withReady(isReady(container, newest, init));
        } else if (newest.exited()) {
            Optional<ContainerState> waiting = waitingToRestart(container, newest, init);
            status = status.withState(waiting.orElseGet(() -> terminated(newest)))
                    .withReady(init && !PodWorld.isSidecar(container) && newest.succeeded());
            last = waiting.isPresent() ? Optional.of(terminated(newest)) : last;
        } else {
            status = status.withState(waiting("ContainerCreating", ""));
        }
        return last.isPresent() ? status.withLastState(last.get()) : status.withLastState(ContainerState.EMPTY);
    }

    private boolean isReady(Container container, ContainerRecord instance, boolean init) {
        boolean plainInit = init && !PodWorld.isSidecar(container);
        return !plainInit && world.ready(container, instance);
    }

    private Optional<ContainerState> waitingToRestart(Container container, ContainerRecord last, boolean init) {
        var reason = world.memory(container.name()).waiting();
        boolean plainInit = init && !PodWorld.isSidecar(container);
        String policy = PodWorld.isSidecar(container) ? "Always" : world.restartPolicy();
        boolean restarts = plainInit
                ? !last.succeeded() && !policy.equals("Never")
                : policy.equals("Always") || (policy.equals("OnFailure") && !last.succeeded());
        if (ended || world.ending() || !restarts || reason.reason().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(waiting(reason.reason(), reason.message()));
    }

    private ContainerStatus withoutInstance(Container container, Optional<ContainerStatus> before) {
        boolean hadRun = before.filter(one -> !one.containerID().isEmpty()).isPresent();
        if (hadRun && (ended || world.ending())) {
            ContainerStatus old = before.get();
            return old.state().hasTerminated() ? old : lost(old);
        }
        var reason = world.memory(container.name()).waiting();
        String fallback = world.pod().spec().initContainers().isEmpty() ? "ContainerCreating" : "PodInitializing";
        ContainerState state =
                reason.reason().isEmpty() ? waiting(fallback, "") : waiting(reason.reason(), reason.message());
        return ContainerStatus.EMPTY
                .withName(container.name())
                .withImage(container.image())
                .withImageID("")
                .withRestartCount(before.map(ContainerStatus::restartCount).orElse(0))
                .withReady(false)
                .withStarted(false)
                .withState(state)
                .withLastState(before.map(ContainerStatus::lastState).orElse(ContainerState.EMPTY));
    }

    /** The runtime no longer knows a container that the API says ran. */
    private static ContainerStatus lost(ContainerStatus old) {
        return old.withReady(false)
                .withStarted(false)
                .withState(ContainerState.EMPTY.withTerminated(ContainerStateTerminated.EMPTY
                        .withExitCode(137)
                        .withReason("ContainerStatusUnknown")
                        .withMessage("The container could not be located when the pod was terminated")));
    }

    private static ContainerState waiting(String reason, String message) {
        var waiting = ContainerStateWaiting.EMPTY.withReason(reason);
        return ContainerState.EMPTY.withWaiting(message.isEmpty() ? waiting : waiting.withMessage(message));
    }

    private ContainerState terminated(ContainerRecord instance) {
        String reason =
                instance.reason().isEmpty() ? instance.exitCode() == 0 ? "Completed" : "Error" : instance.reason();
        String said = messages.of(instance);
        String message = said.isEmpty() ? instance.message() : said;
        ContainerStateTerminated terminated = ContainerStateTerminated.EMPTY
                .withExitCode(instance.exitCode())
                .withReason(reason)
                .withStartedAt(known(instance.startedAt(), instance.createdAt()))
                .withFinishedAt(known(instance.finishedAt(), instance.createdAt()))
                .withContainerID(node.runtime() + "://" + instance.id());
        return ContainerState.EMPTY.withTerminated(
                message.isEmpty()
                        ? terminated
                        : terminated.withMessage(
                                message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message));
    }

    private static Instant known(Instant time, Instant fallback) {
        return time.equals(Instant.EPOCH) ? fallback : time;
    }
}
