package dev.jarbor.scheduler.dynamicresources;

import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import java.util.List;
import java.util.Optional;

/**
 * How a pod gets the devices of its claims on the node that was chosen.
 *
 * @param extended resources of its containers that it gets as devices; the last step is about the claim for them
 */
public record DevicePlan(List<Step> steps, ExtendedResources extended) {
    public static final DevicePlan NOTHING = new DevicePlan(List.of(), ExtendedResources.NONE);

    /** @param allocation what the claim gets; empty where it has its devices already and is only to be reserved */
    record Step(ResourceClaim claim, Optional<AllocationResult> allocation) {}

    public DevicePlan {
        steps = List.copyOf(steps);
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }
}
