package dev.jarbor.api.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bounds how many managers that update an object are told apart: the oldest of each version become one. */
final class UpdateCap {
    private static final int MOST = 10;
    private static final String OLD = "ancient-changes";

    private UpdateCap() {}

    static Owners within(Owners owners) {
        var updaters = new ArrayList<Owner>();
        for (Owner owner : owners.list()) {
            if (!owner.applies()) {
                updaters.add(owner);
            }
        }
        if (updaters.size() <= MOST) {
            return owners;
        }
        updaters.sort(Comparator.comparing(Owner::time).thenComparing(Owner::identity));
        Map<Owner.Identity, Owner> all = owners.byIdentity();
        var firstOfVersion = new HashMap<String, Owner>();
        int left = updaters.size();
        for (Owner owner : updaters) {
            if (left <= MOST) {
                break;
            }
            Owner first = firstOfVersion.putIfAbsent(owner.apiVersion(), owner);
            if (first == null) {
                continue;
            }
            Owner.Identity bucket = Owner.Identity.of(OLD, Owner.Operation.UPDATE, owner.apiVersion(), "");
            Owner gathered = all.get(bucket);
            if (gathered == null) {
                all.remove(first.identity());
                gathered = first;
            }
            FieldSet both = owner.fields().union(gathered.fields());
            all.remove(owner.identity());
            // The younger of the two tells when; both are old.
            all.put(bucket, Owner.of(bucket, owner.apiVersion(), both).withTime(owner.time()));
            left--;
        }
        return new Owners(List.copyOf(all.values()));
    }
}
