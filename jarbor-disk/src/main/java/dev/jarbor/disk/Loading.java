package dev.jarbor.disk;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.SharedValues;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Draft;
import dev.jarbor.store.History;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.record.DamagedRecordException;
import dev.jarbor.store.record.RecordFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;

/** Makes a history from what the files hold. Objects are decoded on all processors, a batch at a time. */
final class Loading implements StoreFiles.Visitor {
    private static final int BATCH = 1 << 15;

    private final RecordFormat format;
    private final int window;
    private final Runtime runtime;
    private final SharedValues parts = new SharedValues();
    private final List<String> lost = new ArrayList<>();
    private final List<StateFile.Written> batch = new ArrayList<>();
    private final Map<String, TreeMap<ObjectKey, ObjectValue>> objects = new TreeMap<>();
    private @Nullable History history;
    private volatile boolean isStale;

    Loading(RecordFormat format, int window, Runtime runtime) {
        this.format = format;
        this.window = window;
        this.runtime = runtime;
    }

    History history() {
        return Objects.requireNonNull(history);
    }

    List<String> lost() {
        return lost;
    }

    /** Whether something would be sealed otherwise today. */
    boolean isStale() {
        return isStale;
    }

    @Override
    public void lost(String what) {
        lost.add(what);
    }

    @Override
    public void object(StateFile.Written object) {
        batch.add(object);
        if (batch.size() == BATCH) {
            decodeBatch();
        }
    }

    @Override
    public void base(long revision) {
        decodeBatch();
        HashPMap<String, TreePMap<ObjectKey, ObjectValue>> resources = HashTreePMap.empty();
        for (var all : objects.entrySet()) {
            resources = resources.plus(all.getKey(), TreePMap.fromSortedMap(all.getValue()));
        }
        objects.clear();
        history = new History(new Snapshot(revision, resources), window);
    }

    @Override
    public void commit(long revision, List<Entry> entries) {
        var draft = new Draft(history().latest(), revision);
        for (Entry entry : entries) {
            if (entry.isPut()) {
                decode(entry, revision).ifPresent(object -> draft.put(entry.resource(), entry.key(), object));
            } else {
                draft.delete(entry.resource(), entry.key());
            }
        }
        history().publish(draft);
    }

    private Optional<ObjectValue> decode(Entry entry, long revision) {
        try {
            RecordFormat.Stored stored = format.read(entry.resource(), entry.key(), revision, entry.written());
            if (stored.stale()) {
                isStale = true;
            }
            return Optional.of(parts.share(stored.object()));
        } catch (DamagedRecordException damaged) {
            synchronized (lost) {
                lost.add(damaged.getMessage() + ", of revision " + revision);
            }
            return Optional.empty();
        }
    }

    private void decodeBatch() {
        var decoded = new ArrayList<Optional<ObjectValue>>(batch.size());
        batch.forEach(ignored -> decoded.add(Optional.empty()));
        int shares = runtime.mayBlock() && batch.size() > 1000
                ? java.lang.Runtime.getRuntime().availableProcessors()
                : 1;
        var left = new CountDownLatch(shares - 1);
        var failure = new AtomicReference<@Nullable RuntimeException>();
        for (int share = 1; share < shares; share++) {
            int from = share;
            runtime.execute("decode stored objects", () -> {
                try {
                    decodeShare(from, shares, decoded);
                } catch (RuntimeException broken) {
                    failure.set(broken);
                } finally {
                    left.countDown();
                }
            });
        }
        decodeShare(0, shares, decoded);
        try {
            left.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CannotOpen("the opening of the store was interrupted", interrupted);
        }
        RuntimeException broken = failure.get();
        if (broken != null) {
            throw broken;
        }
        for (int i = 0; i < batch.size(); i++) {
            Entry entry = batch.get(i).entry();
            decoded.get(i)
                    .ifPresent(object -> objects.computeIfAbsent(entry.resource(), name -> new TreeMap<>())
                            .put(entry.key(), object));
        }
        batch.clear();
    }

    /** Each share has places of its own in the list. */
    private void decodeShare(int from, int step, List<Optional<ObjectValue>> decoded) {
        for (int i = from; i < batch.size(); i += step) {
            StateFile.Written written = batch.get(i);
            decoded.set(i, decode(written.entry(), written.revision()));
        }
    }
}
