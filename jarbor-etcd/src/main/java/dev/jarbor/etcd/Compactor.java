package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.etcd.proto.Compare;
import dev.jarbor.etcd.proto.KeyValue;
import dev.jarbor.etcd.proto.PutRequest;
import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.RequestOp;
import dev.jarbor.etcd.proto.TxnRequest;
import dev.jarbor.etcd.proto.TxnResponse;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.StoreException;
import java.time.Duration;

/**
 * Makes etcd forget old history, once in an interval whatever the number of servers. They agree by a key that counts the
 * rounds: who counts first compacts, to the revision that etcd had a round earlier; the others see that somebody did.
 * The key is that of the reference, so that an API server of the reference on the same etcd agrees too.
 *
 * <p>An etcd that is full refuses the key too; then each server compacts without it, to what it knew a round ago: what
 * makes room must not wait for room.
 */
final class Compactor {
    private static final System.Logger LOG = System.getLogger(Compactor.class.getName());
    private static final ByteString KEY = ByteString.copyFromUtf8("compact_rev_key");

    private static final String FULL = "database space exceeded";

    private final EtcdClient client;
    private final Runtime runtime;
    private final Duration interval;
    private long round;
    private long revision;
    private boolean closed;
    private Runtime.Timer next = () -> {};

    Compactor(EtcdClient client, Runtime runtime, Duration interval) {
        this.client = client;
        this.runtime = runtime;
        this.interval = interval;
    }

    void start() {
        if (interval.isPositive()) {
            later();
        }
    }

    synchronized void close() {
        closed = true;
        next.cancel();
    }

    private synchronized void later() {
        if (!closed) {
            next = runtime.schedule("etcd compaction", interval, this::run);
        }
    }

    private void run() {
        try {
            round();
        } catch (StoreException failed) {
            if (String.valueOf(failed.getMessage()).contains(FULL) && relieve()) {
                later();
                return;
            }
            LOG.log(System.Logger.Level.WARNING, "cannot compact etcd: error=" + failed.getMessage());
        }
        later();
    }

    /** A round without the key. */
    private boolean relieve() {
        try {
            RangeRequest look = RangeRequest.newBuilder().setKey(KEY).build();
            long now = client.read("get", "", look).getHeader().getRevision();
            if (revision > 0) {
                client.compact(revision);
            }
            revision = now;
            return true;
        } catch (StoreException failed) {
            return false;
        }
    }

    /** One round; whether this server was the one to compact. */
    boolean round() {
        TxnResponse answer = client.commit("compact", "", counted());
        if (!answer.getSucceeded()) {
            KeyValue found = answer.getResponses(0).getResponseRange().getKvs(0);
            round = found.getVersion();
            revision = answer.getHeader().getRevision();
            return false;
        }
        long before = revision;
        round++;
        revision = answer.getHeader().getRevision();
        if (before == 0) {
            return false;
        }
        client.compact(before);
        LOG.log(System.Logger.Level.DEBUG, "compacted etcd: revision=" + before);
        return true;
    }

    private TxnRequest counted() {
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setResult(Compare.CompareResult.EQUAL)
                        .setTarget(Compare.CompareTarget.VERSION)
                        .setKey(KEY)
                        .setVersion(round))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder()
                                .setKey(KEY)
                                .setValue(ByteString.copyFromUtf8(Long.toString(revision)))))
                .addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(KEY)))
                .build();
    }
}
