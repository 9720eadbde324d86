package dev.jarbor.disk;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.Transaction;
import dev.jarbor.store.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the tests of durable stores write and read. */
final class Stores {
    static final String PODS = "pods";
    static final DurableSettings SETTINGS = DurableSettings.DEFAULT.withWindow(100);

    private Stores() {}

    static DurableStore open(Disk disk) {
        return DurableStore.open(disk, SETTINGS, new SimulatedRuntime(1));
    }

    static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }

    static Transaction.Put put(String name, long number) {
        ObjectValue object = ObjectValue.of(
                        "metadata", ObjectValue.EMPTY.with("name", name).with("namespace", "default"))
                .with("number", number);
        return new Transaction.Put(PODS, key(name), object, Transaction.ANY);
    }

    static Transaction.Delete delete(String name) {
        return new Transaction.Delete(PODS, key(name), Transaction.ANY);
    }

    static long commit(Store store, Transaction.Write... writes) {
        return ((Commit.Done) store.commit(Transaction.of(writes))).revision();
    }

    /** What the store holds, such as {@code a=1@3}: a name, a number and the revision that wrote it. */
    static List<String> contents(Store store) {
        return store.snapshot().all(PODS).values().stream().map(Stores::text).toList();
    }

    static List<String> events(Store store, long after) {
        var events = new ArrayList<String>();
        try (Watch watch = store.watch(PODS, after, () -> {})) {
            for (List<StoreEvent> next = watch.poll(100); !next.isEmpty(); next = watch.poll(100)) {
                next.forEach(event -> events.add(
                        event.getClass().getSimpleName().toLowerCase(Locale.ROOT) + " " + text(event.object())));
            }
        }
        return events;
    }

    private static String text(ObjectValue object) {
        ObjectValue metadata = object.object("metadata");
        return metadata.string("name") + "=" + object.integer("number") + "@" + metadata.string("resourceVersion");
    }
}
