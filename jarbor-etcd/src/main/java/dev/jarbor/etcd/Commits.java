package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.etcd.proto.Compare;
import dev.jarbor.etcd.proto.DeleteRangeRequest;
import dev.jarbor.etcd.proto.KeyValue;
import dev.jarbor.etcd.proto.PutRequest;
import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.RangeResponse;
import dev.jarbor.etcd.proto.RequestOp;
import dev.jarbor.etcd.proto.ResponseOp;
import dev.jarbor.etcd.proto.TxnRequest;
import dev.jarbor.etcd.proto.TxnResponse;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Draft;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Transactions of the store as transactions of etcd: what each write expects is a comparison, what it does an operation in
 * the same place, and the revision key comes last. Where a comparison fails, etcd answers with what it has under each key.
 */
final class Commits {
    /** A revision that no key has. */
    private static final long NEVER = -1;

    private final EtcdKeys keys;
    private final Records records;
    private final Revisions revisions;

    Commits(EtcdKeys keys, Records records, Revisions revisions) {
        this.keys = keys;
        this.revisions = revisions;
        this.records = records;
    }

    /**
     * @param name of the commit, which its revision key carries
     * @param writer the key of who makes it
     * @param line the revision in etcd that the writer's key must have
     */
    TxnRequest request(Transaction transaction, ByteString name, ByteString writer, long line) {
        TxnRequest.Builder request = TxnRequest.newBuilder().addCompare(at(writer, line));
        for (Transaction.Write write : transaction.writes()) {
            ByteString key = keys.of(place(write));
            expectation(write, key).forEach(request::addCompare);
            request.addSuccess(operation(write, key));
            request.addFailure(get(key));
        }
        return request.addSuccess(put(keys.revision(), name))
                .addFailure(get(writer))
                .addFailure(get(keys.revision()))
                .build();
    }

    /** The line that a refused commit met. */
    static long line(Transaction transaction, TxnResponse answer) {
        RangeResponse found = answer.getResponses(transaction.writes().size()).getResponseRange();
        return found.getKvsCount() == 0 ? 0 : found.getKvs(0).getModRevision();
    }

    private static EtcdKeys.Place place(Transaction.Write write) {
        return new EtcdKeys.Place(write.resource(), write.key());
    }

    /** Puts {@code value} where nothing is, and in any case answers with what is there then. */
    TxnRequest first(ByteString key, ByteString value) {
        return TxnRequest.newBuilder()
                .addCompare(compare(key, Transaction.ABSENT))
                .addSuccess(put(key, value))
                .addSuccess(get(key))
                .addFailure(get(key))
                .build();
    }

    /** How the reference would call the transaction. */
    static String name(Transaction transaction) {
        return switch (transaction.writes().getFirst()) {
            case Transaction.Put put -> put.expectedRevision() == Transaction.ABSENT ? "create" : "update";
            case Transaction.Delete ignored -> "delete";
            case Transaction.Require ignored -> "update";
        };
    }

    private List<Compare> expectation(Transaction.Write write, ByteString key) {
        var expected = new ArrayList<Compare>();
        if (write.expectedRevision() != Transaction.ANY) {
            expected.add(compare(key, write.expectedRevision()));
        }
        if (write instanceof Transaction.Delete && write.expectedRevision() <= 0) {
            expected.add(Compare.newBuilder()
                    .setResult(Compare.CompareResult.GREATER)
                    .setTarget(Compare.CompareTarget.VERSION)
                    .setKey(key)
                    .setVersion(0)
                    .build());
        }
        return expected;
    }

    /** The revision of a key that is not there is 0, as the store's ABSENT is; none is from before a restore. */
    private Compare compare(ByteString key, long revision) {
        long expected = revision == Transaction.ABSENT ? 0 : revisions.inEtcd(revision);
        return at(key, expected > 0 || revision == Transaction.ABSENT ? expected : NEVER);
    }

    private static Compare at(ByteString key, long inEtcd) {
        return Compare.newBuilder()
                .setResult(Compare.CompareResult.EQUAL)
                .setTarget(Compare.CompareTarget.MOD)
                .setKey(key)
                .setModRevision(inEtcd)
                .build();
    }

    private RequestOp operation(Transaction.Write write, ByteString key) {
        return switch (write) {
            case Transaction.Put put -> put(key, records.bytes(place(put), put.object()));
            case Transaction.Delete ignored ->
                RequestOp.newBuilder()
                        .setRequestDeleteRange(
                                DeleteRangeRequest.newBuilder().setKey(key).setPrevKv(true))
                        .build();
            case Transaction.Require ignored -> get(key);
        };
    }

    private static RequestOp put(ByteString key, ByteString value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value))
                .build();
    }

    private static RequestOp get(ByteString key) {
        return RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(key))
                .build();
    }

    /** The commit that the cache must have before anybody is told of the answer. */
    long awaited(TxnResponse answer) {
        if (answer.getSucceeded()) {
            return revisions.of(answer.getHeader().getRevision());
        }
        RangeResponse marker =
                answer.getResponses(answer.getResponsesCount() - 1).getResponseRange();
        return marker.getKvsCount() == 0 ? 0 : revisions.of(marker.getKvs(0).getModRevision());
    }

    Commit outcome(Transaction transaction, TxnResponse answer) {
        List<Transaction.Write> writes = transaction.writes();
        if (answer.getSucceeded()) {
            long revision = revisions.of(answer.getHeader().getRevision());
            var objects = new ArrayList<ObjectValue>(writes.size());
            for (int i = 0; i < writes.size(); i++) {
                objects.add(written(writes.get(i), answer.getResponses(i), revision));
            }
            return new Commit.Done(revision, objects);
        }
        for (int i = 0; i < writes.size(); i++) {
            Optional<ObjectValue> found = found(writes.get(i), answer.getResponses(i));
            if (!writes.get(i).holdsFor(found)) {
                return new Commit.Conflict(writes.get(i), found);
            }
        }
        throw new IllegalStateException("etcd refused a transaction whose conditions hold");
    }

    /** What was committed at {@code revision}, as the watch tells it; {@code before} is the state before. */
    Commit.Done heard(Transaction transaction, long revision, Snapshot before) {
        var objects = new ArrayList<ObjectValue>(transaction.writes().size());
        for (Transaction.Write write : transaction.writes()) {
            Optional<ObjectValue> found = before.get(write.resource(), write.key());
            objects.add(
                    switch (write) {
                        case Transaction.Put put -> records.shared(Draft.stamped(put.object(), revision));
                        case Transaction.Delete ignored -> Draft.stamped(found.orElse(ObjectValue.EMPTY), revision);
                        case Transaction.Require ignored -> found.orElse(ObjectValue.EMPTY);
                    });
        }
        return new Commit.Done(revision, objects);
    }

    private ObjectValue written(Transaction.Write write, ResponseOp answer, long revision) {
        return switch (write) {
            case Transaction.Put put -> records.shared(Draft.stamped(put.object(), revision));
            case Transaction.Delete ignored ->
                Draft.stamped(
                        records.object(
                                place(write), answer.getResponseDeleteRange().getPrevKvs(0)),
                        revision);
            case Transaction.Require ignored -> found(write, answer).orElse(ObjectValue.EMPTY);
        };
    }

    private Optional<ObjectValue> found(Transaction.Write write, ResponseOp answer) {
        List<KeyValue> found = answer.getResponseRange().getKvsList();
        return found.isEmpty() ? Optional.empty() : Optional.of(records.object(place(write), found.getFirst()));
    }
}
