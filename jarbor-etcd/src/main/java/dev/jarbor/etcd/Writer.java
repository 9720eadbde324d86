package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.etcd.proto.PutRequest;
import dev.jarbor.etcd.proto.RequestOp;
import dev.jarbor.etcd.proto.TxnRequest;
import dev.jarbor.store.StoreException;

/**
 * One open store as somebody who writes into etcd. It has a key of its own, and each of its commits requires that the key is
 * as it was when the commit was sent. Who must know what became of a commit whose answer was lost draws a line, by writing the
 * key: what was sent before has happened before the line, or never will.
 *
 * <pre>
 *  commit (line 0) ──────────────── ? answer lost
 *                       line drawn ──► 7
 *                                        commit (line 0), late ──► refused
 *                                        is it among all up to 7?  yes: done; no: surely not done
 * </pre>
 *
 * <p>Other commits that were under way meet the new line, and are made again under it.
 */
final class Writer {
    private static final int MOST_ATTEMPTS = 3;

    private final EtcdClient client;
    private final EtcdKeys keys;
    private final ByteString key;
    private final Object drawing = new Object();
    private volatile long line;

    /** @param name that no other has */
    Writer(EtcdClient client, EtcdKeys keys, String name) {
        this.client = client;
        this.keys = keys;
        this.key = keys.writer(name);
    }

    ByteString key() {
        return key;
    }

    /** The revision in etcd of the last line; 0 before the first. */
    long line() {
        return line;
    }

    /** Somebody met the line {@code found}, which was drawn although whoever drew it did not hear of it. */
    void met(long found) {
        synchronized (drawing) {
            line = Math.max(line, found);
        }
    }

    /**
     * Makes sure that nothing that was sent under the line {@code former} happens any more.
     *
     * @return the line, in etcd's revisions
     * @throws StoreException when etcd does not answer
     */
    long drawAfter(long former) {
        synchronized (drawing) {
            for (int attempt = 1; line == former; attempt++) {
                try {
                    line = client.commit("update", "", drawn()).getHeader().getRevision();
                } catch (StoreException failed) {
                    // To draw it twice does no harm.
                    if (attempt == MOST_ATTEMPTS || failed.outcome() == StoreException.Outcome.NOT_DONE) {
                        throw failed;
                    }
                }
            }
            return line;
        }
    }

    private TxnRequest drawn() {
        return TxnRequest.newBuilder()
                .addSuccess(put(key))
                .addSuccess(put(keys.revision()))
                .build();
    }

    private static RequestOp put(ByteString key) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key))
                .build();
    }
}
