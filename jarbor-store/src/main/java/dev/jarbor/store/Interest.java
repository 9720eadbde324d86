package dev.jarbor.store;

import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.List;

/**
 * What a watch is about, as far as a field of the objects tells: with it a change wakes those few of a thousand watches that
 * it may concern, such as those of the two nodes that a pod has to do with.
 *
 * @param path where the field stands; empty for a watch that is about all objects
 * @param absent how it reads where it is absent
 * @param value how it reads in the objects that the watch is about
 */
public record Interest(List<String> path, String absent, String value) {
    public static final Interest ALL = new Interest(List.of(), "", "");

    public Interest {
        path = List.copyOf(path);
    }

    /** Objects of that name. */
    public static Interest named(String name) {
        return new Interest(List.of("metadata", "name"), "", name);
    }

    boolean isAll() {
        return path.isEmpty();
    }

    /** Whether an object is such a one, or was. */
    boolean concerns(StoreEvent event) {
        return isAll()
                || field().read(event.object()).equals(value)
                || (event instanceof StoreEvent.Updated updated
                        && field().read(updated.before()).equals(value));
    }

    Field field() {
        return new Field(path, absent);
    }

    /** The field alone. */
    record Field(List<String> path, String absent) {
        String read(ObjectValue object) {
            if (path.isEmpty()) {
                return "";
            }
            Value found = object;
            for (int i = 0; i < path.size(); i++) {
                found = found instanceof ObjectValue inside ? inside.valueOrNull(path.get(i)) : NullValue.NULL;
            }
            return found instanceof NullValue ? absent : found.toString();
        }
    }
}
