package dev.jarbor.embed;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.resource.v1.Device;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node whose pods are states and not processes.
 *
 * @param labels beside the well-known ones that every node has
 * @param taints that it registers with
 * @param capacity cpu, memory, ephemeral-storage and pods, and whatever else it is to have
 * @param devices what claims of devices can get there, by the names of their drivers
 */
public record SimulatedNode(
        String name,
        SortedMap<String, String> labels,
        List<Taint> taints,
        SortedMap<String, Quantity> capacity,
        SortedMap<String, List<Device>> devices) {
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String REGION = "topology.kubernetes.io/region";

    public SimulatedNode {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        taints = List.copyOf(taints);
        capacity = Collections.unmodifiableSortedMap(new TreeMap<>(capacity));
        devices = Collections.unmodifiableSortedMap(new TreeMap<>(devices));
    }

    /** A machine of 4 cores and 8 GiB for 110 pods. */
    public static SimulatedNode named(String name) {
        return new SimulatedNode(
                        name,
                        Collections.emptySortedMap(),
                        List.of(),
                        Collections.emptySortedMap(),
                        Collections.emptySortedMap())
                .withCapacity("cpu", "4")
                .withCapacity("memory", "8Gi")
                .withCapacity("ephemeral-storage", "100Gi")
                .withCapacity("pods", "110");
    }

    /** In the zone and region that the well-known labels then name: {@code a} is in region {@code local}. */
    public SimulatedNode inZone(String zone) {
        return withLabel(ZONE, zone).withLabel(REGION, "local");
    }

    /** The zone that its label names; "" for none. */
    public String zone() {
        return labels.getOrDefault(ZONE, "");
    }

    public SimulatedNode withLabel(String key, String value) {
        return withLabels(Map.of(key, value));
    }

    /** With these labels beside those that it has. */
    public SimulatedNode withLabels(Map<String, String> more) {
        var all = new TreeMap<>(labels);
        all.putAll(more);
        return new SimulatedNode(name, all, taints, capacity, devices);
    }

    /** With this taint beside those that it has. */
    public SimulatedNode withTaint(String key, String value, String effect) {
        var all = new java.util.ArrayList<>(taints);
        all.add(Taint.EMPTY.withKey(key).withValue(value).withEffect(effect));
        return new SimulatedNode(name, labels, all, capacity, devices);
    }

    /** With so much of a resource, such as {@code cpu} and {@code 500m}. */
    public SimulatedNode withCapacity(String resource, String quantity) {
        var all = new TreeMap<>(capacity);
        all.put(resource, Quantity.parse(quantity));
        return new SimulatedNode(name, labels, taints, all, devices);
    }

    /** With these devices of a driver, such as {@code gpu.example.com}, which it publishes in a ResourceSlice. */
    public SimulatedNode withDevices(String driver, List<Device> published) {
        var all = new TreeMap<>(devices);
        all.put(driver, List.copyOf(published));
        return new SimulatedNode(name, labels, taints, capacity, all);
    }
}
