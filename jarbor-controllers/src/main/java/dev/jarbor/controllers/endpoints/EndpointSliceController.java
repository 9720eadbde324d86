package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.status.ApiException;
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
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.Relapses;
import dev.jarbor.controllers.common.Unseen;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the EndpointSlices of each Service with a selector: the loop around {@link SlicePlan}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">EndpointSlices</a>
 */
public final class EndpointSliceController implements ControlLoop {
    private static final int WORKERS = 5;
    private static final String NAME = "endpointslice-controller";
    private static final String BY_SERVICE = "service-made-here";

    private final Api api;
    private final EventRecorder events;
    private final Informer<Service> services;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;
    private final Informer<EndpointSlice> slices;
    private final Unseen<EndpointSlice> unseen;
    private final SliceMetrics metrics;
    private final Relapses failing;
    private final Controller queue;
    private final ServiceHints hints;
    private final TriggerTimes triggers = new TriggerTimes();

    public EndpointSliceController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this(api, informers, runtime, events, new MetricRegistry());
    }

    public EndpointSliceController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, MetricRegistry registry) {
        this.api = api;
        this.events = events;
        this.services = informers.of(Service.KIND);
        this.pods = informers.of(Pod.KIND);
        this.nodes = informers.of(Node.KIND);
        this.slices = informers
                .of(EndpointSlice.KIND)
                .index(
                        BY_SERVICE,
                        slice -> service(slice)
                                .map(key -> List.of(key.toString()))
                                .orElse(List.of()));
        this.unseen = new Unseen<>(api, slices, runtime);
        this.metrics = new SliceMetrics(registry);
        this.failing = new Relapses(runtime);
        this.queue = new Controller(NAME, informers, runtime, WORKERS, key -> metrics.counted(() -> reconcile(key)));
        this.hints = new ServiceHints(nodes, events, queue::enqueue);
        services.onChange(change -> queue.enqueue(change.object().key()));
        slices.onChange(change -> service(change.object()).ifPresent(queue::enqueue));
        PodWatch.listen(pods, services, queue::enqueue);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    /** The service of a slice that is ours. */
    private static Optional<ObjectKey> service(EndpointSlice slice) {
        Map<String, String> labels = slice.metadata().labels();
        return labels.getOrDefault(SlicePlan.MANAGED_BY, "").equals(SlicePlan.MANAGER)
                ? Optional.ofNullable(labels.get(SlicePlan.SERVICE_NAME))
                        .map(name -> new ObjectKey(slice.namespace(), name))
                : Optional.empty();
    }

    private Outcome reconcile(ObjectKey key) {
        if (!unseen.settled(key)) {
            metrics.stale();
            return Outcome.again(Unseen.PATIENCE.plusSeconds(1));
        }
        List<EndpointSlice> existing = slices.by(BY_SERVICE, key.toString()).stream()
                .filter(slice -> !Ownership.isDeleting(slice))
                .toList();
        Optional<Service> found = services.get(key);
        if (found.isEmpty()) {
            // The garbage collector comes for its slices.
            unseen.forget(key);
            metrics.forget(key);
            hints.forget(key);
            triggers.forget(key);
            failing.forget(key.toString());
            return Outcome.DONE;
        }
        Service service = found.get();
        if (!ServicePods.isManaged(service)) {
            return Outcome.DONE;
        }
        List<Pod> selected = pods.list(service.namespace()).stream()
                .filter(pod -> ServicePods.selects(service, pod))
                .toList();
        // Hints by zone are dealt out over all slices together, so they make no slice differ by themselves.
        List<EndpointSlice> compared = ZoneHints.areWanted(service)
                ? existing.stream().map(ZoneHints::without).toList()
                : existing;
        SlicePlan plan = hints.hinted(
                service,
                SlicePlan.decide(
                        service,
                        selected,
                        compared,
                        name -> nodes.get(ObjectKey.cluster(name)),
                        triggers.next(service, selected)),
                existing);
        carryOut(service, plan);
        metrics.synced(service, existing, plan);
        return plan.missing().isEmpty() ? Outcome.DONE : lookAgain(service, plan.missing());
    }

    /** The nodes of some pods are about to be heard of, or the pods to go. */
    private Outcome lookAgain(Service service, List<String> missing) {
        metrics.failed();
        String key = service.key().toString();
        if (failing.hold(key, "nodes").isZero()) {
            tell(service, missing.size() == 1 ? missing.getFirst() : missing.toString());
        }
        return Outcome.again(failing.hold(key, "nodes"));
    }

    private void tell(Service service, String why) {
        events.warning(
                service,
                "FailedToUpdateEndpointSlices",
                "Error updating Endpoint Slices for Service " + service.key() + ": " + why);
    }

    private void carryOut(Service service, SlicePlan plan) {
        if (!Ownership.isDeleting(service)) { // the garbage collector would meet them
            for (EndpointSlice slice : plan.create()) {
                try {
                    unseen.created(service.key(), api.create(EndpointSlice.KIND, slice));
                } catch (ApiException refused) {
                    if (refused.isNamespaceTerminating()) {
                        return;
                    }
                    throw told(service, "failed to create EndpointSlice", refused);
                }
            }
        }
        for (EndpointSlice slice : plan.update()) {
            try {
                unseen.changed(service.key(), api.update(EndpointSlice.KIND, slice));
            } catch (ApiException refused) {
                throw told(service, "failed to update " + slice.name() + " EndpointSlice", refused);
            }
        }
        for (EndpointSlice slice : plan.delete()) {
            try {
                delete(service.key(), slice);
            } catch (ApiException refused) {
                throw told(service, "failed to delete " + slice.name() + " EndpointSlice", refused);
            }
        }
    }

    private ApiException told(Service service, String what, ApiException refused) {
        tell(service, what + " for Service " + service.key() + ": " + refused.getMessage());
        return refused;
    }

    private void delete(ObjectKey service, EndpointSlice slice) {
        IfThere.write(() -> {
            api.delete(
                    EndpointSlice.KIND,
                    slice.key(),
                    DeleteOptions.NONE.ifUid(slice.metadata().uid()));
            unseen.deleted(service, slice);
        });
    }
}
