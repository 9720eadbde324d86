package dev.jarbor.node.driver;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimStatus;
import dev.jarbor.client.Api;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import java.util.Optional;
import java.util.function.Predicate;

/** The claims whose volumes are one driver's, and what is written of them by the loops beside it. */
final class ServedClaims {
    private final Api api;
    private final Predicate<PersistentVolume> served;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<PersistentVolume> volumes;

    /** @param served the volumes that are this driver's */
    ServedClaims(Api api, Informers informers, Predicate<PersistentVolume> served) {
        this.api = api;
        this.served = served;
        this.claims = informers.of(PersistentVolumeClaim.KIND);
        this.volumes = informers.of(PersistentVolume.KIND);
    }

    /** A claim that stays, and the volume that it is bound to. */
    record Bound(PersistentVolumeClaim claim, PersistentVolume volume) {}

    /** All claims, whosever volumes they have. */
    Informer<PersistentVolumeClaim> all() {
        return claims;
    }

    Optional<Bound> find(ObjectKey key) {
        return claims.get(key)
                .filter(claim -> !claim.metadata().hasDeletionTimestamp())
                .flatMap(claim -> volumes.get(ObjectKey.cluster(claim.spec().volumeName()))
                        .filter(volume -> volume.spec()
                                .claimRef()
                                .uid()
                                .equals(claim.metadata().uid()))
                        .filter(served)
                        .map(volume -> new Bound(claim, volume)));
    }

    PersistentVolumeClaim report(PersistentVolumeClaim claim, PersistentVolumeClaimStatus status) {
        return status.equals(claim.status())
                ? claim
                : api.updateStatus(PersistentVolumeClaim.KIND, claim.withStatus(status));
    }
}
