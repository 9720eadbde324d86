package dev.jarbor.scheduler.devices;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeSelector;
import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.api.resource.v1.DeviceAttribute;
import dev.jarbor.api.resource.v1.DeviceTaint;
import dev.jarbor.api.resource.v1.ResourceSliceSpec;
import dev.jarbor.api.scheduling.NodeSelectors;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A device that may be allocated.
 *
 * @param slice what holds for all devices that were published with it
 * @param attributes of the device, read once
 * @param taints all of them, those of rules too
 */
record Candidate(
        DeviceId id,
        ResourceSliceSpec slice,
        Device device,
        Map<String, DeviceAttribute> attributes,
        List<DeviceTaint> taints) {
    /** Whether it is reached from {@code node}, where that differs between the devices of a slice. */
    boolean isReachableFrom(Node node) {
        return !slice.perDeviceNodeSelection()
                || isReachable(
                        node, device.nodeName(), device.allNodes(), device.hasNodeSelector(), device.nodeSelector());
    }

    /** Whether the devices of {@code slice}, or one of them, are reached from {@code node}. */
    static boolean isReachable(ResourceSliceSpec slice, Node node) {
        return slice.perDeviceNodeSelection()
                ? slice.devices().stream()
                        .anyMatch(one -> isReachable(
                                node, one.nodeName(), one.allNodes(), one.hasNodeSelector(), one.nodeSelector()))
                : isReachable(node, slice.nodeName(), slice.allNodes(), slice.hasNodeSelector(), slice.nodeSelector());
    }

    private static boolean isReachable(
            Node node, String nodeName, boolean allNodes, boolean selected, NodeSelector selector) {
        if (!nodeName.isEmpty()) {
            return nodeName.equals(node.name());
        }
        return allNodes
                || (selected
                        && NodeSelectors.matches(
                                selector, node.name(), node.metadata().labels()));
    }

    /** The one node that reaches it; "" where there may be several. */
    String onlyNode() {
        return slice.perDeviceNodeSelection() ? device.nodeName() : slice.nodeName();
    }

    /** Which nodes reach it; empty for all, or where it is one by name. */
    Optional<NodeSelector> nodes() {
        return slice.perDeviceNodeSelection()
                ? Optional.of(device.nodeSelector()).filter(selector -> device.hasNodeSelector())
                : Optional.of(slice.nodeSelector()).filter(selector -> slice.hasNodeSelector());
    }

    /** Its attribute of that full name; names without a domain are in its driver's. */
    Optional<DeviceAttribute> attribute(String name) {
        DeviceAttribute full = attributes.get(name);
        if (full != null) {
            return Optional.of(full);
        }
        int slash = name.indexOf('/');
        return slash >= 0 && name.substring(0, slash).equals(id.driver())
                ? Optional.ofNullable(attributes.get(name.substring(slash + 1)))
                : Optional.empty();
    }
}
