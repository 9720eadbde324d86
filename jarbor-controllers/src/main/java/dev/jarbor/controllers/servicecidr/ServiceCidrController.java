package dev.jarbor.controllers.servicecidr;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.networking.v1.IPAddress;
import dev.jarbor.api.networking.v1.ServiceCIDR;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Query;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says of each range whether it is in use, and keeps one that is being deleted as long as an address would be in no range
 * without it.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/network/extend-service-ip-ranges/">Extend Service IP Ranges</a>
 */
public final class ServiceCidrController implements ControlLoop {
    static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";
    private static final String NAME = "service-cidr-controller";
    private static final String READY = "Ready";
    private static final int WORKERS = 5;
    /** How long nothing is given from a range any more before it goes. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<ServiceCIDR> ranges;
    private final Informer<IPAddress> addresses;
    private final Controller queue;

    public ServiceCidrController(Api api, Informers informers, Runtime runtime, EventRecorder events) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.ranges = informers.of(ServiceCIDR.KIND);
        this.addresses = informers.of(IPAddress.KIND);
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        ranges.onChange(this::rangeChanged);
        addresses.onChange(this::addressChanged);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    /** What a range that comes or goes contains may be free to go, or be held. */
    private void rangeChanged(Change<ServiceCIDR> change) {
        ServiceCIDR changed = change.object();
        queue.enqueue(changed.key());
        if (!(change instanceof Change.Updated<ServiceCIDR>)) {
            ranges.list().stream()
                    .filter(range -> Orphans.overlap(range, changed))
                    .forEach(range -> queue.enqueue(range.key()));
        }
    }

    private void addressChanged(Change<IPAddress> change) {
        if (change instanceof Change.Deleted<IPAddress>(IPAddress address)) {
            ranges.list().stream()
                    .filter(range -> range.metadata().hasDeletionTimestamp() && Orphans.contains(range, address))
                    .forEach(range -> queue.enqueue(range.key()));
        }
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<ServiceCIDR> found = ranges.get(key);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        ServiceCIDR range = found.get();
        if (range.metadata().hasDeletionTimestamp()) {
            return release(range);
        }
        ServiceCIDR kept = range.metadata().finalizers().contains(FINALIZER)
                ? range
                : api.update(ServiceCIDR.KIND, withFinalizer(range));
        try {
            tell(kept, "True", "", "Kubernetes Service CIDR is ready");
        } catch (ApiException refused) {
            if (!refused.isConflict() && !refused.isNotFound()) {
                events.warning(
                        range, "KubernetesServiceCIDRError", "The ServiceCIDR Status can not be set to Ready=True");
            }
            throw refused;
        }
        return Outcome.DONE;
    }

    private static ServiceCIDR withFinalizer(ServiceCIDR range) {
        var finalizers = new ArrayList<>(range.metadata().finalizers());
        finalizers.add(FINALIZER);
        return range.withMetadata(range.metadata().withFinalizers(finalizers));
    }

    private Outcome release(ServiceCIDR range) {
        if (Orphans.areLeftBy(range, ranges.list(), addresses.list())) {
            tell(
                    range,
                    "False",
                    "Terminating",
                    "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new"
                            + " ServiceCIDR");
            return Outcome.DONE;
        }
        Duration left = Duration.between(
                runtime.now(),
                range.metadata().deletionTimestamp().orElse(runtime.now()).plus(GRACE));
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        // What the copies do not show yet is seen now, or not at all.
        if (Orphans.areLeftBy(
                range,
                api.list(ServiceCIDR.KIND, "", Query.NONE).items(),
                api.list(IPAddress.KIND, "", Query.NONE).items())) {
            return Outcome.again(GRACE);
        }
        List<String> others = range.metadata().finalizers().stream()
                .filter(finalizer -> !finalizer.equals(FINALIZER))
                .toList();
        if (others.size() < range.metadata().finalizers().size()) {
            api.update(ServiceCIDR.KIND, range.withMetadata(range.metadata().withFinalizers(others)));
        }
        return Outcome.DONE;
    }

    private void tell(ServiceCIDR range, String status, String reason, String message) {
        Optional<Condition> before = range.status().conditions().stream()
                .filter(condition -> condition.type().equals(READY))
                .findFirst();
        if (before.isPresent()
                && before.get().status().equals(status)
                && before.get().reason().equals(reason)
                && before.get().message().equals(message)) {
            return;
        }
        var conditions = new ArrayList<>(range.status().conditions());
        conditions.removeIf(condition -> condition.type().equals(READY));
        conditions.add(Condition.EMPTY
                .withType(READY)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(runtime.now()));
        api.updateStatus(ServiceCIDR.KIND, range.withStatus(range.status().withConditions(conditions)));
    }
}
