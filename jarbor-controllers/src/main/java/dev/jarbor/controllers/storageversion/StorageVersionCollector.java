package dev.jarbor.controllers.storageversion;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiserverinternal.v1alpha1.StorageVersion;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import java.util.Optional;

/**
 * Removes from StorageVersions what API servers said that are gone, by their identity Leases; runs only where the cluster
 * has such objects.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/2339-storageversion-api-for-ha-api-servers">KEP-2339</a>
 */
public final class StorageVersionCollector implements ControlLoop {
    private static final String NAME = "storageversion-garbage-collector-controller";
    private static final String LEASES = "kube-system";
    private static final String IDENTITY = "apiserver.kubernetes.io/identity";

    private final Api api;
    private final Runtime runtime;
    private final Informer<StorageVersion> versions;
    private final Controller queue;

    public StorageVersionCollector(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
        this.versions = informers.of(StorageVersion.KIND);
        Informer<Lease> leases = informers.of(Lease.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        versions.onChange(change -> queue.enqueue(change.object().key()));
        leases.onChange(change -> {
            if (change instanceof Change.Deleted<Lease>(Lease lease) && isIdentity(lease)) {
                versions.list().stream()
                        .filter(version -> version.status().storageVersions().stream()
                                .anyMatch(server -> server.apiServerID().equals(lease.name())))
                        .forEach(version -> queue.enqueue(version.key()));
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private static boolean isIdentity(Lease lease) {
        return lease.namespace().equals(LEASES)
                && "kube-apiserver".equals(lease.metadata().labels().get(IDENTITY));
    }

    /** Asks the API, not the copies: a server that has just come must not be taken for one that is gone. */
    private Outcome reconcile(ObjectKey key) {
        Optional<StorageVersion> found = versions.get(key).flatMap(seen -> api.find(StorageVersion.KIND, key));
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        Remaining remaining = Remaining.of(found.get(), this::isPresent, runtime.now());
        IfThere.write(() -> {
            if (remaining.empty()) {
                api.delete(
                        StorageVersion.KIND,
                        key,
                        DeleteOptions.NONE.ifUid(found.get().metadata().uid()));
            } else if (remaining.changed()) {
                api.updateStatus(StorageVersion.KIND, remaining.version());
            }
        });
        return Outcome.DONE;
    }

    private boolean isPresent(String server) {
        return api.find(Lease.KIND, new ObjectKey(LEASES, server))
                .filter(StorageVersionCollector::isIdentity)
                .isPresent();
    }
}
