package dev.jarbor.bench.stores;

import java.nio.file.Path;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** H2's MVStore, its file flushed after each commit. */
final class MvCandidate implements Candidate {
    private final MVStore store;
    private final MVMap<Long, byte[]> log;
    private final MVMap<String, byte[]> objects;

    MvCandidate(Path folder) {
        store = new MVStore.Builder()
                .fileName(folder.resolve("mv").toString())
                .autoCommitDisabled()
                .open();
        log = store.openMap("log");
        objects = store.openMap("objects");
    }

    @Override
    public void commit(long first, List<byte[]> group) {
        long number = first;
        for (byte[] object : group) {
            log.put(number, object);
            objects.put(new String(Candidate.key(number++), java.nio.charset.StandardCharsets.US_ASCII), object);
        }
        store.commit();
        store.sync();
    }

    @Override
    public long count() {
        long count = 0;
        for (var all = log.cursor(null); all.hasNext(); all.next()) {
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        store.closeImmediately();
    }
}
