package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.controllers.common.Unseen;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The loop around {@link Mirror}: Endpoints written by hand reach those who read EndpointSlices. */
public final class MirroringController implements ControlLoop {
    private static final int WORKERS = 5;
    private static final String NAME = "endpointslice-mirroring-controller";
    private static final String MIRRORED = "mirrored";

    private final Api api;
    private final EventRecorder events;
    private final Informer<Endpoints> endpoints;
    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Unseen<EndpointSlice> unseen;
    private final MirrorMetrics metrics;
    /** The version of the endpoints that people were told of last. One entry for those that are mirrored. */
    private final Map<ObjectKey, String> told = new ConcurrentHashMap<>();

    private final Controller queue;

    /** @param events of the component {@code endpoint-slice-mirroring-controller} */
    public MirroringController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    /** @param events of the component {@code endpoint-slice-mirroring-controller} */
    public MirroringController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.metrics = new MirrorMetrics(registry, runtime);
        this.api = api;
        this.events = events;
        this.endpoints = informers.of(Endpoints.KIND);
        this.services = informers.of(Service.KIND);
        this.slices = informers.of(EndpointSlice.KIND).index(MIRRORED, MirroringController::index);
        this.unseen = new Unseen<>(api, slices, runtime);
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        endpoints.onChange(change -> queue.enqueue(change.object().key()));
        services.onChange(change -> queue.enqueue(change.object().key()));
        slices.onChange(change -> index(change.object())
                .forEach(key -> queue.enqueue(new ObjectKey(
                        change.object().namespace(),
                        change.object().metadata().labels().getOrDefault(SlicePlan.SERVICE_NAME, "")))));
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private static List<String> index(EndpointSlice slice) {
        var labels = slice.metadata().labels();
        return Mirror.MANAGER.equals(labels.get(SlicePlan.MANAGED_BY))
                ? List.of(new ObjectKey(slice.namespace(), labels.getOrDefault(SlicePlan.SERVICE_NAME, "")).toString())
                : List.of();
    }

    private Outcome reconcile(ObjectKey key) {
        if (!unseen.settled(key)) {
            return Outcome.again(Unseen.PATIENCE.plusSeconds(1));
        }
        List<EndpointSlice> existing = slices.by(MIRRORED, key.toString());
        Optional<Endpoints> wanted = endpoints.get(key).filter(found -> Mirror.isWanted(found, services.get(key)));
        if (wanted.isEmpty()) {
            metrics.forget(key);
            told.remove(key);
            existing.forEach(slice -> delete(key, slice));
            return Outcome.DONE;
        }
        long begun = metrics.begin();
        Mirror mirror = Mirror.decide(wanted.get(), existing);
        mirror.create().forEach(slice -> unseen.created(key, api.create(EndpointSlice.KIND, slice)));
        mirror.update().forEach(slice -> unseen.changed(key, api.update(EndpointSlice.KIND, slice)));
        mirror.delete().forEach(slice -> delete(key, slice));
        metrics.mirrored(key, existing, mirror, begun);
        tell(wanted.get(), mirror);
        return Outcome.DONE;
    }

    /** Once for each state of the endpoints, whether it changes a slice or not. */
    private void tell(Endpoints about, Mirror mirror) {
        String version = about.metadata().resourceVersion();
        if (!version.equals(told.put(about.key(), version)) && mirror.surplus() > 0) {
            events.warning(
                    about,
                    "TooManyAddressesToMirror",
                    "A max of " + Mirror.MOST + " addresses can be mirrored to EndpointSlices per Endpoints subset. "
                            + mirror.surplus() + " addresses were skipped");
        }
    }

    private void delete(ObjectKey key, EndpointSlice slice) {
        IfThere.write(() -> {
            api.delete(
                    EndpointSlice.KIND,
                    slice.key(),
                    DeleteOptions.NONE.ifUid(slice.metadata().uid()));
            unseen.deleted(key, slice);
        });
    }
}
