package dev.jarbor.store.linear;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Draft;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import dev.jarbor.store.linear.Operation.Get;
import dev.jarbor.store.linear.Operation.ListAll;
import dev.jarbor.store.linear.Operation.State;
import dev.jarbor.store.linear.Operation.Write;
import dev.jarbor.store.linear.WatchProperties.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What clients do to a store while it is watched how it takes it: gets, lists, creations, updates and deletions of a few
 * keys, one or two in a transaction, each value written once. Remembers when each began and ended. For many threads.
 */
public final class Workload {
    public static final String RESOURCE = "registers";

    private final int keys;
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong values = new AtomicLong();
    private final List<Operation> history = new ArrayList<>();

    public Workload(int keys) {
        this.keys = keys;
    }

    /** Everything so far. */
    public List<Operation> history() {
        synchronized (history) {
            return List.copyOf(history);
        }
    }

    /** How many commits were acknowledged. */
    public long acknowledged() {
        return history().stream()
                .filter(operation -> operation.action() instanceof Write write && write.done())
                .count();
    }

    /** One call, begun, made and answered at once. */
    public void step(int client, Store store, RandomGenerator random) {
        begin(client, store, random, Runnable::run);
    }

    /**
     * One call in three steps that others may come between: it is sent, it is carried out, it is answered.
     *
     * @param next is given each step but the first
     */
    public void begin(int client, Store store, RandomGenerator random, Consumer<Runnable> next) {
        long begin = clock.incrementAndGet();
        int dice = random.nextInt(10);
        if (dice < 3) {
            ObjectKey key = key(random.nextInt(keys));
            next.accept(() -> read(store, next, now -> add(client, begin, new Get(key, state(now, key)))));
        } else if (dice == 3) {
            next.accept(() -> read(store, next, now -> add(client, begin, all(now))));
        } else {
            Snapshot known = store.snapshot();
            var planned = new LinkedHashMap<ObjectKey, Long>();
            int count = random.nextInt(4) == 0 ? 2 : 1;
            for (int i = 0; i < count; i++) {
                planned.put(key(random.nextInt(keys)), random.nextInt(5) == 0 ? 0 : values.incrementAndGet());
            }
            next.accept(() -> write(client, begin, store, known, planned, next));
        }
    }

    private interface Reading {
        void of(Snapshot now);
    }

    private static void read(Store store, Consumer<Runnable> next, Reading reading) {
        try {
            Snapshot now = store.current();
            next.accept(() -> reading.of(now));
        } catch (StoreException unanswered) {
            // a read that was not answered says nothing
        }
    }

    private void write(
            int client,
            long begin,
            Store store,
            Snapshot known,
            Map<ObjectKey, Long> planned,
            Consumer<Runnable> next) {
        var writes = new ArrayList<Transaction.Write>();
        planned.forEach((key, value) -> {
            long expected = state(known, key).revision();
            // The deletion of what is not there is refused whatever is expected.
            writes.add(
                    value == 0
                            ? new Transaction.Delete(RESOURCE, key, expected)
                            : new Transaction.Put(RESOURCE, key, object(key, value), expected));
        });
        try {
            switch (store.commit(new Transaction(writes))) {
                case Commit.Done done ->
                    next.accept(() -> writes.forEach(
                            write -> add(client, begin, written(write, planned, done.revision(), true))));
                case Commit.Conflict conflict ->
                    next.accept(() -> add(client, begin, written(conflict.write(), planned, 0, true)));
            }
        } catch (StoreException failed) {
            if (failed.outcome() != StoreException.Outcome.NOT_DONE) {
                for (Transaction.Write write : writes) {
                    add(new Operation(client, begin, Operation.NEVER, written(write, planned, 0, false)));
                }
            }
        }
    }

    private static Write written(Transaction.Write write, Map<ObjectKey, Long> planned, long revision, boolean known) {
        long value = planned.getOrDefault(write.key(), 0L);
        return new Write(write.key(), value, write.expectedRevision(), revision, known);
    }

    private void add(int client, long begin, Operation.Action action) {
        add(new Operation(client, begin, clock.incrementAndGet(), action));
    }

    private void add(Operation operation) {
        synchronized (history) {
            history.add(operation);
        }
    }

    private static ObjectKey key(int number) {
        return new ObjectKey("default", "k" + number);
    }

    private static ObjectValue object(ObjectKey key, long value) {
        ObjectValue metadata = ObjectValue.EMPTY.with("name", key.name()).with("namespace", key.namespace());
        return ObjectValue.of("metadata", metadata).with("value", value);
    }

    private static State state(Snapshot now, ObjectKey key) {
        return now.get(RESOURCE, key).map(Workload::state).orElse(State.ABSENT);
    }

    private static State state(ObjectValue object) {
        return new State(object.integer("value"), Draft.revisionOf(object));
    }

    private static ListAll all(Snapshot now) {
        var found = new HashMap<ObjectKey, State>();
        now.all(RESOURCE).forEach((key, object) -> found.put(key, state(object)));
        return new ListAll(now.revision(), found);
    }

    /** Takes what a watch has to tell now, and what it promises then. */
    public static void drain(Watch watch, List<Told> told) {
        List<StoreEvent> events = watch.poll(7);
        while (!events.isEmpty()) {
            for (StoreEvent event : events) {
                long value =
                        event instanceof StoreEvent.Deleted ? 0 : event.object().integer("value");
                told.add(new Told.Change(event.key(), value, event.revision()));
            }
            told.add(new Told.Bookmark(watch.seen()));
            events = watch.poll(7);
        }
        told.add(new Told.Bookmark(watch.seen()));
    }
}
