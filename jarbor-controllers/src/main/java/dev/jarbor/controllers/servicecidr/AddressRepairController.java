package dev.jarbor.controllers.servicecidr;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.networking.v1.IPAddress;
import dev.jarbor.api.networking.v1.ParentReference;
import dev.jarbor.api.networking.v1.ServiceCIDR;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Sees to it that each address of a Service is kept for it by an IPAddress, and that no IPAddress keeps one for nobody. The server
 * writes both at once; what somebody changes later is put right here. The reference has this loop in its API server.
 *
 * @see <a href="https://kubernetes.io/docs/reference/networking/service-ip-ranges/">Service ClusterIP ranges</a>
 */
public final class AddressRepairController implements ControlLoop {
    public static final String NAME = "ipallocator-repair-controller";
    private static final int WORKERS = 5;
    /** The range that every cluster has: before it is there, nothing can be said. */
    private static final ObjectKey FIRST_RANGE = ObjectKey.cluster("kubernetes");
    /** As long as somebody may take to write a Service whose address is kept already. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final Api api;
    private final Informers informers;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<Service> services;
    private final Informer<IPAddress> addresses;
    private final Informer<ServiceCIDR> ranges;
    private final WorkQueue<Item> queue;

    /** One thing to look at. */
    private sealed interface Item {
        record OfService(ObjectKey key) implements Item {}

        record Address(String name) implements Item {}
    }

    public AddressRepairController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this.api = api;
        this.informers = informers;
        this.runtime = runtime;
        this.events = events;
        this.services = informers.of(Service.KIND);
        this.addresses = informers.of(IPAddress.KIND);
        this.ranges = informers.of(ServiceCIDR.KIND);
        this.queue = new WorkQueue<>(NAME, runtime, WORKERS, this::reconcile);
        services.onChange(change -> {
            queue.add(new Item.OfService(change.object().key()));
            AddressRepair.addresses(change.object()).forEach(address -> queue.add(new Item.Address(address)));
        });
        ranges.onChange(change -> {
            if (change instanceof Change.Added<ServiceCIDR>) {
                services.list().forEach(service -> queue.add(new Item.OfService(service.key())));
            }
        });
        addresses.onChange(change -> {
            queue.add(new Item.Address(change.object().name()));
            queue.add(new Item.OfService(parent(change.object())));
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        informers.whenSynced(queue::start);
    }

    private static ObjectKey parent(IPAddress address) {
        ParentReference reference = address.spec().parentRef();
        return new ObjectKey(reference.namespace(), reference.name());
    }

    private Outcome reconcile(Item item) {
        return switch (item) {
            case Item.OfService(ObjectKey key) ->
                services.get(key).map(this::service).orElse(Outcome.DONE);
            case Item.Address(String name) ->
                addresses.get(ObjectKey.cluster(name)).map(this::address).orElse(Outcome.DONE);
        };
    }

    private Outcome service(Service service) {
        if (ranges.get(FIRST_RANGE).isEmpty()) {
            return Outcome.DONE;
        }
        for (String address : AddressRepair.addresses(service)) {
            // Where the copies show that all is well it is; anything else is looked at on the server.
            Optional<IPAddress> seen = addresses.get(ObjectKey.cluster(address));
            if (AddressRepair.of(service, address, ranges.list(), seen, Optional.of(service))
                    instanceof AddressRepair.Fine) {
                continue;
            }
            Optional<Service> present = api.find(Service.KIND, service.key())
                    .filter(one -> AddressRepair.addresses(one).contains(address));
            if (present.isPresent()) {
                repair(present.get(), address);
            }
        }
        return Outcome.DONE;
    }

    private void repair(Service service, String address) {
        Optional<IPAddress> kept = api.find(IPAddress.KIND, ObjectKey.cluster(address));
        Optional<Service> parent = kept.flatMap(one -> api.find(Service.KIND, parent(one)));
        switch (AddressRepair.of(service, address, ranges.list(), kept, parent)) {
            case AddressRepair.Keep(Optional<AddressRepair.Tell> told) -> {
                told.ifPresent(one -> events.warning(service, one.reason(), one.message()));
                kept.ifPresent(one -> IfThere.write(() -> api.delete(IPAddress.KIND, one.key())));
                api.create(IPAddress.KIND, AddressRepair.keeping(address, service));
            }
            case AddressRepair.Tell(String reason, String message) -> events.warning(service, reason, message);
            case AddressRepair.Fine ignored -> {}
            case AddressRepair.Free ignored -> {}
            case AddressRepair.Wait ignored -> {}
        }
    }

    private Outcome address(IPAddress seen) {
        if (AddressRepair.of(seen, services.get(parent(seen))) instanceof AddressRepair.Fine) {
            return Outcome.DONE;
        }
        Optional<IPAddress> present = api.find(IPAddress.KIND, seen.key());
        if (present.isEmpty()) {
            return Outcome.DONE;
        }
        switch (AddressRepair.of(present.get(), api.find(Service.KIND, parent(present.get())))) {
            case AddressRepair.Free(AddressRepair.Tell told) -> free(present.get(), told);
            case AddressRepair.Wait(AddressRepair.Tell told) -> {
                Instant made = present.get().metadata().creationTimestamp().orElse(Instant.EPOCH);
                Duration left = Duration.between(runtime.now(), made.plus(GRACE));
                if (left.isPositive()) {
                    return Outcome.again(left);
                }
                free(present.get(), told);
            }
            case AddressRepair.Fine ignored -> {}
            case AddressRepair.Keep ignored -> {}
            case AddressRepair.Tell ignored -> {}
        }
        return Outcome.DONE;
    }

    private void free(IPAddress address, AddressRepair.Tell told) {
        events.warning(address, told.reason(), told.message());
        IfThere.write(() -> api.delete(IPAddress.KIND, address.key()));
    }
}
