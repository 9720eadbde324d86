package dev.jarbor.bench.stores;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB, its log flushed with each group. */
final class RocksCandidate implements Candidate {
    static {
        RocksDB.loadLibrary();
    }

    private final RocksDB db;
    private final WriteOptions flushed = new WriteOptions().setSync(true);

    RocksCandidate(Path folder) throws RocksDBException {
        var options = new Options()
                .setCreateIfMissing(true)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
        db = RocksDB.open(options, folder.toString());
    }

    @Override
    public void commit(long first, List<byte[]> group) throws RocksDBException {
        try (var batch = new WriteBatch()) {
            long number = first;
            for (byte[] object : group) {
                batch.put(ByteBuffer.allocate(9).put((byte) 'L').putLong(number).array(), object);
                batch.put(Candidate.key(number++), object);
            }
            db.write(flushed, batch);
        }
    }

    @Override
    public long count() {
        long count = 0;
        try (RocksIterator all = db.newIterator()) {
            for (all.seek(new byte[] {'L'}); all.isValid() && all.key()[0] == 'L'; all.next()) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        db.close();
    }
}
