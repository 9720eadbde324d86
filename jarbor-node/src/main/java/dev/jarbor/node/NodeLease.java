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
import java.util.List;
import java.util.Optional;

/** Says every ten seconds that the node is alive, by the Lease of its name in {@code kube-node-lease} (KEP-589). */
final class NodeLease {
    static final Duration RENEWAL = Duration.ofSeconds(10);
    private static final String NAMESPACE = "kube-node-lease";
    private static final int SECONDS = 40;

    private final Api api;
    private final Runtime runtime;
    private final String node;

    NodeLease(Api api, Runtime runtime, String node) {
        this.api = api;
        this.runtime = runtime;
        this.node = node;
    }

    void renew(Node owner) {
        ObjectKey key = new ObjectKey(NAMESPACE, node);
        Optional<Lease> present = api.find(Lease.KIND, key);
        LeaseSpec spec = present.map(Lease::spec)
                .orElse(LeaseSpec.EMPTY)
                .withHolderIdentity(node)
                .withLeaseDurationSeconds(SECONDS)
                .withRenewTime(runtime.now());
        if (present.isPresent()) {
            api.update(Lease.KIND, present.get().withSpec(spec));
            return;
        }
        Lease wanted = Lease.named(NAMESPACE, node).withSpec(spec);
        OwnerReference reference = OwnerReference.EMPTY
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .withUid(owner.metadata().uid());
        try {
            api.create(Lease.KIND, wanted.withMetadata(wanted.metadata().withOwnerReferences(List.of(reference))));
        } catch (ApiException refused) {
            if (!refused.isAlreadyExists()) {
                throw refused;
            }
        }
    }
}
