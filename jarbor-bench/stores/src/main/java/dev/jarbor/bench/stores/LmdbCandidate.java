package dev.jarbor.bench.stores;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/** LMDB: pages copied on write, flushed twice with each transaction. */
final class LmdbCandidate implements Candidate {
    private final Env<ByteBuffer> env;
    private final Dbi<ByteBuffer> log;
    private final Dbi<ByteBuffer> objects;
    private final ByteBuffer key = ByteBuffer.allocateDirect(64);

    LmdbCandidate(Path folder) {
        env = Env.create().setMapSize(16L << 30).setMaxDbs(2).open(folder.toFile());
        log = env.openDbi("log", DbiFlags.MDB_CREATE);
        objects = env.openDbi("objects", DbiFlags.MDB_CREATE);
    }

    @Override
    public void commit(long first, List<byte[]> group) {
        try (Txn<ByteBuffer> txn = env.txnWrite()) {
            long number = first;
            for (byte[] object : group) {
                log.reserve(txn, key.clear().putLong(number).flip(), object.length).put(object);
                objects.reserve(txn, key.clear().put(Candidate.key(number++)).flip(), object.length)
                        .put(object);
            }
            txn.commit();
        }
    }

    @Override
    public long count() {
        try (Txn<ByteBuffer> txn = env.txnRead()) {
            return log.stat(txn).entries;
        }
    }

    @Override
    public void close() {
        env.close();
    }
}
