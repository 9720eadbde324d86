package dev.jarbor.scheduler.devices;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The devices that claims have, and how much of those that are shared. Whoever has a device for administration does not use
 * it.
 *
 * @param whole devices that are not shared
 * @param shared what is taken of the capacities of those that are
 */
public record DevicesInUse(Set<DeviceId> whole, Map<DeviceId, Map<String, Quantity>> shared) {
    public static final DevicesInUse NONE = new DevicesInUse(Set.of(), Map.of());

    public static DevicesInUse of(Collection<AllocationResult> allocations) {
        var whole = new HashSet<DeviceId>();
        var shared = new HashMap<DeviceId, Map<String, Quantity>>();
        for (AllocationResult allocation : allocations) {
            for (DeviceRequestAllocationResult result : allocation.devices().results()) {
                if (result.adminAccess()) {
                    continue;
                }
                if (result.hasShareID()) {
                    shared.merge(DeviceId.of(result), result.consumedCapacity(), Capacities::sum);
                } else {
                    whole.add(DeviceId.of(result));
                }
            }
        }
        return new DevicesInUse(whole, shared);
    }

    /** Whether anybody has {@code device}, whole or a share of it. */
    public boolean has(DeviceId device) {
        return whole.contains(device) || shared.containsKey(device);
    }
}
