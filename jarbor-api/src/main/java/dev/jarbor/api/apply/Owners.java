package dev.jarbor.api.apply;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everybody who owns fields of an object: its {@code managedFields}.
 *
 * @param list in no particular order, each identity once
 */
public record Owners(List<Owner> list) {
    public static final Owners NONE = new Owners(List.of());

    /** How the reference sorts entries; what has no time comes first. */
    private static final Comparator<Owner> ORDER = Comparator.comparing(
                    (Owner owner) -> owner.operation().word())
            .thenComparing(Owner::time)
            .thenComparing(Owner::manager)
            .thenComparing(Owner::apiVersion)
            .thenComparing(Owner::subresource);

    public Owners {
        list = List.copyOf(list);
    }

    /** The owners that an object of the server's own says; what is written there is taken as it is. */
    public static Owners stored(ObjectValue object) {
        List<ObjectValue> entries =
                object.object("metadata").list("managedFields").objects();
        if (entries.size() == 1) {
            return new Owners(List.of(new Owner(entries.getFirst())));
        }
        return entries.isEmpty()
                ? NONE
                : new Owners(entries.stream().map(Owner::new).toList());
    }

    /** The owners that a client says; empty where one of the entries is malformed. */
    public static Optional<Owners> read(ListValue managedFields) {
        var read = new TreeMap<Owner.Identity, Owner>();
        for (Value item : managedFields) {
            Optional<Owner> owner = item instanceof ObjectValue entry ? Owner.read(entry) : Optional.empty();
            if (owner.isEmpty()) {
                return Optional.empty();
            }
            read.put(owner.get().identity(), owner.get());
        }
        return Optional.of(new Owners(List.copyOf(read.values())));
    }

    /** What makes {@link #read} fail, in the reference's words; "" where nothing does. */
    public static String fault(ListValue managedFields) {
        for (int i = 0; i < managedFields.size(); i++) {
            ObjectValue entry = managedFields.get(i) instanceof ObjectValue object ? object : ObjectValue.EMPTY;
            String operation = entry.string("operation");
            if (!operation.equals("Apply") && !operation.equals("Update")) {
                return "operation must be `Apply` or `Update`";
            }
            if (entry.string("apiVersion").isEmpty()) {
                return "apiVersion must not be empty";
            }
            if (entry.string("fieldsType").isEmpty()) {
                return "missing fieldsType in managed fields entry " + i;
            }
            if (!entry.string("fieldsType").equals("FieldsV1")) {
                return "invalid fieldsType " + GoText.quote(entry.string("fieldsType")) + " in managed fields entry "
                        + i;
            }
            if (FieldSet.decode(entry.object("fieldsV1")).isEmpty()) {
                return "error decoding set";
            }
        }
        return "";
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    public Optional<Owner> find(Owner.Identity identity) {
        return list.stream().filter(owner -> owner.identity().equals(identity)).findFirst();
    }

    Map<Owner.Identity, Owner> byIdentity() {
        var owners = new TreeMap<Owner.Identity, Owner>();
        list.forEach(owner -> owners.put(owner.identity(), owner));
        return owners;
    }

    /** The entries as an object carries them. */
    public ListValue entries() {
        if (list.size() == 1) {
            return ListValue.of(list.getFirst().entry());
        }
        var sorted = new ArrayList<>(list);
        sorted.sort(ORDER);
        return ListValue.of(sorted.stream().map(Owner::entry).toList());
    }

    /** {@code object} with these owners and no others. */
    public ObjectValue on(ObjectValue object) {
        ObjectValue metadata = object.object("metadata");
        ObjectValue changed = isEmpty() ? metadata.without("managedFields") : metadata.with("managedFields", entries());
        return changed.isEmpty() && !object.has("metadata") ? object : object.with("metadata", changed);
    }
}
