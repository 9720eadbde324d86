package dev.jarbor.node.devices;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodResourceClaimStatus;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.client.Api;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whether a pod may use the devices of its claims on this node: they must be allocated, reserved for it, and of drivers that
 * are here.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/">Dynamic Resource
 *     Allocation</a>
 */
public final class PodDevices {
    private final Api api;
    private final Predicate<String> registered;

    /** @param registered whether a driver of that name is on the node */
    public PodDevices(Api api, Predicate<String> registered) {
        this.api = api;
        this.registered = registered;
    }

    /** Why {@code pod} has to wait, in the reference's words; empty where it need not. */
    public Optional<String> objection(Pod pod) {
        return names(pod).stream()
                .flatMap(name -> objection(pod, new ObjectKey(pod.namespace(), name)).stream())
                .findFirst();
    }

    private static List<String> names(Pod pod) {
        Stream<String> own = pod.spec().resourceClaims().stream()
                .flatMap(claim -> claim.hasResourceClaimName()
                        ? Stream.of(claim.resourceClaimName())
                        : pod.status().resourceClaimStatuses().stream()
                                .filter(status -> status.name().equals(claim.name()))
                                .map(PodResourceClaimStatus::resourceClaimName));
        Stream<String> extended =
                Stream.of(pod.status().extendedResourceClaimStatus().resourceClaimName());
        return Stream.concat(own, extended).filter(name -> !name.isEmpty()).toList();
    }

    private Optional<String> objection(Pod pod, ObjectKey key) {
        Optional<ResourceClaim> found = api.find(ResourceClaim.KIND, key);
        if (found.isEmpty()) {
            return Optional.of("failed to fetch ResourceClaim " + key.name() + " referenced by pod " + pod.name()
                    + ": resourceclaims.resource.k8s.io \"" + key.name() + "\" not found");
        }
        ResourceClaim claim = found.get();
        boolean reserved = claim.status().hasAllocation()
                && claim.status().reservedFor().stream()
                        .anyMatch(user -> user.uid().equals(pod.metadata().uid()));
        if (!reserved) {
            return Optional.of("pod " + pod.name() + " (" + pod.metadata().uid()
                    + ") is not allowed to use resource claim " + claim.name() + " ("
                    + claim.metadata().uid() + ")");
        }
        return claim.status().allocation().devices().results().stream()
                .map(DeviceRequestAllocationResult::driver)
                .filter(registered.negate())
                .map(driver -> "DRA driver " + driver + " is not registered")
                .findFirst();
    }
}
