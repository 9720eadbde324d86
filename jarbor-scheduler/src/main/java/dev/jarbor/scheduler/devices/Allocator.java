package dev.jarbor.scheduler.devices;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.DeviceConstraint;
import dev.jarbor.api.resource.v1.DeviceRequest;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Finds devices for the claims of one pod, on any node: each claim gets all that it asks for, or none of them gets anything.
 * The first solution is taken; requests are served in their order, alternatives in theirs, devices by pool, slice and place
 * in it.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/4381-dra-structured-parameters">KEP-4381</a>
 */
public final class Allocator {
    /** The most devices that one claim may get. */
    static final int MOST_DEVICES = 32;

    /** The most alternatives that a request may have. */
    private static final int MOST_ALTERNATIVES = 8;

    private final List<Wanted> claims;
    private final Slices slices;
    private final DevicesInUse inUse;
    private final Selections selections;
    private final Map<String, DeviceClass> classes;

    /** A claim with its requests read. */
    record Wanted(ResourceClaim claim, List<List<Request>> requests) {
        String name() {
            return claim.key().toString();
        }
    }

    private Allocator(
            List<Wanted> claims,
            Slices slices,
            DevicesInUse inUse,
            Selections selections,
            Map<String, DeviceClass> classes) {
        this.claims = claims;
        this.slices = slices;
        this.inUse = inUse;
        this.selections = selections;
        this.classes = classes;
    }

    /**
     * @param claims those that have nothing yet
     * @param classes all that the claims name
     */
    public static Allocator of(
            List<ResourceClaim> claims,
            List<DeviceClass> classes,
            Slices slices,
            DevicesInUse inUse,
            ExpressionCache expressions) {
        var byName = new TreeMap<String, DeviceClass>();
        classes.forEach(one -> byName.put(one.name(), one));
        List<Wanted> wanted = claims.stream()
                .map(claim -> new Wanted(
                        claim,
                        claim.spec().devices().requests().stream()
                                .map(Request::alternatives)
                                .toList()))
                .toList();
        return new Allocator(wanted, slices, inUse, new Selections(expressions), byName);
    }

    /** The names of the classes that {@code claim} asks for, by the requests that do, in their order. */
    public static List<Map.Entry<String, String>> classesOf(ResourceClaim claim) {
        var names = new ArrayList<Map.Entry<String, String>>();
        for (DeviceRequest request : claim.spec().devices().requests()) {
            Request.alternatives(request).forEach(one -> names.add(Map.entry(one.name(), one.deviceClass())));
        }
        return names;
    }

    /**
     * What each claim gets on {@code node}; empty where they cannot all be served there.
     *
     * @param shareIds makes the id of each share of a device
     */
    public Optional<List<AllocationResult>> allocate(Node node, Supplier<String> shareIds)
            throws CannotAllocateException {
        List<Pool> pools = slices.reachableFrom(node);
        var search = new Search(node, pools, claims, inUse, this::selects, this::constraints);
        Optional<List<List<Taken>>> found = search.run();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var results = new ArrayList<AllocationResult>();
        for (int i = 0; i < claims.size(); i++) {
            results.add(Allocations.of(claims.get(i).claim(), found.get().get(i), this::classOf, node, shareIds));
        }
        return Optional.of(results);
    }

    /** Whether it may get one thing or another, of which its author likes the first most. */
    public boolean hasAlternatives() {
        return claims.stream()
                .anyMatch(claim -> claim.requests().stream().anyMatch(alternatives -> alternatives.size() > 1));
    }

    /** How much the authors of the claims like {@code results}: more, the earlier the alternatives that were taken. */
    public long liking(List<AllocationResult> results) {
        long liking = 0;
        for (int i = 0; i < claims.size(); i++) {
            List<String> taken = results.get(i).devices().results().stream()
                    .map(DeviceRequestAllocationResult::request)
                    .toList();
            for (List<Request> alternatives : claims.get(i).requests()) {
                for (int rank = 0; rank < alternatives.size(); rank++) {
                    Request one = alternatives.get(rank);
                    boolean alternative = !one.name().equals(one.parent());
                    liking += alternative && taken.contains(one.name()) ? MOST_ALTERNATIVES - rank : 0;
                }
            }
        }
        return liking;
    }

    private DeviceClass classOf(Request request) {
        return classes.getOrDefault(request.deviceClass(), DeviceClass.EMPTY);
    }

    private boolean selects(Wanted claim, Request request, Candidate device) throws CannotAllocateException {
        return selections.selects(claim.name(), request, classOf(request), device);
    }

    private List<Constraint> constraints(Wanted claim) throws CannotAllocateException {
        var constraints = new ArrayList<Constraint>();
        for (DeviceConstraint constraint : claim.claim().spec().devices().constraints()) {
            try {
                constraints.add(Constraint.of(constraint));
            } catch (IllegalArgumentException unknown) {
                throw CannotAllocateException.anywhere(
                        "claim " + claim.name() + ", constraint #" + constraints.size() + ": " + unknown.getMessage());
            }
        }
        return constraints;
    }
}
