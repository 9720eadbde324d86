package dev.jarbor.scheduler;

import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import java.util.List;
import java.util.Optional;

/**
 * How a pod gets the devices of its claims on the node that was chosen.
 *
 * @param extended resources of its containers that it gets as devices; the last step is about the claim for them
 */
record DevicePlan(List<Step> steps, ExtendedResources extended) {
    static final DevicePlan NOTHING = new DevicePlan(List.of(), ExtendedResources.NONE);

    /** @param allocation what the claim gets; empty where it has its devices already and is only to be reserved */
    record Step(ResourceClaim claim, Optional<AllocationResult> allocation) {}

    DevicePlan {
        steps = List.copyOf(steps);
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }
}
