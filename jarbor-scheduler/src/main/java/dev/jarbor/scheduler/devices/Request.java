package dev.jarbor.scheduler.devices;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.resource.v1.DeviceRequest;
import dev.jarbor.api.resource.v1.DeviceSelector;
import dev.jarbor.api.resource.v1.DeviceSubRequest;
import dev.jarbor.api.resource.v1.DeviceToleration;
import dev.jarbor.api.resource.v1.ExactDeviceRequest;
import java.util.List;
import java.util.Map;

/**
 * One request of a claim, or one of its alternatives.
 *
 * @param parent the request's name
 * @param name the same, with the alternative's name behind a slash where it is one
 * @param mode {@code All} for all devices that it selects, {@code ExactCount} for {@code count} of them
 * @param admin whether it takes devices whoever else uses them
 * @param capacity how much it needs of a device's capacities
 */
record Request(
        String parent,
        String name,
        String deviceClass,
        List<DeviceSelector> selectors,
        String mode,
        long count,
        boolean admin,
        List<DeviceToleration> tolerations,
        Map<String, Quantity> capacity) {
    /** In the order in which they are tried; one where there is no choice. */
    static List<Request> alternatives(DeviceRequest request) {
        return request.hasFirstAvailable()
                ? request.firstAvailable().stream()
                        .map(one -> alternative(request.name(), one))
                        .toList()
                : List.of(exactly(request.name(), request.exactly()));
    }

    private static Request exactly(String name, ExactDeviceRequest request) {
        return new Request(
                name,
                name,
                request.deviceClassName(),
                request.selectors(),
                request.allocationMode(),
                request.countOr(1),
                request.adminAccess(),
                request.tolerations(),
                request.capacity().requests());
    }

    private static Request alternative(String parent, DeviceSubRequest request) {
        return new Request(
                parent,
                parent + "/" + request.name(),
                request.deviceClassName(),
                request.selectors(),
                request.allocationMode(),
                request.countOr(1),
                false,
                request.tolerations(),
                request.capacity().requests());
    }

    boolean all() {
        return mode.equals("All");
    }

    /** Whether anybody knows what it wants; a newer server may know more modes. */
    boolean isKnown() {
        return all() || mode.isEmpty() || mode.equals("ExactCount");
    }

    /** Whether one of {@code references}, each a request or an alternative, is this; no references are all. */
    boolean isNamedBy(List<String> references) {
        return references.isEmpty() || references.contains(parent) || references.contains(name);
    }

    /** The last part of its name, by which errors call it. */
    String shortName() {
        return name.substring(name.indexOf('/') + 1);
    }
}
