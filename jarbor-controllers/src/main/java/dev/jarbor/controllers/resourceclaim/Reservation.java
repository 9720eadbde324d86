package dev.jarbor.controllers.resourceclaim;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceClaimConsumerReference;
import dev.jarbor.controllers.common.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is to be done with a claim by who has reserved it: users that are done leave, and with the last one what was allocated
 * is given back.
 *
 * @param users who still has it reserved
 * @param changed whether somebody left
 * @param deallocated whether what was allocated is given back
 * @param unprotected whether nothing keeps a claim any more that is being deleted
 * @param deleted whether the claim goes because the pod that it was made for is done
 */
record Reservation(
        List<ResourceClaimConsumerReference> users,
        boolean changed,
        boolean deallocated,
        boolean unprotected,
        boolean deleted) {
    /** Keeps a claim while something is allocated for it. */
    static final String FINALIZER = "resource.kubernetes.io/delete-protection";

    /** @param pods finds a pod; empty where there is none */
    static Reservation of(ResourceClaim claim, Function<ObjectKey, Optional<Pod>> pods) {
        var users = new ArrayList<ResourceClaimConsumerReference>();
        for (ResourceClaimConsumerReference user : claim.status().reservedFor()) {
            if (!isPod(user) || needs(user, claim.namespace(), pods)) {
                users.add(user);
            }
        }
        boolean changed = users.size() < claim.status().reservedFor().size();
        boolean free = users.isEmpty();
        boolean deallocated = free && claim.status().hasAllocation() && (changed || Ownership.isDeleting(claim));
        boolean allocated = claim.status().hasAllocation() && !deallocated;
        boolean unprotected = !allocated
                && (deallocated || Ownership.isDeleting(claim))
                && claim.metadata().finalizers().contains(FINALIZER);
        boolean deleted = free && !Ownership.isDeleting(claim) && isOwnerDone(claim, pods);
        return new Reservation(users, changed, deallocated, unprotected, deleted);
    }

    private static boolean isPod(ResourceClaimConsumerReference user) {
        return user.apiGroup().isEmpty() && user.resource().equals("pods");
    }

    private static boolean needs(
            ResourceClaimConsumerReference user, String namespace, Function<ObjectKey, Optional<Pod>> pods) {
        return pods.apply(new ObjectKey(namespace, user.name()))
                .filter(pod -> pod.metadata().uid().equals(user.uid()))
                .filter(pod -> !PodClaims.isDone(pod))
                .isPresent();
    }

    /** Whether the claim was made for a pod that has ended; garbage collection sees to one that has gone. */
    private static boolean isOwnerDone(ResourceClaim claim, Function<ObjectKey, Optional<Pod>> pods) {
        return Ownership.controllerOf(claim)
                .filter(owner ->
                        owner.kind().equals("Pod") && owner.apiVersion().equals("v1"))
                .filter(owner -> pods.apply(new ObjectKey(claim.namespace(), owner.name()))
                        .filter(pod -> pod.metadata().uid().equals(owner.uid()))
                        .map(PodClaims::isDone)
                        .orElse(true))
                .isPresent();
    }
}
