package dev.jarbor.scheduler.dynamicresources;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.scheduling.NodeSelectors;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.DeviceCatalog;
import dev.jarbor.scheduler.cluster.NodeState;
import dev.jarbor.scheduler.devices.Allocator;
import dev.jarbor.scheduler.devices.CannotAllocateException;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.FilterFailedException;
import dev.jarbor.scheduler.plugins.Obstacle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * On which nodes a pod finds the devices of its claims: those that have theirs must be reached, the others get theirs there.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/">Dynamic Resource
 *     Allocation</a>
 */
public final class DeviceFilter {
    /** How many pods may share a claim. */
    private static final int MOST_USERS = 256;

    private DeviceFilter() {}

    public static Filter.Check filter(Pod pod, Demand demand, ClusterState cluster) {
        DeviceCatalog catalog = cluster.devices();
        ExtendedResources extended = ExtendedResources.of(pod, catalog::classOfResource);
        if ((!pod.spec().hasResourceClaims() && extended.isEmpty()) || catalog.equals(DeviceCatalog.UNKNOWN)) {
            return Filter.Check.ANY_NODE;
        }
        DeviceClaims found = DeviceClaims.of(pod, catalog::claim);
        String trouble = found.trouble();
        for (ResourceClaim claim : found.claims()) {
            trouble = trouble.isEmpty() ? trouble(pod, claim, catalog) : trouble;
        }
        if (!trouble.isEmpty()) {
            return new Refused(trouble);
        }
        return found.claims().isEmpty() && extended.isEmpty()
                ? Filter.Check.ANY_NODE
                : new Devices(pod, found.claims(), extended, catalog);
    }

    private static String trouble(Pod pod, ResourceClaim claim, DeviceCatalog catalog) {
        if (claim.status().hasAllocation()) {
            return claim.status().reservedFor().size() >= MOST_USERS && !DeviceClaims.isReservedFor(claim, pod)
                    ? "resourceclaim in use"
                    : "";
        }
        if (catalog.isBeingAllocated(claim)) {
            return "resource claim " + claim.key() + " is in the process of being allocated";
        }
        for (Map.Entry<String, String> wanted : Allocator.classesOf(claim)) {
            if (catalog.deviceClass(wanted.getValue()).isEmpty()) {
                return "request " + wanted.getKey() + ": device class " + wanted.getValue() + " does not exist";
            }
        }
        return "";
    }

    private static List<ResourceClaim> unallocated(List<ResourceClaim> claims) {
        return claims.stream()
                .filter(claim -> !claim.status().hasAllocation())
                .distinct()
                .toList();
    }

    private static Allocator allocator(List<ResourceClaim> claims, DeviceCatalog catalog) {
        List<ResourceClaim> wanting = unallocated(claims);
        List<DeviceClass> classes = wanting.stream()
                .flatMap(claim -> Allocator.classesOf(claim).stream())
                .map(Map.Entry::getValue)
                .distinct()
                .flatMap(name -> catalog.deviceClass(name).stream())
                .toList();
        return Allocator.of(wanting, classes, catalog.slices(), catalog.inUse(), catalog.expressions());
    }

    /** What is to be written so that {@code pod} has its devices on {@code node}, which the filter has let pass. */
    public static DevicePlan plan(Pod pod, NodeState state, DeviceCatalog catalog, Supplier<String> shareIds) {
        ExtendedResources extended =
                ExtendedResources.of(pod, catalog::classOfResource).missingOn(state);
        if (!pod.spec().hasResourceClaims() && extended.isEmpty()) {
            return DevicePlan.NOTHING;
        }
        Node node = state.node();
        List<ResourceClaim> claims = with(DeviceClaims.of(pod, catalog::claim).claims(), extended, pod);
        List<AllocationResult> results;
        try {
            results = allocator(claims, catalog).allocate(node, shareIds).orElseThrow();
        } catch (CannotAllocateException changed) {
            throw new IllegalStateException("the filter let " + node.name() + " pass", changed);
        }
        List<ResourceClaim> wanting = unallocated(claims);
        var steps = new ArrayList<DevicePlan.Step>();
        claims.stream()
                .distinct()
                .filter(claim -> !DeviceClaims.isReservedFor(claim, pod))
                .forEach(claim -> steps.add(new DevicePlan.Step(
                        claim,
                        wanting.contains(claim)
                                ? Optional.of(results.get(wanting.indexOf(claim)))
                                : Optional.empty())));
        return new DevicePlan(steps, extended);
    }

    private static List<ResourceClaim> with(List<ResourceClaim> claims, ExtendedResources extended, Pod pod) {
        return extended.isEmpty()
                ? claims
                : Stream.concat(claims.stream(), Stream.of(extended.claim(pod))).toList();
    }

    /** No node can help. */
    private record Refused(String reason) implements Filter.Check {
        @Override
        public List<Obstacle> against(NodeState node) {
            return List.of(new Obstacle(reason, false));
        }

        @Override
        public Optional<String> rejection() {
            return Optional.of(reason);
        }

        @Override
        public Optional<Filter.Remedy> remedy() {
            return Optional.of(new Filter.Remedy("no new claims to deallocate", Optional.empty()));
        }
    }

    /** One pod's look at nodes. */
    private static final class Devices implements Filter.Check {
        private final Pod pod;
        private final List<ResourceClaim> claims;
        private final ExtendedResources extended;
        private final DeviceCatalog catalog;
        /** By the resources that a node has not itself: most nodes are alike in that. */
        private final Map<ExtendedResources, Allocator> allocators = new HashMap<>();
        /** How much the pod likes the alternatives that it gets on a node, by its name. */
        private final Map<String, Long> likings = new HashMap<>();
        /** The claims whose devices were not reached from some node that was looked at. */
        private final List<ResourceClaim> outOfReach = new ArrayList<>();

        Devices(Pod pod, List<ResourceClaim> claims, ExtendedResources extended, DeviceCatalog catalog) {
            this.pod = pod;
            this.claims = claims;
            this.extended = extended;
            this.catalog = catalog;
        }

        @Override
        public List<Obstacle> against(NodeState node) {
            List<ResourceClaim> unreached =
                    claims.stream().filter(claim -> !isReached(claim, node)).toList();
            String trouble = allocated(node);
            if (!trouble.isEmpty()) {
                return List.of(new Obstacle(trouble, false));
            }
            unreached.stream().filter(claim -> !outOfReach.contains(claim)).forEach(outOfReach::add);
            return unreached.isEmpty()
                    ? List.of()
                    : List.of(new Obstacle("resourceclaim not available on the node", false));
        }

        private String allocated(NodeState node) {
            Allocator allocator = allocators.computeIfAbsent(
                    extended.missingOn(node), missing -> allocator(with(claims, missing, pod), catalog));
            try {
                Optional<List<AllocationResult>> found = allocator.allocate(node.node(), () -> "");
                found.filter(results -> allocator.hasAlternatives())
                        .ifPresent(results -> likings.put(node.name(), allocator.liking(results)));
                return found.isPresent() ? "" : "cannot allocate all claims";
            } catch (CannotAllocateException broken) {
                if (broken.isOfNode()) {
                    return broken.reason();
                }
                throw new FilterFailedException("DynamicResources", broken.reason());
            }
        }

        @Override
        public Optional<ToLongFunction<NodeState>> preference() {
            return likings.isEmpty() ? Optional.empty() : Optional.of(node -> likings.getOrDefault(node.name(), 0L));
        }

        private static boolean isReached(ResourceClaim claim, NodeState node) {
            AllocationResult allocation = claim.status().allocation();
            return !allocation.hasNodeSelector()
                    || NodeSelectors.matches(allocation.nodeSelector(), node.name(), node.labels());
        }

        /** Gives back devices that nobody else uses and that are where the pod cannot go. */
        @Override
        public Optional<Filter.Remedy> remedy() {
            Optional<ResourceClaim> idle = outOfReach.stream()
                    .filter(claim -> claim.status().reservedFor().stream()
                            .allMatch(user -> user.uid().equals(pod.metadata().uid())))
                    .findFirst();
            String message = idle.isPresent() ? "deallocation of ResourceClaim completed" : "still not schedulable";
            return Optional.of(new Filter.Remedy(message, idle));
        }
    }
}
