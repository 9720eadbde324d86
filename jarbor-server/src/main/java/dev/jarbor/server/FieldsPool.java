package dev.jarbor.server;

import dev.jarbor.api.apply.Owner;
import dev.jarbor.api.apply.Owners;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps one copy of each set of fields and of each name of a manager: the pods of a workload, and whatever else is written by
 * the same program, differ in their values and hardly ever in who owns what; in when they came to, they always do. Bounded; when it is full it starts anew, which
 * costs memory and nothing else.
 */
final class FieldsPool {
    private static final int MOST = 4096;

    private final ConcurrentHashMap<Value, Value> known = new ConcurrentHashMap<>();

    /** @param before owners whose sets come from here */
    Owners shared(Owners owners, Owners before) {
        var shared = new ArrayList<Owner>(owners.list().size());
        for (Owner owner : owners.list()) {
            shared.add(isShared(owner, before) ? owner : new Owner(shared(owner.entry())));
        }
        return new Owners(shared);
    }

    /** Whoever has the very same set of fields as before has the rest from there too. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isShared(Owner owner, Owners before) {
        for (Owner known : before.list()) {
            if (known.fields().tree() == owner.fields().tree()) {
                return true;
            }
        }
        return false;
    }

    private ObjectValue shared(ObjectValue entry) {
        if (known.size() >= MOST) {
            known.clear();
        }
        ObjectValue shared = entry;
        for (int i = 0; i < entry.size(); i++) {
            if (entry.name(i).equals("time")) {
                continue;
            }
            Value value = entry.value(i);
            Value earlier = known.putIfAbsent(value, value);
            shared = earlier == null ? shared : shared.with(entry.name(i), earlier);
        }
        return shared;
    }
}
