package dev.jarbor.api.apply;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Who owns the number of replicas, as the {@code scale} subresource sees it and as the workload does. Both say it at {@code
 * spec.replicas}; a Scale has nothing else to own.
 */
public final class ScaleOwners {
    private static final FieldSet REPLICAS = FieldSet.of("spec", "replicas");

    private ScaleOwners() {}

    /**
     * The owners of a Scale, given those of its workload.
     *
     * @param version that of the Scale
     * @param served whether the workload is served in a version; what is owned in others is passed over
     */
    public static Owners ofScale(Owners workload, String version, Predicate<String> served) {
        return new Owners(workload.list().stream()
                .filter(owner -> served.test(owner.apiVersion()) && ownsReplicas(owner))
                .map(owner ->
                        Owner.of(inVersion(owner, version), version, REPLICAS).withTime(owner.time()))
                .toList());
    }

    /**
     * The owners of a workload after a change of its Scale: who does not own the replicas any more loses them, and who
     * came to own them gets an entry. Such an entry has no time, as in the reference.
     *
     * @param version that of the workload in the request
     */
    public static Owners ofWorkload(Owners workload, Owners scale, String version, Predicate<String> served) {
        Map<Owner.Identity, Owner> owners = new TreeMap<>();
        Map<Owner.Identity, Owner> left = scale.byIdentity();
        for (Owner owner : workload.list()) {
            if (!served.test(owner.apiVersion())) {
                continue;
            }
            if (!ownsReplicas(owner)) {
                owners.put(owner.identity(), owner);
            } else if (still(owner, left).isPresent()) {
                owners.put(owner.identity(), owner);
            } else {
                FieldSet rest = owner.fields().difference(REPLICAS);
                if (!rest.isEmpty()) {
                    owners.put(owner.identity(), owner.withFields(rest));
                }
            }
        }
        for (Owner owner : left.values()) {
            if (ownsReplicas(owner)) {
                Owner.Identity identity = inVersion(owner, version);
                Owner fresh = Owner.of(identity, version, REPLICAS).withTime("");
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

    private static boolean ownsReplicas(Owner owner) {
        return owner.fields().has("spec", "replicas");
    }

    private static Owner.Identity inVersion(Owner owner, String version) {
        return Owner.Identity.of(owner.manager(), owner.operation(), version, owner.subresource());
    }
}
