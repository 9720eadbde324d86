package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.SandboxRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Decides the way out of a pod: its containers together, then its sidecars from the last to the first, all within one
 * grace period that began when the pod began to end; then the sandbox (Kubernetes: Pod Lifecycle, "Termination of Pods").
 */
final class PodEnding {
    /** What even a pod without grace gets between its stop signal and its kill, as in the reference. */
    static final Duration SHORTEST_GRACE = Duration.ofSeconds(2);

    private PodEnding() {}

    static void plan(PodWorld world, PodDraft draft) {
        draft.remember(memory -> memory.stopping(world.now()));
        if (draft.isBusy(Operation.SANDBOX) || starting(draft)) {
            return; // what comes of it decides at the next look
        }
        Duration grace = remainingGrace(world, draft.memory());
        List<ContainerRecord> next = nextToStop(world);
        for (ContainerRecord instance : next) {
            if (!draft.isBusy(Operation.stop(instance.id()))) {
                draft.tell(instance.name(), false, "Killing", "Stopping container " + instance.name());
                draft.begin(Operation.stop(instance.id()), new PodAction.StopContainer(instance, grace, true));
            }
        }
        if (!next.isEmpty()) {
            return;
        }
        List<SandboxRecord> running =
                world.record().sandboxes().stream().filter(SandboxRecord::ready).toList();
        running.forEach(sandbox -> draft.begin(Operation.stop(sandbox.id()), new PodAction.StopSandbox(sandbox.id())));
        if (running.isEmpty()) {
            draft.ended();
        }
    }

    private static boolean starting(PodDraft draft) {
        return draft.memory().busy().stream().anyMatch(operation -> operation.startsWith("start "));
    }

    private static Duration remainingGrace(PodWorld world, PodMemory memory) {
        Instant since = memory.stoppingSince();
        Duration left = world.grace().minus(Duration.between(since, world.now()));
        return left.compareTo(SHORTEST_GRACE) < 0 ? SHORTEST_GRACE : left;
    }

    /** Everything but sidecars first; then one sidecar at a time, the last first. */
    private static List<ContainerRecord> nextToStop(PodWorld world) {
        List<ContainerRecord> running = world.record().containers().stream()
                .filter(ContainerRecord::running)
                .toList();
        var sidecars = new ArrayList<String>();
        for (Container init : world.pod().spec().initContainers()) {
            if (PodWorld.isSidecar(init)) {
                sidecars.add(init.name());
            }
        }
        List<ContainerRecord> first =
                running.stream().filter(one -> !sidecars.contains(one.name())).toList();
        if (!first.isEmpty()) {
            return first;
        }
        Collections.reverse(sidecars);
        Optional<ContainerRecord> last = sidecars.stream()
                .flatMap(name -> running.stream().filter(one -> one.name().equals(name)))
                .findFirst();
        return last.map(List::of).orElse(List.of());
    }
}
