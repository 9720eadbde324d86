package dev.jarbor.node.driver;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimVolumeSource;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The loops beside a driver, under virtual time; they can be stopped and begun anew as another process would. */
final class DriverWorld {
    final SimulatedRuntime runtime;
    final FakeApi api;
    final FakeDriver driver = new FakeDriver();
    private final List<AutoCloseable> loops = new ArrayList<>();
    private final List<FakeApi.Fault> faults = new ArrayList<>();

    DriverWorld(long seed) {
        this.runtime = SimulatedRuntime.shuffled(seed);
        this.api = new FakeApi(runtime);
        restart();
    }

    void restart() {
        try {
            for (AutoCloseable loop : loops) {
                loop.close();
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
        loops.clear();
        var informers = new SharedInformers(api, runtime);
        EventRecorder events = new ApiEventRecorder(api, runtime, "test");
        var resizer = new Resizer(api, informers, runtime, events, driver, volume -> true);
        var modifier = new Modifier(api, informers, runtime, events, driver, volume -> true);
        var attacher = new Attacher(
                api, informers, runtime, driver, volume -> volume.spec().hasCsi());
        var nodes = new NodeExpansion(api, informers, runtime, events, "n1"::equals);
        loops.addAll(List.of(resizer, modifier, attacher, nodes, informers));
        resizer.start();
        modifier.start();
        attacher.start();
        nodes.start();
        informers.start();
    }

    void settle() {
        runtime.advance(Duration.ofSeconds(10));
    }

    /** A bound claim {@code shop/data} and its volume {@code v}. */
    void claim() {
        PersistentVolumeClaim claim = api.put(PersistentVolumeClaim.KIND, Claims.bound());
        api.put(PersistentVolume.KIND, Claims.volume(claim));
        settle();
    }

    PersistentVolumeClaim claimed() {
        return api.get(PersistentVolumeClaim.KIND, new ObjectKey("shop", "data"));
    }

    PersistentVolume volume() {
        return api.get(PersistentVolume.KIND, ObjectKey.cluster("v"));
    }

    /** As a user does: tried again where somebody else was faster. */
    <T extends KubeObject> void change(Kind<T> kind, T object, UnaryOperator<T> change) {
        while (true) {
            try {
                api.update(kind, change.apply(api.get(kind, object.key())));
                return;
            } catch (ApiException refused) {
                if (!refused.isConflict() && !refused.isRetryable()) {
                    throw refused;
                }
            }
        }
    }

    void ask(String size) {
        change(PersistentVolumeClaim.KIND, Claims.bound(), claim -> Claims.asking(claim, size));
    }

    void run(String pod) {
        api.put(
                Pod.KIND,
                Pod.named("shop", pod)
                        .withSpec(PodSpec.EMPTY
                                .withNodeName("n1")
                                .withVolumes(List.of(Volume.EMPTY
                                        .withName("data")
                                        .withPersistentVolumeClaim(
                                                PersistentVolumeClaimVolumeSource.EMPTY.withClaimName("data")))))
                        .withStatus(PodStatus.EMPTY.withPhase("Running")));
        settle();
    }

    List<String> told() {
        return api.list(Event.KIND, "shop", Query.NONE).items().stream()
                .map(event -> event.involvedObject().kind() + " " + event.reason() + ": " + event.message())
                .toList();
    }

    List<String> conditions() {
        return claimed().status().conditions().stream()
                .map(condition -> condition.type())
                .toList();
    }

    /** Broken watches, lost history, refused writes, another process. {@link #calm} ends it. */
    void trouble() {
        switch (runtime.random().nextInt(8)) {
            case 0 -> api.dropWatches();
            case 1 -> {
                api.dropWatches();
                api.forgetHistory();
            }
            case 2 -> refuse(Verb.UPDATE, ApiException.serviceUnavailable("away"));
            case 3 -> refuse(Verb.WATCH, ApiException.serviceUnavailable("away"));
            case 4 -> restart();
            default -> {}
        }
    }

    private void refuse(Verb verb, ApiException refusal) {
        faults.add(api.beforeNext(request -> request.verb() == verb, request -> {
            throw refusal;
        }));
    }

    void calm() {
        faults.forEach(FakeApi.Fault::close);
        faults.clear();
        runtime.advance(Duration.ofHours(1));
    }
}
