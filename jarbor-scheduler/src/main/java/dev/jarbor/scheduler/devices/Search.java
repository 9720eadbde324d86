package dev.jarbor.scheduler.devices;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.scheduling.DeviceTaints;
import dev.jarbor.scheduler.devices.Allocator.Wanted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One search for devices on one node: depth first, with what was taken given back where it leads nowhere. Bounded: a search
 * that has tried {@link #MOST_TRIES} devices without a solution gives up, as the reference does after ten seconds.
 */
final class Search {
    static final int MOST_TRIES = 1_000_000;

    private final Node node;
    private final List<Pool> pools;
    private final List<Wanted> claims;
    private final DevicesInUse inUse;
    private final Selecting selecting;
    private final Constraining constraining;

    private final List<List<Constraint>> constraints = new ArrayList<>();
    private final List<List<Taken>> taken = new ArrayList<>();
    private final IdentityHashMap<Request, List<Placed>> everything = new IdentityHashMap<>();
    private final Set<DeviceId> whole = new HashSet<>();
    private final Map<DeviceId, Map<String, Quantity>> shared = new HashMap<>();
    private final IdentityHashMap<Pool, Map<String, Quantity>> counters = new IdentityHashMap<>();
    private int tries;

    /** Whether a device is one that a request selects. */
    interface Selecting {
        boolean selects(Wanted claim, Request request, Candidate device) throws CannotAllocateException;
    }

    /** The constraints of a claim, with nothing counted in. */
    interface Constraining {
        List<Constraint> of(Wanted claim) throws CannotAllocateException;
    }

    private record Placed(Pool pool, Candidate device) {}

    /** Where the search is: at which device of which request, and which alternative of it. */
    private record Place(int claim, int request, int alternative, int device) {
        Place nextDevice() {
            return new Place(claim, request, alternative, device + 1);
        }
    }

    Search(
            Node node,
            List<Pool> pools,
            List<Wanted> claims,
            DevicesInUse inUse,
            Selecting selecting,
            Constraining constraining) {
        this.node = node;
        this.pools = pools;
        this.claims = claims;
        this.inUse = inUse;
        this.selecting = selecting;
        this.constraining = constraining;
    }

    /** The devices of each claim, in the order of its requests. */
    Optional<List<List<Taken>>> run() throws CannotAllocateException {
        for (Wanted claim : claims) {
            constraints.add(constraining.of(claim));
            taken.add(new ArrayList<>());
            prepare(claim);
        }
        if (request(0, 0)) {
            return Optional.of(taken);
        }
        if (pools.stream().anyMatch(pool -> pool.state() == Pool.State.INVALID)) {
            throw CannotAllocateException.here("invalid resource pools were encountered");
        }
        return Optional.empty();
    }

    /** Looks at what wants everything, and whether a claim wants more than it can get. */
    private void prepare(Wanted claim) throws CannotAllocateException {
        long least = 0;
        for (List<Request> alternatives : claim.requests()) {
            long fewest = Long.MAX_VALUE;
            for (Request request : alternatives) {
                if (!request.isKnown()) {
                    throw CannotAllocateException.anywhere("claim " + claim.name() + ", request " + request.shortName()
                            + ": unsupported count mode " + request.mode());
                }
                fewest = Math.min(fewest, request.all() ? all(claim, request).size() : request.count());
            }
            least = fewest > Allocator.MOST_DEVICES ? fewest : least + fewest;
        }
        if (least > Allocator.MOST_DEVICES) {
            throw CannotAllocateException.anywhere("claim " + claim.name() + ": number of requested devices " + least
                    + " exceeds the claim limit of " + Allocator.MOST_DEVICES);
        }
    }

    private List<Placed> all(Wanted claim, Request request) throws CannotAllocateException {
        var all = new ArrayList<Placed>();
        for (Pool pool : pools) {
            if (pool.state() != Pool.State.COMPLETE) {
                String state = pool.state() == Pool.State.INVALID ? "invalid" : "being updated";
                throw CannotAllocateException.here("claim " + claim.name() + ", request " + request.shortName()
                        + ": asks for all devices, but resource pool " + pool + " is currently " + state);
            }
            for (Candidate device : pool.devices()) {
                if (selects(claim, request, device)) {
                    all.add(new Placed(pool, device));
                }
            }
        }
        everything.put(request, all);
        return all;
    }

    private boolean selects(Wanted claim, Request request, Candidate device) throws CannotAllocateException {
        return selecting.selects(claim, request, device) && device.isReachableFrom(node);
    }

    private boolean request(int claim, int request) throws CannotAllocateException {
        if (claim == claims.size()) {
            return true;
        }
        List<List<Request>> requests = claims.get(claim).requests();
        if (request == requests.size()) {
            return request(claim + 1, 0);
        }
        for (int alternative = 0; alternative < requests.get(request).size(); alternative++) {
            if (device(new Place(claim, request, alternative, 0))) {
                return true;
            }
        }
        return false;
    }

    private boolean device(Place place) throws CannotAllocateException {
        Wanted claim = claims.get(place.claim());
        Request request = claim.requests().get(place.request()).get(place.alternative());
        List<Placed> all = everything.get(request);
        long wanted = all == null ? request.count() : all.size();
        if (wanted == 0) {
            return false; // "all" is at least one
        }
        if (place.device() >= wanted) {
            return request(place.claim(), place.request() + 1);
        }
        if (taken.get(place.claim()).size() + wanted - place.device() > Allocator.MOST_DEVICES) {
            return false;
        }
        if (all != null) {
            return attempt(place, claim, request, all.get(place.device()), true);
        }
        for (Pool pool : pools) {
            for (Candidate device : pool.devices()) {
                if (!isTaken(place.claim(), request, device)
                        && selects(claim, request, device)
                        && attempt(place, claim, request, new Placed(pool, device), false)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isTaken(int claim, Request request, Candidate device) {
        DeviceId id = device.id();
        if (request.admin()) {
            return taken.get(claim).stream().anyMatch(one -> one.device().id().equals(id));
        }
        return inUse.whole().contains(id)
                || whole.contains(id)
                || isSeenByAdministrator(id)
                || (!device.device().allowMultipleAllocations() && inUse.has(id));
    }

    /** Whether a claim of the same pod has a device for administration: nobody else gets it with that pod. */
    private boolean isSeenByAdministrator(DeviceId id) {
        return taken.stream()
                .flatMap(List::stream)
                .anyMatch(one -> one.request().admin() && one.device().id().equals(id));
    }

    /** Takes one device and goes on; gives it back where that leads nowhere. */
    private boolean attempt(Place place, Wanted claim, Request request, Placed placed, boolean must)
            throws CannotAllocateException {
        if (++tries > MOST_TRIES) {
            throw CannotAllocateException.here("timed out trying to allocate devices");
        }
        Candidate device = placed.device();
        Optional<Map<String, Quantity>> capacity = Capacities.taken(request, device);
        if (isTaken(place.claim(), request, device)
                || capacity.isEmpty()
                || DeviceTaints.keepAway(device.taints(), request.tolerations())) {
            return false;
        }
        var one = new Taken(request, device, capacity.get());
        if (!hasRoom(one, placed.pool()) || !satisfies(place.claim(), claim, one, must)) {
            return false;
        }
        take(place.claim(), one, placed.pool());
        if (device(place.nextDevice())) {
            return true;
        }
        giveBack(place.claim(), one, placed.pool());
        return false;
    }

    private boolean hasRoom(Taken one, Pool pool) {
        DeviceId id = one.device().id();
        if (one.isShare()
                && !Capacities.fits(
                        one.capacity(),
                        Capacities.sum(inUse.shared().getOrDefault(id, Map.of()), shared.getOrDefault(id, Map.of())),
                        one.device())) {
            return false;
        }
        Map<String, Quantity> left = left(pool);
        return counted(one).entrySet().stream()
                .allMatch(counter ->
                        counter.getValue().compareTo(left.getOrDefault(counter.getKey(), Quantity.ZERO)) <= 0);
    }

    /** What is left of the counters of a pool. */
    private Map<String, Quantity> left(Pool pool) {
        return counters.computeIfAbsent(pool, fresh -> {
            Map<String, Quantity> left = fresh.counters();
            for (List<Candidate> devices : List.of(fresh.devices(), fresh.elsewhere())) {
                for (Candidate device : devices) {
                    if (inUse.has(device.id())) {
                        left = Capacities.difference(left, Pool.consumed(device));
                    }
                }
            }
            return left;
        });
    }

    /** What a device takes of its pool's counters; a device that is in use has taken it already. */
    private Map<String, Quantity> counted(Taken one) {
        DeviceId id = one.device().id();
        return one.request().admin() || inUse.has(id) || shared.containsKey(id)
                ? Map.of()
                : Pool.consumed(one.device());
    }

    private boolean satisfies(int index, Wanted claim, Taken one, boolean must) throws CannotAllocateException {
        List<Constraint> all = constraints.get(index);
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).add(one.request(), one.device())) {
                if (must) {
                    throw CannotAllocateException.anywhere("claim " + claim.name() + ", request "
                            + one.request().shortName() + ": cannot add device "
                            + one.device().id() + " because a claim constraint would not be satisfied");
                }
                all.subList(0, i).forEach(constraint -> constraint.removeLast(one.request()));
                return false;
            }
        }
        return true;
    }

    private void take(int claim, Taken one, Pool pool) {
        taken.get(claim).add(one);
        if (one.request().admin()) {
            return;
        }
        counters.put(pool, Capacities.difference(left(pool), counted(one)));
        if (one.isShare()) {
            shared.merge(one.device().id(), one.capacity(), Capacities::sum);
        } else {
            whole.add(one.device().id());
        }
    }

    private void giveBack(int claim, Taken one, Pool pool) {
        taken.get(claim).removeLast();
        constraints.get(claim).forEach(constraint -> constraint.removeLast(one.request()));
        if (one.request().admin()) {
            return;
        }
        DeviceId id = one.device().id();
        if (!one.isShare()) {
            whole.remove(id);
        } else if (taken.stream()
                .flatMap(List::stream)
                .noneMatch(other -> other.isShare() && other.device().id().equals(id))) {
            shared.remove(id);
        } else {
            shared.merge(id, one.capacity(), Capacities::difference);
        }
        counters.put(pool, Capacities.sum(left(pool), counted(one)));
    }
}
