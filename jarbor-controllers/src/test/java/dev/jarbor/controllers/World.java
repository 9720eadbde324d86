package dev.jarbor.controllers;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodIP;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Change;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A small cluster under virtual time: a fake API, control loops, and nodes that bind, run and stop pods after delays drawn
 * from the seed. Everything that goes wrong in a task fails the test.
 */
public final class World {
    public final SimulatedRuntime runtime;
    public final FakeApi api;
    public final Informers informers;
    public final EventRecorder events;
    private final Informers nodes;
    private final TreeSet<String> handled = new TreeSet<>();
    private Predicate<Pod> healthy = pod -> true;
    private final List<FakeApi.Fault> faults = new ArrayList<>();
    private int addresses;

    public World(long seed) {
        this(SimulatedRuntime.shuffled(seed));
    }

    private World(SimulatedRuntime runtime) {
        this.runtime = runtime;
        this.api = new FakeApi(runtime);
        this.informers = new SharedInformers(api, runtime);
        this.nodes = new SharedInformers(api, runtime);
        this.events = new ApiEventRecorder(api, runtime, "test");
    }

    /** Starts {@code loops} and lets them settle. */
    public World start(ControlLoop... loops) {
        for (ControlLoop loop : loops) {
            loop.start();
        }
        informers.start();
        nodes.start();
        runtime.advance(Duration.ofSeconds(1));
        return this;
    }

    /** Adds nodes: pods get one, an address, and become ready, and are gone some time after they were asked to go. */
    public World withNodes() {
        nodes.of(Pod.KIND).onChange(this::podChanged);
        return this;
    }

    /** Pods for which this does not hold run without becoming ready. */
    public void healthy(Predicate<Pod> healthy) {
        this.healthy = healthy;
    }

    private void podChanged(Change<Pod> change) {
        Pod pod = change.object();
        if (change instanceof Change.Deleted<Pod>) {
            return;
        }
        if (pod.metadata().hasDeletionTimestamp()) {
            once("stop", pod, 3000, this::stop);
        } else {
            once("run", pod, 2000, this::run);
        }
    }

    private void once(String what, Pod pod, int mostMillis, Consumer<ObjectKey> action) {
        if (handled.add(what + pod.metadata().uid())) {
            Duration delay = Duration.ofMillis(1 + runtime.random().nextInt(mostMillis));
            runtime.schedule(what, delay, () -> action.accept(pod.key()));
        }
    }

    private void run(ObjectKey key) {
        api.find(Pod.KIND, key).filter(PodState::isActive).ifPresent(pod -> {
            String ip = "10.0." + addresses / 250 + "." + (1 + addresses++ % 250);
            Pod placed = pod.withSpec(pod.spec().withNodeName(place(pod)))
                    .withStatus(pod.status()
                            .withPhase("Running")
                            .withStartTime(runtime.now())
                            .withPodIP(ip)
                            .withPodIPs(List.of(PodIP.EMPTY.withIp(ip)))
                            .withConditions(List.of(ready(healthy.test(pod)))));
            api.put(Pod.KIND, placed);
        });
    }

    /** The node that the pod's affinity names, as a daemon's does; else any. */
    private String place(Pod pod) {
        return pod
                .spec()
                .affinity()
                .nodeAffinity()
                .requiredDuringSchedulingIgnoredDuringExecution()
                .nodeSelectorTerms()
                .stream()
                .flatMap(term -> term.matchFields().stream())
                .flatMap(field -> field.values().stream())
                .findFirst()
                .orElse("node-" + addresses % 3);
    }

    public PodCondition ready(boolean ready) {
        return PodCondition.EMPTY
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withLastTransitionTime(runtime.now());
    }

    private void stop(ObjectKey key) {
        try {
            if (api.find(Pod.KIND, key).isPresent()) {
                api.delete(Pod.KIND, key, DeleteOptions.NONE.grace(0));
            }
        } catch (ApiException trouble) {
            runtime.schedule("stop", Duration.ofSeconds(1), () -> stop(key));
        }
    }

    /** Random trouble: broken watches, lost history, refused writes. {@link #calm} ends it. */
    public void trouble(int oneIn) {
        switch (runtime.random().nextInt(oneIn)) {
            case 0 -> api.dropWatches();
            case 1 -> {
                api.dropWatches();
                api.forgetHistory();
            }
            case 2 -> refuse(Verb.CREATE, ApiException.serviceUnavailable("away"));
            case 3 -> refuse(Verb.UPDATE, ApiException.conflict(Pod.KIND, "somebody-was-faster"));
            case 4 -> refuse(Verb.WATCH, ApiException.serviceUnavailable("away"));
            case 5 -> refuse(Verb.DELETE, ApiException.serviceUnavailable("away"));
            default -> {}
        }
    }

    private void refuse(Verb verb, ApiException refusal) {
        faults.add(api.beforeNext(request -> request.verb() == verb, request -> {
            throw refusal;
        }));
    }

    /** No more trouble, and time enough for the longest back-off. */
    public void calm() {
        faults.forEach(FakeApi.Fault::close);
        faults.clear();
        runtime.advance(Duration.ofHours(1));
    }

    public <T extends KubeObject> List<T> all(Kind<T> kind) {
        return api.list(kind, "", Query.NONE).items();
    }

    public <T extends KubeObject> T the(Kind<T> kind, String namespace, String name) {
        return api.get(kind, new ObjectKey(namespace, name));
    }

    /** Changes the object as a user would, retrying where a loop was faster. */
    public <T extends KubeObject> void change(Kind<T> kind, T object, UnaryOperator<T> change) {
        while (true) {
            try {
                api.update(kind, change.apply(api.get(kind, object.key())));
                return;
            } catch (ApiException trouble) {
                if (!trouble.isConflict() && !trouble.isRetryable()) {
                    throw trouble;
                }
            }
        }
    }

    /** What the events say, in the order of their names. */
    public List<String> told() {
        return all(Event.KIND).stream()
                .map(event -> event.reason() + ": " + event.message())
                .toList();
    }

    public void settle() {
        runtime.advance(Duration.ofMinutes(2));
    }
}
