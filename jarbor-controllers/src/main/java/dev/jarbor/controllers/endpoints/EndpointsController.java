package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the Endpoints object of each Service with a selector, for clients older than EndpointSlices.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/#endpoints">Endpoints</a>
 */
public final class EndpointsController implements ControlLoop {
    private static final int WORKERS = 5;
    private static final String NAME = "endpoints-controller";
    /** What the label says of the objects that are written here. */
    private static final String MANAGER = "endpoint-controller";

    private static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    private static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

    private final Api api;
    private final EventRecorder events;
    private final Informer<Service> services;
    private final Informer<Pod> pods;
    private final Informer<Endpoints> endpoints;
    private final TriggerTimes triggers = new TriggerTimes();
    /** Services that were heard to go, until their endpoints are seen to. */
    private final Set<ObjectKey> gone = ConcurrentHashMap.newKeySet();

    private final Controller queue;

    public EndpointsController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this.api = api;
        this.events = events;
        this.services = informers.of(Service.KIND);
        this.pods = informers.of(Pod.KIND);
        this.endpoints = informers.of(Endpoints.KIND);
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        services.onChange(change -> {
            if (change instanceof Change.Deleted<Service>) {
                gone.add(change.object().key());
            }
            queue.enqueue(change.object().key());
        });
        endpoints.onChange(change -> queue.enqueue(change.object().key()));
        PodWatch.listen(pods, services, queue::enqueue);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Service> service = services.get(key);
        Optional<Endpoints> present = endpoints.get(key);
        if (service.isEmpty()) {
            boolean told = gone.contains(key);
            present.filter(found -> told || isOurs(found)).ifPresent(this::delete);
            triggers.forget(key);
            gone.remove(key);
            return Outcome.DONE;
        }
        gone.remove(key);
        if (!ServicePods.isManaged(service.get())) {
            return Outcome.DONE;
        }
        List<Pod> selected = pods.list(key.namespace()).stream()
                .filter(pod -> ServicePods.selects(service.get(), pod))
                .toList();
        Optional<Instant> trigger = triggers.next(service.get(), selected);
        Endpoints before = present.orElseGet(() -> Endpoints.EMPTY.withMetadata(
                ObjectMeta.EMPTY.withName(key.name()).withNamespace(key.namespace())));
        Endpoints wanted = wanted(service.get(), selected, before);
        if (present.isEmpty() || !same(wanted, before)) {
            write(stamped(wanted, ServicePods.stamped(wanted.metadata().annotations(), trigger)), present.isEmpty());
        }
        return Outcome.DONE;
    }

    /**
     * Endpoints that somebody wrote by hand go with their service where it is heard to go; else they may never have had one, as
     * the leases of leader elections of old.
     */
    private static boolean isOurs(Endpoints endpoints) {
        return endpoints.metadata().labels().getOrDefault(MANAGED_BY, "").equals(MANAGER);
    }

    private static Endpoints wanted(Service service, List<Pod> selected, Endpoints before) {
        Subsets subsets = Subsets.of(service, selected);
        var annotations = new TreeMap<>(before.metadata().annotations());
        if (subsets.truncated()) {
            annotations.put(OVER_CAPACITY, "truncated");
        } else {
            annotations.remove(OVER_CAPACITY);
        }
        Endpoints labelled = before.withMetadata(before.metadata()
                .withLabels(ServicePods.labels(service, Set.of(MANAGED_BY), Map.of(MANAGED_BY, MANAGER))));
        return stamped(labelled, annotations).withSubsets(subsets.list());
    }

    private static Endpoints stamped(Endpoints endpoints, Map<String, String> annotations) {
        return endpoints.withMetadata(endpoints.metadata().withAnnotations(annotations));
    }

    private static boolean same(Endpoints one, Endpoints other) {
        return one.subsets().equals(other.subsets())
                && one.metadata().labels().equals(other.metadata().labels())
                && one.metadata().annotations().equals(other.metadata().annotations());
    }

    private void write(Endpoints wanted, boolean isNew) {
        try {
            if (isNew) {
                api.create(Endpoints.KIND, wanted);
            } else {
                api.update(Endpoints.KIND, wanted);
            }
        } catch (ApiException refused) {
            if (isNew && refused.isNamespaceTerminating()) {
                return;
            }
            events.warning(
                    wanted,
                    isNew ? "FailedToCreateEndpoint" : "FailedToUpdateEndpoint",
                    (isNew ? "Failed to create endpoint for service " : "Failed to update endpoint ") + wanted.key()
                            + ": " + refused.getMessage());
            // A stale copy: what it lacks, or has too much, comes back as a change.
            if (!refused.isAlreadyExists() && !refused.isNotFound()) {
                throw refused;
            }
        }
    }

    private void delete(Endpoints left) {
        IfThere.write(() -> api.delete(Endpoints.KIND, left.key()));
    }
}
