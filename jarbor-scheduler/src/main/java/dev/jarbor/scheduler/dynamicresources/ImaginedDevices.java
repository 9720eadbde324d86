package dev.jarbor.scheduler.dynamicresources;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceClaimConsumerReference;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1.ResourceSliceSpec;
import dev.jarbor.scheduler.cluster.DeviceCatalog;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.devices.DeviceId;
import dev.jarbor.scheduler.devices.DevicesInUse;
import dev.jarbor.scheduler.devices.ExpressionCache;
import dev.jarbor.scheduler.devices.Slices;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The devices and claims of a cluster that is imagined: what pods get where they are put counts for those that come after
 * them, and nothing is written. One owner; not thread-safe.
 */
public final class ImaginedDevices implements DeviceCatalog {
    private final TreeMap<ObjectKey, ResourceClaim> claims;
    private final TreeMap<String, DeviceClass> classes = new TreeMap<>();
    private final TreeMap<String, ResourceSlice> slices;
    private final ExpressionCache expressions = new ExpressionCache();
    private Optional<Slices> arranged = Optional.empty();
    private Optional<DevicesInUse> counted = Optional.empty();
    private int shares;

    /** Claims and slices at one moment. */
    public record Moment(TreeMap<ObjectKey, ResourceClaim> claims, TreeMap<String, ResourceSlice> slices) {}

    public ImaginedDevices(
            Collection<ResourceClaim> claims, Collection<DeviceClass> classes, Collection<ResourceSlice> slices) {
        this.claims = new TreeMap<>();
        claims.forEach(claim -> this.claims.put(claim.key(), claim));
        classes.forEach(one -> this.classes.put(one.name(), one));
        this.slices = new TreeMap<>();
        slices.forEach(slice -> this.slices.put(slice.name(), slice));
    }

    public Moment moment() {
        return new Moment(new TreeMap<>(claims), new TreeMap<>(slices));
    }

    /** All is as it was at {@code moment}. */
    public void backTo(Moment moment) {
        claims.clear();
        claims.putAll(moment.claims());
        slices.clear();
        slices.putAll(moment.slices());
        changed();
    }

    private void changed() {
        arranged = Optional.empty();
        counted = Optional.empty();
    }

    /** What the drivers of a node publish. */
    public void publish(Collection<ResourceSlice> ofNode) {
        ofNode.forEach(slice -> slices.put(slice.name(), slice));
        changed();
    }

    /** The devices that only {@code node} reaches are gone. */
    public void withdraw(String node) {
        slices.values().removeIf(slice -> slice.spec().nodeName().equals(node));
        changed();
    }

    /** How much of a pool of devices, such as {@code driver/pool}, is taken. */
    public record Use(String pool, double share) {}

    /** The pool of {@code node} of which the most is taken; empty where it has no devices of its own. */
    public Optional<Use> use(String node) {
        var all = new TreeMap<String, Set<DeviceId>>();
        for (ResourceSlice slice : slices.values()) {
            ResourceSliceSpec spec = slice.spec();
            if (spec.nodeName().equals(node)) {
                Set<DeviceId> devices =
                        all.computeIfAbsent(spec.driver() + "/" + spec.pool().name(), fresh -> new HashSet<>());
                spec.devices()
                        .forEach(device -> devices.add(
                                new DeviceId(spec.driver(), spec.pool().name(), device.name())));
            }
        }
        return all.entrySet().stream()
                .filter(pool -> !pool.getValue().isEmpty())
                .map(pool -> new Use(pool.getKey(), share(pool.getValue())))
                .max(Comparator.comparingDouble(Use::share));
    }

    private double share(Set<DeviceId> devices) {
        return (double) devices.stream().filter(inUse()::has).count() / devices.size();
    }

    /** Gives {@code pod} its devices on {@code node}, where the filters let it pass. */
    public void take(Pod pod, NodeState node) {
        if (!pod.spec().hasResourceClaims()
                && ExtendedResources.of(pod, this::classOfResource).isEmpty()) {
            return;
        }
        DevicePlan plan = DeviceFilter.plan(pod, node, this, () -> "share-" + shares++);
        for (DevicePlan.Step step : plan.steps()) {
            ResourceClaim claim = step.claim();
            var users = new ArrayList<>(claim.status().reservedFor());
            users.add(user(pod));
            Optional<AllocationResult> allocation = step.allocation();
            var status = claim.status().withReservedFor(users);
            claims.put(
                    claim.key(),
                    claim.withStatus(allocation.map(status::withAllocation).orElse(status)));
        }
        changed();
    }

    private static ResourceClaimConsumerReference user(Pod pod) {
        return ResourceClaimConsumerReference.EMPTY
                .withResource("pods")
                .withName(pod.name())
                .withUid(pod.metadata().uid());
    }

    /** What {@code pod} uses alone is free. */
    public void giveBack(Pod pod) {
        boolean freed = false;
        for (ResourceClaim claim : List.copyOf(claims.values())) {
            if (!claim.namespace().equals(pod.namespace()) || !DeviceClaims.isReservedFor(claim, pod)) {
                continue;
            }
            freed = true;
            var users = new ArrayList<>(claim.status().reservedFor());
            users.removeIf(user -> user.uid().equals(pod.metadata().uid()));
            if (!users.isEmpty()) {
                claims.put(claim.key(), claim.withStatus(claim.status().withReservedFor(users)));
            } else if (claim.metadata().annotations().containsKey(ExtendedResources.ANNOTATION)) {
                claims.remove(claim.key());
            } else {
                claims.put(
                        claim.key(),
                        claim.withStatus(claim.status().withoutReservedFor().withoutAllocation()));
            }
        }
        if (freed) {
            changed();
        }
    }

    @Override
    public Optional<ResourceClaim> claim(ObjectKey key) {
        return Optional.ofNullable(claims.get(key));
    }

    @Override
    public boolean isBeingAllocated(ResourceClaim claim) {
        return false;
    }

    @Override
    public Optional<DeviceClass> deviceClass(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    @Override
    public Optional<DeviceClass> classOfResource(String resource) {
        return resource.indexOf('/') < 0
                ? Optional.empty()
                : ExtendedResources.classOf(resource, List.copyOf(classes.values()));
    }

    @Override
    public Slices slices() {
        if (arranged.isEmpty()) {
            arranged = Optional.of(Slices.of(slices.values(), List.of()));
        }
        return arranged.get();
    }

    @Override
    public DevicesInUse inUse() {
        if (counted.isEmpty()) {
            counted = Optional.of(DevicesInUse.of(claims.values().stream()
                    .filter(claim -> claim.status().hasAllocation())
                    .map(claim -> claim.status().allocation())
                    .toList()));
        }
        return counted.get();
    }

    @Override
    public ExpressionCache expressions() {
        return expressions;
    }
}
