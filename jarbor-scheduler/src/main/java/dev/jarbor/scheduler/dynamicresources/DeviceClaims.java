package dev.jarbor.scheduler.dynamicresources;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodResourceClaim;
import dev.jarbor.api.core.v1.PodResourceClaimStatus;
import dev.jarbor.api.resource.v1.ResourceClaim;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The claims of a pod, or why it has to wait for one of them.
 *
 * @param claims those that it uses, in the order of its spec
 * @param trouble why it has to wait, in the reference's words; "" where it need not
 */
public record DeviceClaims(List<ResourceClaim> claims, String trouble) {
    /** @param known finds a claim */
    static DeviceClaims of(Pod pod, Function<ObjectKey, Optional<ResourceClaim>> known) {
        var claims = new ArrayList<ResourceClaim>();
        for (PodResourceClaim wanted : pod.spec().resourceClaims()) {
            Optional<PodResourceClaimStatus> made = pod.status().resourceClaimStatuses().stream()
                    .filter(status -> status.name().equals(wanted.name()))
                    .findFirst();
            if (!wanted.hasResourceClaimName() && made.isEmpty()) {
                return waiting("pod \"" + pod.key() + "\": ResourceClaim not created yet");
            }
            String name = wanted.hasResourceClaimName()
                    ? wanted.resourceClaimName()
                    : made.map(PodResourceClaimStatus::resourceClaimName).orElse("");
            if (name.isEmpty()) {
                continue; // it turned out that no claim is needed
            }
            Optional<ResourceClaim> found = known.apply(new ObjectKey(pod.namespace(), name));
            String trouble = found.map(claim -> trouble(pod, claim, wanted))
                    .orElse("resourceclaim.resource.k8s.io \"" + name + "\" not found");
            if (!trouble.isEmpty()) {
                return waiting(trouble);
            }
            found.ifPresent(claims::add);
        }
        return new DeviceClaims(claims, "");
    }

    private static DeviceClaims waiting(String trouble) {
        return new DeviceClaims(List.of(), trouble);
    }

    private static String trouble(Pod pod, ResourceClaim claim, PodResourceClaim wanted) {
        if (claim.metadata().hasDeletionTimestamp()) {
            return "resourceclaim \"" + claim.name() + "\" is being deleted";
        }
        boolean own = wanted.hasResourceClaimName()
                || claim.metadata().ownerReferences().stream()
                        .anyMatch(owner -> owner.controller()
                                && owner.uid().equals(pod.metadata().uid()));
        return own
                ? ""
                : "ResourceClaim " + claim.key() + " was not created for pod " + pod.key() + " (pod is not owner)";
    }

    static boolean isReservedFor(ResourceClaim claim, Pod pod) {
        return claim.status().reservedFor().stream()
                .anyMatch(user -> user.uid().equals(pod.metadata().uid()));
    }
}
