package dev.jarbor.node;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.LifecycleHandler;
import dev.jarbor.node.pod.PodWorld;
import dev.jarbor.node.runtime.ContainerRuntime;
import dev.jarbor.node.runtime.ExecResult;
import dev.jarbor.node.runtime.ProbeAnswer;
import dev.jarbor.node.runtime.Reply;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Runs lifecycle hooks: exec, httpGet and sleep (Kubernetes: Container Lifecycle Hooks). */
final class Hooks {
    static final Duration SHORTEST_GRACE = Duration.ofSeconds(2);
    /** How long a postStart hook may take before its container counts as failed to start. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private final Runtime runtime;
    private final ContainerRuntime containers;

    Hooks(Runtime runtime, ContainerRuntime containers) {
        this.runtime = runtime;
        this.containers = containers;
    }

    /** Runs {@code hook} and calls {@code then} once, with "" or what went wrong, after {@code limit} at the latest. */
    void run(
            LifecycleHandler hook,
            PodWorld world,
            Container container,
            String containerId,
            Duration limit,
            Consumer<String> then) {
        var over = new AtomicBoolean();
        Consumer<String> once = failure -> {
            if (over.compareAndSet(false, true)) {
                then.accept(failure);
            }
        };
        Runtime.Timer timer = runtime.schedule(
                "hook of " + container.name(),
                limit,
                () -> once.accept("it took longer than " + limit.toSeconds() + "s"));
        Consumer<String> done = failure -> {
            timer.cancel();
            once.accept(failure);
        };
        if (hook.hasExec()) {
            containers.execute(containerId, hook.exec().command(), limit, outcome -> done.accept(execFailure(outcome)));
        } else if (hook.hasHttpGet()) {
            Optional<String> host = world.record()
                    .readySandbox()
                    .flatMap(one -> one.ips().stream().findFirst());
            var target = ProbeTargets.http(hook.httpGet(), container, host.orElse("127.0.0.1"));
            containers.probe(containerId, target, limit, outcome -> done.accept(probeFailure(outcome)));
        } else if (hook.hasSleep()) {
            runtime.schedule(
                    "sleep hook of " + container.name(),
                    Duration.ofSeconds(Math.max(0, hook.sleep().seconds())),
                    () -> done.accept(""));
        } else {
            done.accept("this kind of hook is not supported");
        }
    }

    private static String execFailure(Reply.Outcome<ExecResult> outcome) {
        return switch (outcome) {
            case Reply.Outcome.Ok<ExecResult>(ExecResult(int code, String output)) ->
                code == 0 ? "" : "command exited with " + code + ": " + output;
            case Reply.Outcome.Failed<ExecResult>(var kind, String message) -> message;
        };
    }

    private static String probeFailure(Reply.Outcome<ProbeAnswer> outcome) {
        return switch (outcome) {
            case Reply.Outcome.Ok<ProbeAnswer>(ProbeAnswer(boolean success, String message)) -> success ? "" : message;
            case Reply.Outcome.Failed<ProbeAnswer>(var kind, String message) -> message;
        };
    }
}
