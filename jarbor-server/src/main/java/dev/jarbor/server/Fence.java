package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must still be true when a write is committed, besides what the write itself is about. Of a leader: that its term is
 * not over. The Lease is part of the write's transaction, so the store itself decides it, in one order with the commit by
 * which somebody else took the Lease: a write that was under way for minutes, in a process that was paused or in a
 * network, comes too late or not at all.
 *
 * @see <a href="https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html">fencing</a>
 */
public sealed interface Fence {
    /** Requires nothing. */
    Fence NONE = new Nothing();

    /** Requires the term that began with {@code held}: see {@link dev.jarbor.client.LeaderElection}. */
    static Fence of(Lease held) {
        return new Term(
                held.key(),
                held.metadata().uid(),
                held.spec().holderIdentity(),
                held.spec().leaseTransitions());
    }

    /**
     * Commits {@code writes} if they and the fence hold.
     *
     * @return what became of the writes; the objects of the outcome begin with theirs
     * @throws ApiException of reason ServiceUnavailable when the fence does not hold; then nothing was written
     */
    Commit commit(Store store, List<Transaction.Write> writes);

    /** Holds always. */
    record Nothing() implements Fence {
        @Override
        public Commit commit(Store store, List<Transaction.Write> writes) {
            return store.commit(new Transaction(writes));
        }
    }

    /** Holds while the Lease is the same, held by the same for the same time. */
    record Term(ObjectKey lease, String uid, String holder, int transitions) implements Fence {
        private static final String LEASES = "leases.coordination.k8s.io";
        /** How often the Lease may be renewed between a look and a commit; that happens once in seconds. */
        private static final int MOST_ATTEMPTS = 8;

        @Override
        public Commit commit(Store store, List<Transaction.Write> writes) {
            Optional<ObjectValue> seen = store.snapshot().get(LEASES, lease);
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                var required = new Transaction.Require(LEASES, lease, Metadata.revision(held(seen)));
                var all = new ArrayList<>(writes);
                if (writes.stream().noneMatch(this::isOfTheLease)) {
                    all.add(required);
                }
                Commit outcome = store.commit(new Transaction(all));
                if (!(outcome instanceof Commit.Conflict conflict
                        && conflict.write().equals(required))) {
                    return outcome;
                }
                seen = conflict.found();
            }
            throw over();
        }

        private boolean isOfTheLease(Transaction.Write write) {
            return write.resource().equals(LEASES) && write.key().equals(lease);
        }

        private ObjectValue held(Optional<ObjectValue> seen) {
            return seen.filter(found -> Fence.of(Lease.KIND.read(found)).equals(this))
                    .orElseThrow(this::over);
        }

        private ApiException over() {
            return ApiException.serviceUnavailable("the lease " + lease + " is not held by " + holder + " any more");
        }
    }
}
