package dev.jarbor.node.driver;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.CSIPersistentVolumeSource;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimSpec;
import dev.jarbor.api.core.v1.PersistentVolumeClaimStatus;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.core.v1.VolumeResourceRequirements;
import dev.jarbor.api.scheduling.VolumeMatch;
import java.util.List;
import java.util.Map;

/** A claim {@code shop/data} of 1Gi that is bound to a volume {@code v} of {@link FakeDriver}. */
final class Claims {
    private Claims() {}

    static Map<String, Quantity> storage(String size) {
        return Map.of("storage", Quantity.parse(size));
    }

    static PersistentVolumeClaim bound() {
        PersistentVolumeClaim claim = PersistentVolumeClaim.named("shop", "data");
        return claim.withMetadata(claim.metadata().withUid("u1"))
                .withSpec(PersistentVolumeClaimSpec.EMPTY
                        .withVolumeName("v")
                        .withAccessModes(List.of("ReadWriteOnce"))
                        .withResources(VolumeResourceRequirements.EMPTY.withRequests(storage("1Gi"))))
                .withStatus(PersistentVolumeClaimStatus.EMPTY.withPhase("Bound").withCapacity(storage("1Gi")));
    }

    static PersistentVolumeClaim asking(PersistentVolumeClaim claim, String size) {
        return claim.withSpec(claim.spec().withResources(VolumeResourceRequirements.EMPTY.withRequests(storage(size))));
    }

    static PersistentVolume volume(PersistentVolumeClaim claim) {
        return PersistentVolume.named("v")
                .withSpec(PersistentVolumeSpec.EMPTY
                        .withCapacity(storage("1Gi"))
                        .withAccessModes(List.of("ReadWriteOnce"))
                        .withClaimRef(VolumeMatch.reference(claim))
                        .withCsi(CSIPersistentVolumeSource.EMPTY
                                .withDriver(FakeDriver.NAME)
                                .withVolumeHandle("h")));
    }
}
