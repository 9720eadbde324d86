package dev.jarbor.cli;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.ObjectList;
import dev.jarbor.client.Query;
import dev.jarbor.store.linear.Operation;
import dev.jarbor.store.linear.Operation.Get;
import dev.jarbor.store.linear.Operation.ListAll;
import dev.jarbor.store.linear.Operation.State;
import dev.jarbor.store.linear.Operation.Write;
import dev.jarbor.store.linear.WatchProperties.Told;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * What clients of an API do to a few ConfigMaps of one namespace, and what they are answered: gets, lists, creations, updates and
 * deletions, each of a version that somebody saw last, and each value written once. For many threads.
 */
final class ApiHistory {
    private static final String PREFIX = "key-";
    private static final int MOST_MARKS = 30;

    private final Api api;
    private final String namespace;
    private final int keys;
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong values = new AtomicLong();
    private final Map<ObjectKey, State> known = new ConcurrentHashMap<>();
    private final List<Operation> operations = new ArrayList<>();

    ApiHistory(Api api, String namespace, int keys) {
        this.api = api;
        this.namespace = namespace;
        this.keys = keys;
    }

    /** One call; whether it was answered. */
    boolean step(int client, RandomGenerator random) {
        ObjectKey key = key(random.nextInt(keys));
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> get(client, key);
            case 3 -> list(client);
            default -> write(client, key, random.nextInt(5) == 0);
        };
    }

    /** Writes what nobody wrote yet, as soon as the server answers, and returns the revision of that. */
    long mark() {
        for (int number = keys; number < keys + MOST_MARKS; number++) {
            ObjectKey key = key(number);
            write(-1, key, false);
            State written = known.getOrDefault(key, State.ABSENT);
            if (written.exists()) {
                return written.revision();
            }
        }
        throw new AssertionError("the server does not answer");
    }

    private boolean get(int client, ObjectKey key) {
        long begin = clock.incrementAndGet();
        try {
            State found = api.find(ConfigMap.KIND, key).map(ApiHistory::state).orElse(State.ABSENT);
            known.put(key, found);
            return answered(client, begin, new Get(key, found));
        } catch (ApiException unanswered) {
            return false;
        }
    }

    private boolean list(int client) {
        long begin = clock.incrementAndGet();
        try {
            ObjectList<ConfigMap> list = api.list(ConfigMap.KIND, namespace, Query.NONE);
            var found = new HashMap<ObjectKey, State>();
            for (ConfigMap object : list.items()) {
                if (object.name().startsWith(PREFIX)) {
                    found.put(object.key(), state(object));
                }
            }
            return answered(client, begin, new ListAll(Long.parseLong(list.resourceVersion()), found));
        } catch (ApiException unanswered) {
            return false;
        }
    }

    private boolean write(int client, ObjectKey key, boolean deletes) {
        State last = known.getOrDefault(key, State.ABSENT);
        long begin = clock.incrementAndGet();
        long value = deletes && last.exists() ? 0 : values.incrementAndGet();
        try {
            long revision = written(key, value, last);
            known.put(key, value == 0 ? State.ABSENT : new State(value, revision));
            return answered(client, begin, new Write(key, value, last.revision(), revision, true));
        } catch (ApiException failure) {
            int code = failure.status().code();
            if (code == 409 || code == 404) {
                answered(client, begin, new Write(key, value, last.revision(), 0, true));
                return get(client, key);
            }
            if (!(failure.getCause() instanceof ConnectException)) {
                add(new Operation(client, begin, Operation.NEVER, new Write(key, value, last.revision(), 0, false)));
            }
            return false;
        }
    }

    /** The revision; {@value #UNTOLD} for a deletion, of which the answer names none. */
    private long written(ObjectKey key, long value, State last) {
        if (value == 0) {
            String version = Long.toString(last.revision());
            api.delete(ConfigMap.KIND, key, DeleteOptions.NONE.ifResourceVersion(version));
            return UNTOLD;
        }
        ConfigMap object = object(key, value);
        if (!last.exists()) {
            return revision(api.create(ConfigMap.KIND, object));
        }
        return revision(api.update(
                ConfigMap.KIND,
                ConfigMap.KIND.read(object.value()
                        .update(
                                "metadata",
                                metadata -> metadata.with("resourceVersion", Long.toString(last.revision()))))));
    }

    private static final long UNTOLD = -2;

    private boolean answered(int client, long begin, Operation.Action action) {
        add(new Operation(client, begin, clock.incrementAndGet(), action));
        return true;
    }

    private void add(Operation operation) {
        synchronized (operations) {
            operations.add(operation);
        }
    }

    /**
     * Everything so far. The revisions of deletions are those that a watch told; one of which no watch told is an error.
     *
     * @param told by a watch that began before everything else
     */
    List<Operation> operations(List<Told> told) {
        var deletions = new HashMap<State, Long>();
        var last = new HashMap<ObjectKey, State>();
        for (Told one : told) {
            if (one instanceof Told.Change change) {
                State before = last.put(change.key(), new State(change.value(), change.revision()));
                if (change.value() == 0 && before != null) {
                    deletions.put(before, change.revision());
                }
            }
        }
        Map<Long, Long> byVersion = new HashMap<>();
        deletions.forEach((before, revision) -> byVersion.put(before.revision(), revision));
        synchronized (operations) {
            return operations.stream()
                    .map(operation -> operation.action() instanceof Write write && write.revision() == UNTOLD
                            ? new Operation(
                                    operation.client(), operation.begin(), operation.end(), told(write, byVersion))
                            : operation)
                    .toList();
        }
    }

    private static Write told(Write deletion, Map<Long, Long> byVersion) {
        Long revision = byVersion.get(deletion.expected());
        if (revision == null) {
            throw new AssertionError(
                    "no watch told of the deletion of " + deletion.key() + " at version " + deletion.expected());
        }
        return new Write(deletion.key(), 0, deletion.expected(), revision, true);
    }

    /** Whether the name is of one of this history. */
    static boolean isKey(String name) {
        return name.startsWith(PREFIX);
    }

    static long value(ConfigMap object) {
        return Long.parseLong(object.data().get("value"));
    }

    private ObjectKey key(int number) {
        return new ObjectKey(namespace, PREFIX + number);
    }

    private static ConfigMap object(ObjectKey key, long value) {
        return ConfigMap.named(key.namespace(), key.name()).withData(Map.of("value", Long.toString(value)));
    }

    private static State state(ConfigMap object) {
        return new State(value(object), revision(object));
    }

    private static long revision(ConfigMap object) {
        return Long.parseLong(object.value().object("metadata").string("resourceVersion"));
    }
}
