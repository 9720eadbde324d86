package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.HostIP;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodIP;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.node.runtime.SandboxRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a pod's status from what is there, keeping what others own (conditions of other components, nominated node) and
 * the transition times of conditions that did not change.
 */
public final class PodStatusReport {
    private static final String READY = "Ready";
    private static final String CONTAINERS_READY = "ContainersReady";
    private static final String INITIALIZED = "Initialized";
    private static final String SCHEDULED = "PodScheduled";
    private static final String SANDBOX = "PodReadyToStartContainers";

    private final PodWorld world;
    private final NodeFacts node;
    private final ContainerStatusReport containers;
    private final boolean ended;

    private PodStatusReport(PodWorld world, NodeFacts node, TerminationMessages messages, boolean ended) {
        this.world = world;
        this.node = node;
        this.containers = new ContainerStatusReport(world, node, messages, ended);
        this.ended = ended;
    }

    /**
     * @param ended whether the plan of the same look found that nothing runs any more and nothing will
     */
    public static PodStatus of(PodWorld world, NodeFacts node, TerminationMessages messages, boolean ended) {
        return new PodStatusReport(world, node, messages, ended).write();
    }

    private PodStatus write() {
        var pod = world.pod();
        List<ContainerStatus> inits =
                containers.all(pod.spec().initContainers(), pod.status().initContainerStatuses(), true);
        List<ContainerStatus> mains =
                containers.all(pod.spec().containers(), pod.status().containerStatuses(), false);
        List<ContainerStatus> ephemerals = containers.all(
                pod.spec().ephemeralContainers().stream()
                        .map(one -> new Container(one.value()))
                        .toList(),
                pod.status().ephemeralContainerStatuses(),
                false);
        String phase = phase(inits, mains);
        PodStatus status = pod.status()
                .withPhase(phase)
                .withQosClass(QosClass.of(pod).word())
                .withStartTime(pod.status().startTime().orElse(world.memory().seen()))
                .withInitContainerStatuses(inits)
                .withContainerStatuses(mains)
                .withEphemeralContainerStatuses(ephemerals);
        if (world.memory().failure().happened()) {
            status = status.withReason(world.memory().failure().reason())
                    .withMessage(world.memory().failure().message());
        }
        status = withAddresses(status);
        if (generation() > 0) {
            status = status.withObservedGeneration(generation());
        }
        return status.withConditions(conditions(phase, inits, mains));
    }

    private String phase(List<ContainerStatus> inits, List<ContainerStatus> mains) {
        if (world.terminal()) {
            return world.pod().status().phase();
        }
        if (world.memory().failure().happened()) {
            return ended ? "Failed" : atLeast(PodPhase.of(world.pod(), inits, mains, false));
        }
        boolean complete = ended && (world.ending() || PodPlanner.finished(world));
        return complete
                ? PodPhase.of(world.pod(), inits, mains, true)
                : atLeast(PodPhase.of(world.pod(), inits, mains, false));
    }

    /** A pod that has run does not become pending again, and no pod is final before its last container has ended. */
    private String atLeast(String phase) {
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return ended ? phase : "Running";
        }
        return phase.equals("Pending") && world.pod().status().phase().equals("Running") ? "Running" : phase;
    }

    private PodStatus withAddresses(PodStatus before) {
        PodStatus status = node.hostIp().isEmpty()
                ? before
                : before.withHostIP(node.hostIp())
                        .withHostIPs(node.addresses().stream()
                                .map(ip -> HostIP.EMPTY.withIp(ip))
                                .toList());
        List<String> ips = world.pod().spec().hostNetwork()
                ? node.addresses()
                : world.record().readySandbox().map(SandboxRecord::ips).orElse(List.of());
        if (ips.isEmpty()) {
            return status;
        }
        return status.withPodIP(ips.get(0))
                .withPodIPs(ips.stream().map(ip -> PodIP.EMPTY.withIp(ip)).toList());
    }

    private List<PodCondition> conditions(String phase, List<ContainerStatus> inits, List<ContainerStatus> mains) {
        Verdict initialised = initialised(phase, inits, mains);
        Verdict containersReady = containersReady(phase, inits, mains);
        var conditions = new ArrayList<PodCondition>();
        conditions.add(
                condition(SANDBOX, Verdict.of(world.record().readySandbox().isPresent())));
        conditions.add(condition(INITIALIZED, initialised));
        conditions.add(condition(READY, ready(containersReady)));
        conditions.add(condition(CONTAINERS_READY, containersReady));
        conditions.add(condition(SCHEDULED, Verdict.YES));
        for (PodCondition other : world.pod().status().conditions()) {
            if (conditions.stream().noneMatch(own -> own.type().equals(other.type()))) {
                conditions.add(other);
            }
        }
        return conditions;
    }

    private Verdict initialised(String phase, List<ContainerStatus> inits, List<ContainerStatus> mains) {
        if (phase.equals("Succeeded")) {
            return new Verdict(true, inits.isEmpty() ? "" : "PodCompleted", "");
        }
        if (mains.stream()
                .anyMatch(one -> one.state().hasRunning() || one.lastState().hasTerminated())) {
            return Verdict.YES;
        }
        List<String> incomplete = world.pod().spec().initContainers().stream()
                .filter(init -> PodPhase.named(inits, init.name())
                        .filter(status -> PodWorld.isSidecar(init)
                                ? status.started()
                                : status.state().hasTerminated()
                                        && status.state().terminated().exitCode() == 0)
                        .isEmpty())
                .map(Container::name)
                .toList();
        return incomplete.isEmpty()
                ? Verdict.YES
                : new Verdict(
                        false, "ContainersNotInitialized", "containers with incomplete status: " + spaced(incomplete));
    }

    private Verdict containersReady(String phase, List<ContainerStatus> inits, List<ContainerStatus> mains) {
        if (phase.equals("Succeeded")) {
            return new Verdict(false, "PodCompleted", "");
        }
        if (phase.equals("Failed")) {
            return new Verdict(false, "PodFailed", "");
        }
        var unready = new ArrayList<String>();
        for (Container init : world.pod().spec().initContainers()) {
            if (PodWorld.isSidecar(init)
                    && PodPhase.named(inits, init.name())
                            .filter(ContainerStatus::ready)
                            .isEmpty()) {
                unready.add(init.name());
            }
        }
        mains.stream().filter(status -> !status.ready()).forEach(status -> unready.add(status.name()));
        return unready.isEmpty()
                ? Verdict.YES
                : new Verdict(false, "ContainersNotReady", "containers with unready status: " + spaced(unready));
    }

    private Verdict ready(Verdict containersReady) {
        if (!containersReady.holds()) {
            return containersReady;
        }
        var missing = new ArrayList<String>();
        for (var gate : world.pod().spec().readinessGates()) {
            Optional<PodCondition> found = world.pod().status().conditions().stream()
                    .filter(condition -> condition.type().equals(gate.conditionType()))
                    .findFirst();
            if (found.isEmpty()) {
                missing.add("corresponding condition of pod readiness gate \"" + gate.conditionType()
                        + "\" does not exist.");
            } else if (!found.get().status().equals("True")) {
                missing.add("the status of pod readiness gate \"" + gate.conditionType() + "\" is not \"True\", but "
                        + found.get().status());
            }
        }
        return missing.isEmpty()
                ? Verdict.YES
                : new Verdict(false, "ReadinessGatesNotReady", String.join(", ", missing));
    }

    private PodCondition condition(String type, Verdict verdict) {
        String status = verdict.holds() ? "True" : "False";
        Instant since = world.pod().status().conditions().stream()
                .filter(before -> before.type().equals(type) && before.status().equals(status))
                .findFirst()
                .flatMap(PodCondition::lastTransitionTime)
                .orElse(world.now());
        PodCondition condition =
                PodCondition.EMPTY.withType(type).withStatus(status).withLastTransitionTime(since);
        if (generation() > 0) {
            condition = condition.withObservedGeneration(generation());
        }
        if (!verdict.reason().isEmpty()) {
            condition = condition.withReason(verdict.reason());
        }
        return verdict.message().isEmpty() ? condition : condition.withMessage(verdict.message());
    }

    private long generation() {
        return world.pod().metadata().generation();
    }

    private static String spaced(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    private record Verdict(boolean holds, String reason, String message) {
        static final Verdict YES = new Verdict(true, "", "");

        static Verdict of(boolean holds) {
            return new Verdict(holds, "", "");
        }
    }
}
