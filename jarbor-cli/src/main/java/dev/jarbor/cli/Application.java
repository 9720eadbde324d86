package dev.jarbor.cli;

import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.cli.Applier.Effect;
import dev.jarbor.cli.Applier.Target;
import dev.jarbor.cli.Manifests.Manifest;
import dev.jarbor.cli.Rollout.Progress;
import dev.jarbor.client.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What {@code up} was given to run: its objects, applied together, followed until they are rolled out. */
final class Application {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final List<Target> targets;

    private Application(List<Target> targets) {
        this.targets = targets;
    }

    /**
     * @throws Refusal when a manifest names a kind or a field that does not exist
     */
    static Application of(List<Manifest> manifests) {
        List<Target> targets = Applier.resolve(manifests);
        targets.forEach(Applier::checkStructure);
        return new Application(targets);
    }

    boolean isEmpty() {
        return targets.isEmpty();
    }

    /** Applies, waits and prints where the application answers; 0 when everything is rolled out. */
    int deploy(Api api, Terminal terminal, int timeoutSeconds) {
        apply(new Applier(api), terminal);
        int outcome = await(new Rollout(api), terminal, timeoutSeconds);
        addresses(api, terminal);
        return outcome;
    }

    /** All or nothing: what was created before a refusal is removed again. */
    private void apply(Applier applier, Terminal terminal) {
        var created = new ArrayList<Target>();
        for (Target target : targets) {
            try {
                Effect effect = applier.apply(target);
                terminal.step(target + " " + effect.word());
                if (effect == Effect.CREATED) {
                    created.add(target);
                }
            } catch (ApiException refused) {
                created.reversed().forEach(applier::remove);
                String undone = created.isEmpty() ? "" : "; removed again what had been created";
                throw new Refusal(target.manifest().where() + ": " + refused.getMessage() + undone, refused);
            }
        }
    }

    private int await(Rollout rollout, Terminal terminal, int timeoutSeconds) {
        List<Target> waiting = Rollout.workloads(targets);
        long looks = Duration.ofSeconds(timeoutSeconds).dividedBy(LOOK);
        List<Progress> progress = List.of();
        for (long look = 0; look < looks && !waiting.isEmpty(); look++) {
            progress = waiting.stream().map(rollout::of).toList();
            for (Progress one : progress) {
                if (one.complete()) {
                    terminal.step(one.line());
                } else if (one.failed()) {
                    terminal.warn(one.line());
                    terminal.warn("the rollout failed; `kubectl describe` tells why");
                    return 1;
                }
            }
            waiting = progress.stream()
                    .filter(one -> !one.complete())
                    .map(Progress::target)
                    .toList();
            if (!waiting.isEmpty()) {
                terminal.progress(
                        String.join("   ", progress.stream().map(Progress::line).toList()));
                Pause.of(LOOK);
            }
        }
        if (waiting.isEmpty()) {
            return 0;
        }
        progress.stream().filter(one -> !one.complete()).map(Progress::line).forEach(terminal::warn);
        terminal.warn("not rolled out after " + timeoutSeconds + " s; the cluster goes on trying");
        return 1;
    }

    private void addresses(Api api, Terminal terminal) {
        for (Target target : targets) {
            if (target.kind().name().equals("Service")) {
                Service service = api.get(Service.KIND, target.key());
                for (ServicePort port : service.spec().ports()) {
                    terminal.say(address(service, port));
                }
            }
        }
    }

    private static String address(Service service, ServicePort port) {
        String name = "service " + service.key() + (port.name().isEmpty() ? "" : " (" + port.name() + ")");
        String scheme =
                port.protocol().equals("TCP") ? "http://" : port.protocol().toLowerCase(java.util.Locale.ROOT) + "://";
        if (port.nodePort() > 0) {
            return name + ": " + scheme + "127.0.0.1:" + port.nodePort();
        }
        String ip = service.spec().clusterIP();
        return ip.isEmpty() || ip.equals("None")
                ? name + ": " + service.name() + "." + service.namespace() + ".svc.cluster.local:" + port.port()
                : name + ": " + ip + ":" + port.port();
    }
}
