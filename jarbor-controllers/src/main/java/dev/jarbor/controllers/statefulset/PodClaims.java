package dev.jarbor.controllers.statefulset;

import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.controllers.common.Ownership;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The claims of a set's pods: made before their pod is, and again where a pod still waits for one that somebody has deleted. */
final class PodClaims {
    private final Api api;
    private final EventRecorder events;
    private final Informer<PersistentVolumeClaim> claims;

    PodClaims(Api api, Informers informers, EventRecorder events) {
        this.api = api;
        this.events = events;
        this.claims = informers.of(PersistentVolumeClaim.KIND);
    }

    /** Whether some claim goes with a predecessor of {@code pod}, which has to wait for that. */
    boolean areStale(StatefulSet set, int ordinal, Pod pod) {
        return Identity.claims(set, ordinal).stream()
                .flatMap(claim -> claims.get(claim.key()).stream())
                .filter(claim -> Retention.isStale(claim, set, pod))
                .anyMatch(claim ->
                        api.find(PersistentVolumeClaim.KIND, claim.key()).isPresent());
    }

    /** The claims of {@code pod} whose owners are not those that its set's policy asks for, as they should be. */
    List<PersistentVolumeClaim> wrong(StatefulSet set, int ordinal, Pod pod) {
        boolean surplus = !StatefulPass.wants(set, ordinal);
        return Identity.claims(set, ordinal).stream()
                .flatMap(claim -> claims.get(claim.key()).stream())
                .flatMap(present -> Retention.corrected(set, pod, surplus, present).stream())
                .toList();
    }

    /**
     * Makes the claims that {@code pod} lacks.
     *
     * @throws ApiException where one cannot be made, or is still on its way out
     */
    void furnish(StatefulSet set, int ordinal, Pod pod) {
        for (PersistentVolumeClaim claim : Identity.claims(set, ordinal)) {
            Optional<PersistentVolumeClaim> present = claims.get(claim.key());
            if (present.filter(Ownership::isDeleting).isPresent()) {
                present = api.find(PersistentVolumeClaim.KIND, claim.key());
            }
            if (present.isEmpty()) {
                createClaim(set, pod, claim);
            } else if (Ownership.isDeleting(present.get())) {
                throw ApiException.serviceUnavailable("pvc " + claim.name() + " is being deleted");
            }
        }
    }

    /** Makes the claims that those of {@code owned} lack that are waiting. */
    void furnishPending(StatefulSet set, List<Pod> owned) {
        if (set.spec().volumeClaimTemplates().isEmpty() || Ownership.isDeleting(set)) {
            return;
        }
        for (Pod pod : owned) {
            OptionalInt ordinal = Identity.ordinal(set, pod);
            boolean waits = pod.status().phase().equals("Pending") && !Ownership.isDeleting(pod);
            if (waits && ordinal.isPresent() && StatefulPass.wants(set, ordinal.getAsInt())) {
                furnish(set, ordinal.getAsInt(), pod);
            }
        }
    }

    private void createClaim(StatefulSet set, Pod pod, PersistentVolumeClaim claim) {
        try {
            PersistentVolumeClaim wanted =
                    Retention.corrected(set, pod, false, claim).orElse(claim);
            api.create(PersistentVolumeClaim.KIND, wanted);
            events.normal(
                    set,
                    "SuccessfulCreate",
                    "create Claim " + claim.name() + " Pod " + pod.name() + " in StatefulSet " + set.name()
                            + " success");
        } catch (ApiException refused) {
            if (!refused.isAlreadyExists()) {
                events.warning(
                        set,
                        "FailedCreate",
                        "create Claim " + claim.name() + " for Pod " + pod.name() + " in StatefulSet " + set.name()
                                + " failed error: " + refused.getMessage());
                throw ApiException.serviceUnavailable(
                        "failed to create PVC " + claim.name() + ": " + refused.getMessage());
            }
        }
    }
}
