package dev.jarbor.api.scheduling;

import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.api.resource.v1.DeviceTaint;
import dev.jarbor.api.resource.v1.DeviceToleration;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.resource.v1beta2.DeviceTaintSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * With what devices are tainted, by their drivers and by rules, and which taints a request tolerates.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#device-taints-and-tolerations">Device
 *     taints and tolerations</a>
 */
public final class DeviceTaints {
    public static final String NO_SCHEDULE = "NoSchedule";
    public static final String NO_EXECUTE = "NoExecute";

    private DeviceTaints() {}

    /** Whether {@code toleration} is about {@code taint}; what it leaves open is about all. */
    public static boolean tolerates(DeviceToleration toleration, DeviceTaint taint) {
        if (!toleration.effect().isEmpty() && !toleration.effect().equals(taint.effect())) {
            return false;
        }
        if (!toleration.key().isEmpty() && !toleration.key().equals(taint.key())) {
            return false;
        }
        return switch (toleration.operator()) {
            case "Exists" -> true;
            case "", "Equal" -> toleration.value_().equals(taint.value_());
            default -> false;
        };
    }

    /** Whether one of {@code taints} keeps a request with {@code tolerations} from a device. */
    public static boolean keepAway(Collection<DeviceTaint> taints, List<DeviceToleration> tolerations) {
        return taints.stream()
                .filter(taint ->
                        taint.effect().equals(NO_SCHEDULE) || taint.effect().equals(NO_EXECUTE))
                .anyMatch(taint -> tolerations.stream().noneMatch(one -> tolerates(one, taint)));
    }

    /** The taints of {@code device}: its driver's and those of {@code rules}. */
    public static List<DeviceTaint> of(ResourceSlice slice, Device device, Collection<DeviceTaintRule> rules) {
        if (rules.isEmpty()) {
            return device.taints();
        }
        var taints = new ArrayList<>(device.taints());
        rules.stream()
                .filter(rule ->
                        isAbout(rule, slice.spec().driver(), slice.spec().pool().name(), device.name()))
                .map(rule -> new DeviceTaint(rule.spec().taint().value()))
                .forEach(taints::add);
        return taints;
    }

    /** Whether {@code rule} selects a device; what its selector leaves open may be anything, and no selector is about none. */
    public static boolean isAbout(DeviceTaintRule rule, String driver, String pool, String device) {
        DeviceTaintSelector selector = rule.spec().deviceSelector();
        return rule.spec().hasDeviceSelector()
                && (!selector.hasDriver() || selector.driver().equals(driver))
                && (!selector.hasPool() || selector.pool().equals(pool))
                && (!selector.hasDevice() || selector.device().equals(device));
    }
}
