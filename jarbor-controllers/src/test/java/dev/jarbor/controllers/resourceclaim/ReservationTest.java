package dev.jarbor.controllers.resourceclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a claim when its users are done. */
class ReservationTest {
    private static final String HELD = "finalizers: [resource.kubernetes.io/delete-protection]";
    private static final String USED = "allocation: {devices: {}}, reservedFor: [{resource: pods, name: web, uid: u1}]";

    private static ResourceClaim claim(String metadata, String status) {
        return new ResourceClaim((ObjectValue) Yaml.parse("""
                metadata: {name: gpu, namespace: shop, %s}
                status: {%s}
                """.formatted(metadata, status)));
    }

    private static Optional<Pod> pod(String uid, String phase) {
        return Optional.of(new Pod((ObjectValue) Yaml.parse("""
                metadata: {name: web, namespace: shop, uid: %s}
                spec: {nodeName: n1}
                status: {phase: %s}
                """.formatted(uid, phase))));
    }

    private static Reservation of(ResourceClaim claim, Optional<Pod> pod) {
        Map<ObjectKey, Optional<Pod>> pods = Map.of(new ObjectKey("shop", "web"), pod);
        return Reservation.of(claim, key -> pods.getOrDefault(key, Optional.empty()));
    }

    @Test
    void aPodThatRunsKeepsWhatItHas() {
        Reservation kept = of(claim(HELD, USED), pod("u1", "Running"));
        assertThat(kept.changed()).isFalse();
        assertThat(kept.deallocated()).isFalse();
        assertThat(kept.unprotected()).isFalse();
    }

    @Test
    void withTheLastUserGoesWhatWasAllocatedAndTheProtection() {
        for (Optional<Pod> pod : List.of(pod("u1", "Succeeded"), pod("u2", "Running"), Optional.<Pod>empty())) {
            Reservation free = of(claim(HELD, USED), pod);
            assertThat(free.users()).isEmpty();
            assertThat(free.changed()).isTrue();
            assertThat(free.deallocated()).isTrue();
            assertThat(free.unprotected()).isTrue();
            assertThat(free.deleted()).isFalse();
        }
    }

    @Test
    void usersThatAreNoPodsAreLeftToWhoeverReservedForThem() {
        Reservation foreign = of(
                claim(
                        HELD,
                        "allocation: {}, reservedFor: [{apiGroup: example.com, resource: jobs, name: web, uid: u1}]"),
                Optional.empty());
        assertThat(foreign.users()).hasSize(1);
        assertThat(foreign.deallocated()).isFalse();
    }

    @Test
    void aClaimThatWasMadeForAPodGoesWithItAndOneThatIsDeletedLosesItsProtectionOnceItIsFree() {
        String owned = "ownerReferences: [{apiVersion: v1, kind: Pod, name: web, uid: u1, controller: true}]";
        assertThat(of(claim(owned, ""), pod("u1", "Running")).deleted()).isFalse();
        assertThat(of(claim(owned, ""), pod("u1", "Failed")).deleted()).isTrue();
        String going = "deletionTimestamp: '2030-01-01T00:00:00Z', ";
        assertThat(of(claim(going + HELD, ""), Optional.empty()).unprotected()).isTrue();
        assertThat(of(claim(going + HELD, USED), pod("u1", "Running")).unprotected())
                .isFalse();
    }
}
