package dev.jarbor.api.apply;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who owns the number of replicas, as the {@code scale} subresource sees it and as the workload does. A Scale says it at
 * {@code spec.replicas} and has nothing else to own; a workload says it where its kind has it.
 */
public final class ScaleOwners {
    private static final FieldSet REPLICAS = FieldSet.of("spec", "replicas");

    private ScaleOwners() {}

    /** Where the versions of a workload say how many replicas they want. */
    public interface Paths {
        /** The names that lead there; none where the version has no Scale; nothing where there is no such version. */
        Optional<List<String>> of(String apiVersion);
    }

    /**
     * The owners of a Scale, given those of its workload.
     *
     * @param version that of the Scale
     */
    public static Owners ofScale(Owners workload, String version, Paths paths) {
        return new Owners(workload.list().stream()
                .filter(owner -> paths.of(owner.apiVersion())
                        .filter(path -> owns(owner, path))
                        .isPresent())
                .map(owner ->
                        Owner.of(inVersion(owner, version), version, REPLICAS).withTime(owner.time()))
                .toList());
    }

    /**
     * The owners of a workload after a change of its Scale: who does not own the replicas any more loses them, and who
     * came to own them gets an entry. Such an entry has no time, as in the reference; entries of versions that there are
     * no more are dropped.
     *
     * @param version that of the workload in the request
     */
    public static Owners ofWorkload(Owners workload, Owners scale, String version, Paths paths) {
        Map<Owner.Identity, Owner> owners = new TreeMap<>();
        Map<Owner.Identity, Owner> left = scale.byIdentity();
        for (Owner owner : workload.list()) {
            Optional<List<String>> path = paths.of(owner.apiVersion());
            if (path.isEmpty()) {
                continue;
            }
            if (!owns(owner, path.get()) || still(owner, left).isPresent()) {
                owners.put(owner.identity(), owner);
            } else {
                FieldSet rest = owner.fields().difference(at(path.get()));
                if (!rest.isEmpty()) {
                    owners.put(owner.identity(), owner.withFields(rest));
                }
            }
        }
        FieldSet replicas = at(paths.of(version).orElse(List.of()));
        for (Owner owner : left.values()) {
            if (owner.fields().has("spec", "replicas")) {
                Owner.Identity identity = inVersion(owner, version);
                Owner fresh = Owner.of(identity, version, replicas).withTime("");
                owners.merge(
                        identity,
                        fresh,
                        (known, same) -> known.withFields(known.fields().union(same.fields())));
            }
        }
        return new Owners(List.copyOf(owners.values()));
    }

    /** Takes the owner of the replicas out of those that are left, where it is among them. */
    private static Optional<Owner> still(Owner owner, Map<Owner.Identity, Owner> left) {
        return left.values().stream()
                .filter(other -> inVersion(other, owner.apiVersion()).equals(owner.identity()))
                .findFirst()
                .map(other -> left.remove(other.identity()));
    }

    private static boolean owns(Owner owner, List<String> path) {
        return !path.isEmpty() && owner.fields().has(path.toArray(new String[0]));
    }

    private static FieldSet at(List<String> path) {
        return FieldSet.of(path.toArray(new String[0]));
    }

    private static Owner.Identity inVersion(Owner owner, String version) {
        return Owner.Identity.of(owner.manager(), owner.operation(), version, owner.subresource());
    }
}
