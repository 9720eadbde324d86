package dev.jarbor.server;

import dev.jarbor.api.apply.FieldSet;
import dev.jarbor.api.apply.Owner;
import dev.jarbor.api.apply.Owners;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps one copy of each set of fields: the pods of a workload, and whatever else is written by the same program, differ in
 * their values and hardly ever in who owns what. Bounded; when it is full it starts anew, which costs memory and nothing
 * else.
 */
final class FieldsPool {
    private static final int MOST = 4096;

    private final ConcurrentHashMap<ObjectValue, ObjectValue> known = new ConcurrentHashMap<>();

    Owners shared(Owners owners) {
        var shared = new ArrayList<Owner>(owners.list().size());
        for (Owner owner : owners.list()) {
            shared.add(owner.withFields(shared(owner.fields())));
        }
        return new Owners(shared);
    }

    private FieldSet shared(FieldSet fields) {
        if (known.size() >= MOST) {
            known.clear();
        }
        ObjectValue tree = fields.tree();
        ObjectValue earlier = known.putIfAbsent(tree, tree);
        return earlier == null ? fields : new FieldSet(earlier);
    }
}
