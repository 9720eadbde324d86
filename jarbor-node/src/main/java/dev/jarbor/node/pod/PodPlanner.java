package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.PodRecord;
import dev.jarbor.node.runtime.SandboxRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what to do next for a pod. The order is that of the reference's pod workers: volumes, then the sandbox, then
 * the init containers one after the other (restartable ones stay and only have to start), then the containers; on the way
 * out containers first, sidecars in reverse order, then the sandbox. Every decision is made anew from what is there, so a
 * look too many does nothing and an agent that restarts picks up where it was.
 *
 * <p>Sources: Kubernetes' Pod Lifecycle and Init Containers pages, KEP-753 (sidecars), KEP-2238 (probe grace).
 */
public final class PodPlanner {
    private static final Duration VOLUME_REFRESH = Duration.ofSeconds(60);

    private PodPlanner() {}

    public static PodPlan plan(PodWorld world) {
        var draft = new PodDraft(world.memory());
        if (world.ending()) {
            PodEnding.plan(world, draft);
        } else {
            run(world, draft);
        }
        collectGarbage(world, draft);
        return draft.plan();
    }

    private static void run(PodWorld world, PodDraft draft) {
        if (pastDeadline(world, draft) || finished(world)) {
            PodEnding.plan(world, draft);
            return;
        }
        if (!volumesReady(world, draft)) {
            return;
        }
        Optional<SandboxRecord> sandbox = world.record().readySandbox();
        if (sandbox.isEmpty()) {
            replaceSandbox(world, draft);
            return;
        }
        if (initialised(world, draft, sandbox.get())) {
            for (Container container : world.pod().spec().containers()) {
                keepRunning(world, draft, sandbox.get(), container);
            }
        }
        for (var ephemeral : world.pod().spec().ephemeralContainers()) {
            var container = new Container(ephemeral.value());
            if (world.record().container(container.name()).isEmpty()) {
                ContainerStart.plan(world, draft, container, sandbox.get());
            }
        }
    }

    /** Ends a pod that has been active for longer than {@code activeDeadlineSeconds}. */
    private static boolean pastDeadline(PodWorld world, PodDraft draft) {
        if (!world.pod().spec().hasActiveDeadlineSeconds()) {
            return false;
        }
        Instant started = world.pod().status().startTime().orElse(world.memory().seen());
        Duration left = Duration.ofSeconds(world.pod().spec().activeDeadlineSeconds())
                .minus(Duration.between(started, world.now()));
        if (left.isPositive()) {
            draft.lookAfter(left);
            return false;
        }
        String message = "Pod was active on the node longer than the specified deadline";
        draft.tell("", false, "DeadlineExceeded", message);
        draft.remember(memory -> memory.failed("DeadlineExceeded", message));
        return true;
    }

    /** Whether every container has ended and none is to run again, or an init container failed for good. */
    static boolean finished(PodWorld world) {
        if (world.restartPolicy().equals("Always")
                || world.record().containers().isEmpty()) {
            return false;
        }
        if (world.restartPolicy().equals("Never")
                && world.pod().spec().initContainers().stream()
                        .filter(init -> !PodWorld.isSidecar(init))
                        .flatMap(init -> world.record().container(init.name()).stream())
                        .anyMatch(instance -> instance.exited() && instance.exitCode() != 0)) {
            return true;
        }
        return world.pod().spec().containers().stream()
                .allMatch(container -> world.record()
                        .container(container.name())
                        .filter(instance -> instance.exited() && !mayRestart(world.restartPolicy(), instance))
                        .isPresent());
    }

    private static boolean volumesReady(PodWorld world, PodDraft draft) {
        PodMemory.VolumeState volumes = world.memory().volumes();
        Duration age = Duration.between(volumes.checked(), world.now());
        Duration pause = volumes.failures() > 0 ? volumes.retryDelay() : VOLUME_REFRESH;
        boolean due = volumes.checked().equals(Instant.EPOCH) || age.compareTo(pause) >= 0;
        if (due) {
            draft.begin(Operation.VOLUMES, new PodAction.PrepareVolumes());
        } else if (volumes.failures() > 0) {
            draft.lookAfter(pause.minus(age));
        } else if (PodVolumes.change(world.pod())) {
            draft.refreshAfter(pause.minus(age));
        }
        return volumes.ready();
    }

    private static void replaceSandbox(PodWorld world, PodDraft draft) {
        boolean stopping = false;
        for (ContainerRecord left : world.record().containers()) {
            if (left.running()) {
                draft.begin(
                        Operation.stop(left.id()), new PodAction.StopContainer(left, PodEnding.SHORTEST_GRACE, false));
                stopping = true;
            }
        }
        Instant failedAt = world.memory().sandboxFailedAt();
        if (stopping) {
            return;
        }
        if (!failedAt.equals(Instant.EPOCH)) {
            Duration left = world.memory().sandboxRetry().remaining(failedAt, world.now());
            if (!left.isZero()) {
                draft.lookAfter(left);
                return;
            }
        }
        int attempt = world.record().sandbox().map(old -> old.attempt() + 1).orElse(0);
        if (attempt > 0 && !draft.isBusy(Operation.SANDBOX)) {
            draft.tell("", false, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
        }
        draft.begin(Operation.SANDBOX, new PodAction.StartSandbox(attempt));
    }

    /** Brings the init containers forward; true when the containers may run. */
    private static boolean initialised(PodWorld world, PodDraft draft, SandboxRecord sandbox) {
        boolean wasInitialised = world.pod().spec().containers().stream()
                .anyMatch(container -> world.current(container.name()).isPresent());
        for (Container init : world.pod().spec().initContainers()) {
            Optional<ContainerRecord> instance = world.current(init.name());
            if (PodWorld.isSidecar(init)) {
                keepRunning(world, draft, sandbox, init);
                if (!wasInitialised
                        && instance.filter(one -> world.started(init, one)).isEmpty()) {
                    return false;
                }
                continue;
            }
            if (wasInitialised || instance.filter(ContainerRecord::succeeded).isPresent()) {
                continue;
            }
            if (instance.filter(ContainerRecord::running).isEmpty()) {
                ContainerStart.plan(world, draft, init, sandbox);
            }
            return false;
        }
        return true;
    }

    private static void keepRunning(PodWorld world, PodDraft draft, SandboxRecord sandbox, Container container) {
        Optional<ContainerRecord> instance = world.current(container.name());
        if (instance.filter(ContainerRecord::running).isPresent()) {
            restartIfUnwell(world, draft, container, instance.get());
            return;
        }
        String policy = PodWorld.isSidecar(container) ? "Always" : world.restartPolicy();
        Optional<ContainerRecord> last = world.record().container(container.name());
        if (last.isEmpty() || !last.get().exited() || mayRestart(policy, last.get())) {
            ContainerStart.plan(world, draft, container, sandbox);
        }
    }

    private static boolean mayRestart(String policy, ContainerRecord ended) {
        return policy.equals("Always") || (policy.equals("OnFailure") && ended.exitCode() != 0);
    }

    private static void restartIfUnwell(PodWorld world, PodDraft draft, Container container, ContainerRecord instance) {
        ContainerMemory memory = world.memory(container.name());
        if (draft.isBusy(Operation.stop(instance.id()))) {
            return;
        }
        if (!ContainerHash.matches(container, instance)) {
            draft.tell(
                    container.name(),
                    false,
                    "Killing",
                    "Container " + container.name() + " definition changed, will be restarted");
            stop(draft, instance, world.grace());
        } else if (memory.probedId().equals(instance.id())) {
            for (ProbeKind kind : List.of(ProbeKind.STARTUP, ProbeKind.LIVENESS)) {
                if (memory.probe(kind).failed() && kind.of(container).isPresent()) {
                    draft.tell(
                            container.name(),
                            false,
                            "Killing",
                            "Container " + container.name() + " failed "
                                    + (kind == ProbeKind.STARTUP ? "startup" : "liveness")
                                    + " probe, will be restarted");
                    stop(draft, instance, graceAfter(world, kind, container));
                    return;
                }
            }
        }
    }

    private static Duration graceAfter(PodWorld world, ProbeKind kind, Container container) {
        return kind.of(container)
                .filter(probe -> probe.hasTerminationGracePeriodSeconds())
                .map(probe -> Duration.ofSeconds(probe.terminationGracePeriodSeconds()))
                .orElse(world.grace());
    }

    private static void stop(PodDraft draft, ContainerRecord instance, Duration grace) {
        draft.begin(Operation.stop(instance.id()), new PodAction.StopContainer(instance, grace, true));
    }

    /** Keeps the newest dead instance of each container for its logs, and drops what is older. */
    private static void collectGarbage(PodWorld world, PodDraft draft) {
        PodRecord record = world.record();
        var newest = new ArrayList<String>();
        for (ContainerRecord instance : record.containers()) {
            boolean first = !newest.contains(instance.name());
            if (first) {
                newest.add(instance.name());
            }
            boolean previous = !first
                    && record.instances(instance.name()).indexOf(instance) == 1
                    && record.instances(instance.name()).get(0).running();
            if (!first && !previous && !instance.running()) {
                draft.begin(Operation.remove(instance.id()), new PodAction.RemoveContainer(instance.id()));
            }
        }
        record.sandboxes().stream()
                .skip(1)
                .filter(old -> !old.ready())
                .filter(old -> record.containers().stream()
                        .noneMatch(instance -> instance.sandboxId().equals(old.id())))
                .forEach(old -> draft.begin(Operation.remove(old.id()), new PodAction.RemoveSandbox(old.id())));
    }
}
