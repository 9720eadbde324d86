package dev.jarbor.node;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Probe;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.node.pod.PodWorld;
import dev.jarbor.node.pod.ProbeKind;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerRuntime;
import dev.jarbor.node.runtime.ExecResult;
import dev.jarbor.node.runtime.ProbeAnswer;
import dev.jarbor.node.runtime.Reply;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Asks the probes of running containers on time (Kubernetes: Configure Liveness, Readiness and Startup Probes). A startup
 * probe holds the others back; readiness is asked to the end, the others only while the pod is to live. One timer a probe;
 * bounded by the containers on the node.
 */
final class ProbeRunner implements AutoCloseable {
    private final Runtime runtime;
    private final ContainerRuntime containers;
    private final EventRecorder events;
    private final ConcurrentSkipListMap<String, Prober> probers = new ConcurrentSkipListMap<>();

    ProbeRunner(Runtime runtime, ContainerRuntime containers, EventRecorder events) {
        this.runtime = runtime;
        this.containers = containers;
        this.events = events;
    }

    /** Starts the probes that should run and stops those that should not. Called at each look of the pod. */
    void follow(PodWorker worker, PodWorld world) {
        var wanted = new TreeSet<String>();
        Stream.concat(
                        world.pod().spec().initContainers().stream().filter(PodWorld::isSidecar),
                        world.pod().spec().containers().stream())
                .forEach(container -> world.current(container.name())
                        .filter(ContainerRecord::running)
                        .filter(instance ->
                                world.memory(container.name()).probedId().equals(instance.id()))
                        .ifPresent(instance -> wanted.addAll(follow(worker, world, container, instance))));
        String prefix = worker.uid() + "/";
        for (var entry : List.copyOf(probers.subMap(prefix, worker.uid() + "0").entrySet())) {
            if (!wanted.contains(entry.getKey())) {
                probers.remove(entry.getKey());
                entry.getValue().stop();
            }
        }
    }

    private List<String> follow(PodWorker worker, PodWorld world, Container container, ContainerRecord instance) {
        var wanted = new ArrayList<String>();
        boolean started = world.started(container, instance);
        for (ProbeKind kind : ProbeKind.values()) {
            boolean due = kind.of(container).isPresent()
                    && (kind == ProbeKind.STARTUP ? !started : started)
                    && (kind == ProbeKind.READINESS || !world.ending())
                    && (kind == ProbeKind.READINESS
                            || !world.memory(container.name()).probe(kind).failed());
            if (due) {
                String id = worker.uid() + "/" + container.name() + "/" + instance.id() + "/" + kind;
                wanted.add(id);
                probers.computeIfAbsent(
                                id,
                                same -> new Prober(
                                        worker,
                                        kind,
                                        kind.of(container).orElseThrow(),
                                        container,
                                        instance,
                                        address(world)))
                        .begin();
            }
        }
        return wanted;
    }

    private static String address(PodWorld world) {
        return world.record()
                .readySandbox()
                .flatMap(sandbox -> sandbox.ips().stream().findFirst())
                .orElse("127.0.0.1");
    }

    void forget(String podUid) {
        var gone = probers.subMap(podUid + "/", podUid + "0");
        List.copyOf(gone.values()).forEach(Prober::stop);
        gone.clear();
    }

    @Override
    public void close() {
        probers.values().forEach(Prober::stop);
        probers.clear();
    }

    /** One probe of one instance: asks, waits its period, asks again. */
    private final class Prober {
        private final PodWorker worker;
        private final ProbeKind kind;
        private final Probe probe;
        private final Container container;
        private final ContainerRecord instance;
        private final String address;
        private volatile boolean stopped;
        private boolean begun;

        Prober(
                PodWorker worker,
                ProbeKind kind,
                Probe probe,
                Container container,
                ContainerRecord instance,
                String address) {
            this.worker = worker;
            this.kind = kind;
            this.probe = probe;
            this.container = container;
            this.instance = instance;
            this.address = address;
        }

        void begin() {
            if (begun) {
                return;
            }
            begun = true;
            Duration delay = Duration.ofSeconds(Math.max(0, probe.initialDelaySeconds()));
            next(delay.minus(Duration.between(instance.startedAt(), runtime.now())));
        }

        void stop() {
            stopped = true;
        }

        private void next(Duration delay) {
            runtime.schedule(kind.word() + " probe of " + worker.key(), delay, this::ask);
        }

        private void ask() {
            if (stopped) {
                return;
            }
            Duration timeout = Duration.ofSeconds(Math.max(1, probe.timeoutSecondsOr(1)));
            if (probe.hasExec()) {
                containers.execute(instance.id(), probe.exec().command(), timeout, outcome -> answered(read(outcome)));
            } else {
                containers.probe(instance.id(), ProbeTargets.of(probe, container, address), timeout, outcome -> {
                    switch (outcome) {
                        case Reply.Outcome.Ok<ProbeAnswer>(ProbeAnswer answer) -> answered(answer);
                        case Reply.Outcome.Failed<ProbeAnswer>(var why, String message) ->
                            answered(ProbeAnswer.failure(message));
                    }
                });
            }
        }

        private ProbeAnswer read(Reply.Outcome<ExecResult> outcome) {
            return switch (outcome) {
                case Reply.Outcome.Ok<ExecResult>(ExecResult(int code, String output)) ->
                    code == 0 ? ProbeAnswer.SUCCESS : ProbeAnswer.failure(output);
                case Reply.Outcome.Failed<ExecResult>(var why, String message) -> ProbeAnswer.failure(message);
            };
        }

        private void answered(ProbeAnswer answer) {
            if (stopped) {
                return;
            }
            if (!answer.success()) {
                events.at(PodActions.fieldPath(worker.pod(), container.name()))
                        .warning(worker.pod(), "Unhealthy", kind.word() + " probe failed: " + answer.message());
            }
            worker.tell(memory -> memory.withContainer(
                    container.name(),
                    one -> one.probed(instance.id(), kind, one.probe(kind).after(answer.success(), probe))));
            next(Duration.ofSeconds(Math.max(1, probe.periodSecondsOr(10))));
        }
    }
}
