package dev.jarbor.controllers.resourcequota;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ResourceQuota;
import dev.jarbor.api.quota.QuotaStatus;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Writes into each quota what it bounds and how much of that is used. The server charges; only this loop gives back.
 *
 * <p>A count holds only for the revision of the quota that was read before it: whatever is charged in between changes the
 * quota, the write is refused as a conflict, and the count is made anew. So no count ever hides a charge.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">Resource Quotas</a>
 */
public final class ResourceQuotaController implements ControlLoop {
    private static final int WORKERS = 5;
    private static final String NAME = "resourcequota-controller";

    /** Everything is counted again at least so often, as in the reference. */
    private static final Duration RESYNC = Duration.ofMinutes(5);

    /** After a charge came in between. */
    private static final Duration SOON = Duration.ofMillis(5);

    private final Api api;
    private final Informers informers;
    private final Runtime runtime;
    private final Countable countable;
    private final Informer<ResourceQuota> quotas;
    private final OtherKinds others;
    private final Controller queue;

    /** @param resources what the cluster serves, such as {@code Schemas.builtIn().resources()} */
    public ResourceQuotaController(Api api, Informers informers, Runtime runtime, List<ResourceDefinition> resources) {
        this.api = api;
        this.informers = informers;
        this.runtime = runtime;
        this.countable = new Countable(api, resources);
        this.queue = new Controller(NAME, runtime, WORKERS, this::reconcile);
        this.quotas = informers.of(ResourceQuota.KIND);
        quotas.onChange(this::quotaChanged);
        this.others = new OtherKinds(api, informers, runtime, countable, new OtherKinds.Listener() {
            @Override
            public void changed(String resource, Change<GenericObject> change) {
                objectChanged(resource, change);
            }

            @Override
            public void known(String resource) {
                quotas.list().stream()
                        .filter(quota -> Replenishment.concerns(quota, resource))
                        .forEach(quota -> queue.enqueue(quota.key()));
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    /**
     * Begins to count as soon as the quotas are known; only then asks for the informers of everything that can be
     * counted, so that the loops started before it need not wait until all of them have caught up.
     */
    @Override
    public void start() {
        informers.whenSynced(() -> {
            queue.start();
            others.start();
        });
        countable.kinds().forEach(this::watch);
    }

    @Override
    public void close() {
        others.close();
        queue.close();
    }

    private void quotaChanged(Change<ResourceQuota> change) {
        switch (change) {
            case Change.Added<ResourceQuota>(ResourceQuota added) -> queue.enqueue(added.key());
            case Change.Updated<ResourceQuota>(ResourceQuota before, ResourceQuota after) -> {
                if (!before.spec().equals(after.spec())) {
                    queue.enqueue(after.key());
                }
            }
            case Change.Deleted<ResourceQuota> deleted -> {}
        }
    }

    private void watch(String resource, Kind<GenericObject> kind) {
        informers.of(kind).onChange(change -> objectChanged(resource, change));
    }

    private void objectChanged(String resource, Change<GenericObject> change) {
        List<ResourceQuota> there = quotas.list(change.object().namespace());
        if (!there.isEmpty() && Replenishment.frees(resource, change, runtime.now())) {
            there.stream()
                    .filter(quota -> Replenishment.concerns(quota, resource))
                    .forEach(quota -> queue.enqueue(quota.key()));
        }
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<ResourceQuota> found = api.find(ResourceQuota.KIND, key);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        ObjectValue quota = found.get().value();
        ObjectValue status =
                QuotaStatus.of(quota, resource -> countable.objects(resource, key.namespace()), runtime.now());
        if (isSame(status, quota.object("status"))) {
            return Outcome.again(RESYNC);
        }
        try {
            api.updateStatus(ResourceQuota.KIND, ResourceQuota.KIND.read(quota.with("status", status)));
            return Outcome.again(RESYNC);
        } catch (ApiException refused) {
            if (refused.isConflict()) {
                return Outcome.again(SOON);
            }
            if (refused.isNotFound()) {
                return Outcome.DONE;
            }
            throw refused;
        }
    }

    /** Amounts are the same however they are written. */
    private static boolean isSame(ObjectValue one, ObjectValue other) {
        return Usage.read(one.object("hard")).equals(Usage.read(other.object("hard")))
                && Usage.read(one.object("used")).equals(Usage.read(other.object("used")));
    }
}
