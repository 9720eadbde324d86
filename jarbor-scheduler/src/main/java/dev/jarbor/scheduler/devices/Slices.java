package dev.jarbor.scheduler.devices;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.resource.v1.CounterSet;
import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1.ResourceSliceSpec;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.scheduling.DeviceTaints;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that drivers publish, arranged so that a node finds its pools without a look at those of others. */
public final class Slices {
    public static final Slices NONE = of(List.of(), List.of());

    private final Map<PoolName, List<Slice>> pools;
    private final Map<String, Set<PoolName>> byNode;
    private final Set<PoolName> notByNode;

    private record PoolName(String driver, String pool) implements Comparable<PoolName> {
        private static final Comparator<PoolName> ORDER =
                Comparator.comparing(PoolName::driver).thenComparing(PoolName::pool);

        @Override
        public int compareTo(PoolName other) {
            return ORDER.compare(this, other);
        }
    }

    private record Slice(ResourceSliceSpec spec, List<Candidate> devices) {
        /** Whether whoever gets a device of it may have to wait for it. */
        boolean hasConditions() {
            return spec.devices().stream().anyMatch(Device::hasBindingConditions);
        }

        boolean hasCounters() {
            return spec.hasSharedCounters();
        }
    }

    private Slices(Map<PoolName, List<Slice>> pools, Map<String, Set<PoolName>> byNode, Set<PoolName> notByNode) {
        this.pools = pools;
        this.byNode = byNode;
        this.notByNode = notByNode;
    }

    /** @param rules taint devices beside their drivers */
    public static Slices of(Collection<ResourceSlice> slices, Collection<DeviceTaintRule> rules) {
        var pools = new TreeMap<PoolName, List<Slice>>();
        var byNode = new TreeMap<String, Set<PoolName>>();
        var notByNode = new TreeSet<PoolName>();
        slices.stream().sorted(Comparator.comparing(ResourceSlice::name)).forEach(slice -> {
            ResourceSliceSpec spec = slice.spec();
            var pool = new PoolName(spec.driver(), spec.pool().name());
            List<Candidate> devices = spec.devices().stream()
                    .map(device -> candidate(slice, spec, device, rules))
                    .toList();
            pools.computeIfAbsent(pool, fresh -> new ArrayList<>()).add(new Slice(spec, devices));
            if (spec.nodeName().isEmpty()) {
                notByNode.add(pool);
            } else {
                byNode.computeIfAbsent(spec.nodeName(), fresh -> new TreeSet<>())
                        .add(pool);
            }
        });
        return new Slices(pools, byNode, notByNode);
    }

    private static Candidate candidate(
            ResourceSlice slice, ResourceSliceSpec spec, Device device, Collection<DeviceTaintRule> rules) {
        return new Candidate(
                new DeviceId(spec.driver(), spec.pool().name(), device.name()),
                spec,
                device,
                device.attributes(),
                DeviceTaints.of(slice, device, rules));
    }

    /**
     * The pools of which {@code node} reaches a slice, by driver and name, those last of whose devices one may have to wait
     * for; so are the slices within each. What is out of date is passed over.
     */
    List<Pool> reachableFrom(Node node) {
        var names = new TreeSet<>(notByNode);
        names.addAll(byNode.getOrDefault(node.name(), Set.of()));
        var reachable = new ArrayList<Pool>();
        for (PoolName name : names) {
            List<Slice> all = pools.getOrDefault(name, List.of());
            long newest = all.stream()
                    .mapToLong(slice -> slice.spec().pool().generation())
                    .max()
                    .orElse(0);
            List<Slice> current = all.stream()
                    .filter(slice -> slice.spec().pool().generation() == newest)
                    .toList();
            List<Slice> near = current.stream()
                    .filter(slice -> !slice.hasCounters() && Candidate.isReachable(slice.spec(), node))
                    .sorted(Comparator.comparing(Slice::hasConditions))
                    .toList();
            if (!near.isEmpty()) {
                reachable.add(pool(name, current, near));
            }
        }
        reachable.sort(Comparator.comparing(Slices::hasConditions));
        return reachable;
    }

    private static boolean hasConditions(Pool pool) {
        return pool.devices().stream().anyMatch(device -> device.device().hasBindingConditions());
    }

    private static Pool pool(PoolName name, List<Slice> current, List<Slice> near) {
        if (current.size() != near.getFirst().spec().pool().resourceSliceCount()) {
            return Pool.incomplete(name.driver(), name.pool());
        }
        List<Slice> far = current.stream()
                .filter(slice -> !slice.hasCounters() && !near.contains(slice))
                .toList();
        List<CounterSet> counters = current.stream()
                .flatMap(slice -> slice.spec().sharedCounters().stream())
                .toList();
        return Pool.of(name.driver(), name.pool(), devices(near), devices(far), counters);
    }

    private static List<Candidate> devices(List<Slice> slices) {
        return slices.stream().flatMap(slice -> slice.devices().stream()).toList();
    }
}
