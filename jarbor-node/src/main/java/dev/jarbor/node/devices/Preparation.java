package dev.jarbor.node.devices;

import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.resource.v1.AllocatedDeviceStatus;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a driver says in the status of a claim of its devices there: that they are ready, and may be bound. Pure. */
final class Preparation {
    private static final String READY = "Ready";

    private Preparation() {}

    /** {@code claim} as the driver of {@code pool} leaves it; the same where it has said all already. */
    static ResourceClaim of(ResourceClaim claim, String driver, String pool, Instant now) {
        var said = new ArrayList<>(claim.status().devices());
        for (DeviceRequestAllocationResult result :
                claim.status().allocation().devices().results()) {
            boolean ours = result.driver().equals(driver) && result.pool().equals(pool);
            if (ours && said.stream().noneMatch(one -> isAbout(one, result))) {
                said.add(ready(result, now));
            }
        }
        return said.size() == claim.status().devices().size()
                ? claim
                : claim.withStatus(claim.status().withDevices(said));
    }

    private static boolean isAbout(AllocatedDeviceStatus status, DeviceRequestAllocationResult result) {
        return status.driver().equals(result.driver())
                && status.pool().equals(result.pool())
                && status.device().equals(result.device())
                && status.shareID().equals(result.shareID());
    }

    private static AllocatedDeviceStatus ready(DeviceRequestAllocationResult result, Instant now) {
        var conditions = new ArrayList<Condition>();
        conditions.add(condition(READY, now));
        result.bindingConditions().stream()
                .filter(type -> !type.equals(READY))
                .forEach(type -> conditions.add(condition(type, now)));
        AllocatedDeviceStatus status = AllocatedDeviceStatus.EMPTY
                .withDriver(result.driver())
                .withPool(result.pool())
                .withDevice(result.device())
                .withConditions(List.copyOf(conditions));
        return result.hasShareID() ? status.withShareID(result.shareID()) : status;
    }

    private static Condition condition(String type, Instant now) {
        return Condition.EMPTY
                .withType(type)
                .withStatus("True")
                .withReason("Prepared")
                .withMessage("")
                .withLastTransitionTime(now);
    }
}
