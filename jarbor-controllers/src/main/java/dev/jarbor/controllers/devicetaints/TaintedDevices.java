package dev.jarbor.controllers.devicetaints;

import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.DeviceTaint;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.scheduling.DeviceTaints;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * With what devices are tainted: what their drivers publish in the newest generation of a pool, and what rules say, which
 * need no device to be published.
 *
 * @param slices all, or those of the pools that are asked for
 */
record TaintedDevices(Collection<ResourceSlice> slices, Collection<DeviceTaintRule> rules) {
    /** A taint and who says so: the uid of a rule, or "" for the driver. */
    record Tainted(DeviceTaint taint, String rule) {}

    List<Tainted> of(DeviceRequestAllocationResult device) {
        var tainted = new ArrayList<Tainted>();
        for (ResourceSlice slice : newest(device.driver(), device.pool())) {
            for (Device one : slice.spec().devices()) {
                if (one.name().equals(device.device())) {
                    one.taints().forEach(taint -> tainted.add(new Tainted(taint, "")));
                }
            }
        }
        for (DeviceTaintRule rule : rules) {
            if (DeviceTaints.isAbout(rule, device.driver(), device.pool(), device.device())) {
                tainted.add(new Tainted(
                        new DeviceTaint(rule.spec().taint().value()),
                        rule.metadata().uid()));
            }
        }
        return tainted;
    }

    /** How many published devices {@code rule} is about. */
    long published(DeviceTaintRule rule) {
        return slices.stream()
                .filter(slice -> newest(
                                slice.spec().driver(), slice.spec().pool().name())
                        .contains(slice))
                .flatMap(slice -> slice.spec().devices().stream()
                        .filter(device -> DeviceTaints.isAbout(
                                rule, slice.spec().driver(), slice.spec().pool().name(), device.name())))
                .count();
    }

    private List<ResourceSlice> newest(String driver, String pool) {
        List<ResourceSlice> all = slices.stream()
                .filter(slice -> slice.spec().driver().equals(driver)
                        && slice.spec().pool().name().equals(pool))
                .toList();
        long generation = all.stream()
                .mapToLong(slice -> slice.spec().pool().generation())
                .max()
                .orElse(0);
        return all.stream()
                .filter(slice -> slice.spec().pool().generation() == generation)
                .toList();
    }
}
