package dev.jarbor.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.coordination.v1.LeaseSpec;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Says every ten seconds that the node is alive, by the Lease of its name in {@code kube-node-lease} (KEP-589). */
final class NodeLease {
    static final Duration RENEWAL = Duration.ofSeconds(10);
    private static final String NAMESPACE = "kube-node-lease";
    private static final int SECONDS = 40;

    private final Api api;
    private final Runtime runtime;
    private final String node;
    /** As it was last written here. */
    private Optional<Lease> known = Optional.empty();

    NodeLease(Api api, Runtime runtime, String node) {
        this.api = api;
        this.runtime = runtime;
        this.node = node;
    }

    /**
     * Takes over from an agent that has renewed it until now.
     *
     * @return when it is to be renewed next; empty where there is none yet
     */
    Optional<Instant> takeOver() {
        known = api.find(Lease.KIND, new ObjectKey(NAMESPACE, node));
        return known.flatMap(lease -> lease.spec().renewTime()).map(last -> last.plus(RENEWAL));
    }

    /**
     * Renews it, making it where there is none.
     *
     * @param owner the node, where it has registered
     */
    void renew(Supplier<Optional<Node>> owner) {
        if (renewedAsKnown()) {
            return;
        }
        known = api.find(Lease.KIND, new ObjectKey(NAMESPACE, node));
        if (!renewedAsKnown()) {
            owner.get().ifPresent(this::create);
        }
    }

    /** The usual case, in one request: nobody else writes it. */
    private boolean renewedAsKnown() {
        if (known.isEmpty()) {
            return false;
        }
        try {
            known = Optional.of(api.update(
                    Lease.KIND, known.get().withSpec(renewed(known.get().spec()))));
            return true;
        } catch (ApiException refused) {
            known = Optional.empty();
            if (refused.isConflict() || refused.isNotFound()) {
                return false;
            }
            throw refused;
        }
    }

    private LeaseSpec renewed(LeaseSpec before) {
        return before.withHolderIdentity(node).withLeaseDurationSeconds(SECONDS).withRenewTime(runtime.now());
    }

    private void create(Node owner) {
        Lease wanted = Lease.named(NAMESPACE, node).withSpec(renewed(LeaseSpec.EMPTY));
        OwnerReference reference = OwnerReference.EMPTY
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .withUid(owner.metadata().uid());
        try {
            known = Optional.of(api.create(
                    Lease.KIND, wanted.withMetadata(wanted.metadata().withOwnerReferences(List.of(reference)))));
        } catch (ApiException refused) {
            if (!refused.isAlreadyExists()) {
                throw refused;
            }
        }
    }
}
