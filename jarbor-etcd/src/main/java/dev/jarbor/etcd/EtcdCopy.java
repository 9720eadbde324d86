package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.etcd.proto.DeleteRangeRequest;
import dev.jarbor.etcd.proto.KeyValue;
import dev.jarbor.etcd.proto.PutRequest;
import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.RequestOp;
import dev.jarbor.etcd.proto.TxnRequest;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.record.Kept;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Copies a whole cluster out of etcd and into it, as records, sealed as they are: no key is needed. What servers share
 * beside objects is copied too.
 */
public final class EtcdCopy implements AutoCloseable {
    /**
     * How far revisions jump at a restore: farther than a cluster gets between a backup and the loss of what came after, so that
     * no revision that a client remembers comes again for something else.
     */
    static final long REVISIONS_SKIPPED = 1_000_000_000;

    /** Deletes a million keys, and more. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    /** A server writes more often than that: to say that it is there. */
    private static final Duration QUIET = Duration.ofSeconds(6);
    /** etcd takes 128 operations and 1.5 MiB at a time. */
    private static final int MOST_WRITES = 100;

    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_ATTEMPTS = 5;

    private final EtcdClient client;
    private final EtcdKeys keys;

    /** @param runtime one whose tasks may block */
    public EtcdCopy(EtcdSettings settings, Runtime runtime) {
        this.client = new EtcdClient(settings.withTimeout(TIMEOUT), runtime);
        this.keys = new EtcdKeys(settings.prefix());
    }

    /**
     * Tells {@code each} everything as it is at one revision, while servers go on.
     *
     * @return that revision
     * @throws StoreException when etcd cannot be read
     */
    public long read(Consumer<Kept> each) {
        var revisions = new Revisions();
        revisions.shiftBy(Loader.shift(client, keys));
        long at = Loader.walk(
                client,
                keys.first(),
                keys.end(),
                0,
                found -> keys.place(found.getKey())
                        .ifPresent(place -> each.accept(new Kept(
                                place.resource(),
                                place.key(),
                                revisions.of(found.getModRevision()),
                                found.getValue().toByteArray()))));
        Loader.walk(
                client,
                keys.firstAside(),
                keys.first(),
                at,
                found -> keys.sharedName(found.getKey())
                        .ifPresent(name -> each.accept(Kept.shared(
                                name,
                                revisions.of(found.getModRevision()),
                                found.getValue().toByteArray()))));
        return revisions.of(at);
    }

    /**
     * Makes the cluster what {@code objects} say. Until that is done no server opens it; where it is not done to its end, it must
     * be done again. Revisions move on beyond all that there were, so that watches from before are told to list again.
     *
     * @param revision that the objects were copied at
     * @return the revision afterwards
     * @throws StoreException when a server uses the cluster, or etcd does not do its part
     */
    public long restore(long revision, Collection<Kept> objects) {
        long last = Math.max(revision, requireQuiet());
        commit(List.of(put(keys.restoring(), ByteString.copyFromUtf8(Long.toString(revision)))));
        commit(List.of(RequestOp.newBuilder()
                .setRequestDeleteRange(
                        DeleteRangeRequest.newBuilder().setKey(keys.first()).setRangeEnd(keys.end()))
                .build()));
        write(objects);
        long before = client.read(
                        "get",
                        "",
                        RangeRequest.newBuilder().setKey(keys.shift()).build())
                .getHeader()
                .getRevision();
        long shift = last + REVISIONS_SKIPPED - before;
        long end = commit(List.of(
                put(keys.shift(), ByteString.copyFromUtf8(Long.toString(shift))),
                put(keys.revision(), ByteString.EMPTY),
                RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(keys.restoring()))
                        .build()));
        return end + shift;
    }

    /** The last revision of what is there; of a restore that was not finished too. */
    private long requireQuiet() {
        long[] shift = {0};
        Loader.walk(client, keys.firstAside(), keys.first(), 0, found -> {
            if (found.getKey().equals(keys.shift())) {
                shift[0] = Long.parseLong(found.getValue().toStringUtf8());
            }
        });
        RangeRequest marker = RangeRequest.newBuilder().setKey(keys.revision()).build();
        List<KeyValue> found = client.read("get", "", marker).getKvsList();
        if (!found.isEmpty()) {
            client.pause(QUIET);
            if (!client.read("get", "", marker).getKvsList().equals(found)) {
                throw new StoreException(
                        StoreException.Outcome.NOT_DONE, "a server writes into it: stop all servers first");
            }
        }
        return client.read("get", "", marker).getHeader().getRevision() + shift[0];
    }

    private void write(Collection<Kept> objects) {
        var writes = new ArrayList<RequestOp>();
        int bytes = 0;
        for (Kept object : objects) {
            if (writes.size() == MOST_WRITES || bytes + object.bytes().length > MOST_BYTES) {
                commit(writes);
                writes.clear();
                bytes = 0;
            }
            ByteString key = object.isShared()
                    ? keys.shared(object.key().name())
                    : keys.of(new EtcdKeys.Place(object.resource(), object.key()));
            writes.add(put(key, ByteString.copyFrom(object.bytes())));
            bytes += object.bytes().length;
        }
        if (!writes.isEmpty()) {
            commit(writes);
        }
    }

    private static RequestOp put(ByteString key, ByteString value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value))
                .build();
    }

    /** Every step may be done twice: so one whose outcome nobody knows is done again. */
    private long commit(List<RequestOp> writes) {
        TxnRequest request = TxnRequest.newBuilder().addAllSuccess(writes).build();
        for (int attempt = 1; ; attempt++) {
            try {
                return client.commit("restore", "", request).getHeader().getRevision();
            } catch (StoreException failed) {
                if (failed.outcome() == StoreException.Outcome.NOT_DONE || attempt == MOST_ATTEMPTS) {
                    throw failed;
                }
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
