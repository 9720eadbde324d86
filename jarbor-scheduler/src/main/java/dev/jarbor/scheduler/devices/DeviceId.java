package dev.jarbor.scheduler.devices;

import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;

/** Which device: its driver, its pool, its name there. */
public record DeviceId(String driver, String pool, String device) {
    static DeviceId of(DeviceRequestAllocationResult result) {
        return new DeviceId(result.driver(), result.pool(), result.device());
    }

    @Override
    public String toString() {
        return driver + "/" + pool + "/" + device;
    }
}
