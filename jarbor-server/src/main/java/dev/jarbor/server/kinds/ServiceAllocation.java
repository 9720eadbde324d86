package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.AllocationMetrics.DYNAMIC;
import static dev.jarbor.server.kinds.AllocationMetrics.STATIC;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.server.kinds.network.ServiceChecks;
import dev.jarbor.server.registry.Allocator;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives Services their cluster IPs and node ports. A given address is an IPAddress object named by it, as in the
 * reference; a given node port is an internal object named by its number. Both are written in the Service's own
 * transaction, only if they do not exist: the store itself refuses to give one thing twice.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/">Service ClusterIP
 *     allocation</a>
 */
public final class ServiceAllocation implements Allocator {
    private static final String ADDRESSES = "ipaddresses.networking.k8s.io";
    private static final String RANGES = "servicecidrs.networking.k8s.io";
    /** Not a resource that anybody can ask for. */
    private static final String NODE_PORTS = "nodeports";

    private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    private static final String ALLOCATOR = "ipallocator.k8s.io";

    private static final FieldPath SPEC = FieldPath.of("spec");

    private final ServiceRange range;
    private final int firstPort;
    private final int lastPort;
    private final Store store;
    private final Runtime runtime;
    private final AllocationMetrics counts;

    private ServiceAllocation(
            ServiceRange range, int firstPort, int lastPort, Store store, Runtime runtime, AllocationMetrics counts) {
        this.range = range;
        this.firstPort = firstPort;
        this.lastPort = lastPort;
        this.store = store;
        this.runtime = runtime;
        this.counts = counts;
    }

    /** @param registry where it is counted what is given, and what there is in {@code store} */
    public static ServiceAllocation counted(
            ServiceRange range, int firstPort, int lastPort, Store store, Runtime runtime, MetricRegistry registry) {
        var allocation =
                new ServiceAllocation(range, firstPort, lastPort, store, runtime, new AllocationMetrics(registry));
        AllocationMetrics.measure(registry, allocation);
        return allocation;
    }

    @Override
    public Allocator onTrial() {
        return new ServiceAllocation(range, firstPort, lastPort, store, runtime, AllocationMetrics.uncounted());
    }

    @Override
    public Allocated onCreate(ObjectValue service, Snapshot now) {
        return onUpdate(ObjectValue.EMPTY, service, now);
    }

    @Override
    public Allocated onUpdate(ObjectValue before, ObjectValue after, Snapshot now) {
        var writes = new ArrayList<Transaction.Write>();
        var given = new ArrayList<Runnable>();
        ObjectValue addressed = withAddress(before, after, now, writes, given);
        ObjectValue whole = withNodePorts(before, addressed, now, writes, given);
        return new Allocated(whole, writes, () -> given.forEach(Runnable::run));
    }

    @Override
    public List<Transaction.Write> onDelete(ObjectValue service, Snapshot now) {
        var writes = new ArrayList<Transaction.Write>();
        release(ADDRESSES, address(service), now, writes);
        nodePorts(service).forEach(port -> release(NODE_PORTS, port, now, writes));
        return writes;
    }

    private ObjectValue withAddress(
            ObjectValue before, ObjectValue after, Snapshot now, List<Transaction.Write> writes, List<Runnable> given) {
        ObjectValue spec = after.object("spec");
        String held = address(before);
        if (Services.isExternalName(spec)) {
            release(ADDRESSES, held, now, writes);
            return after.with("spec", spec.without("clusterIP").without("clusterIPs"));
        }
        String wanted = spec.string("clusterIP");
        if (wanted.equals(Services.HEADLESS) || (!wanted.isEmpty() && wanted.equals(held))) {
            return after;
        }
        release(ADDRESSES, held, now, writes);
        long start = runtime.nanoTime();
        Place place = wanted.isEmpty() ? freePlace(now) : checked(after, wanted, now);
        Duration took = Duration.ofNanos(runtime.nanoTime() - start);
        given.add(() -> counts.address(place.range, wanted.isEmpty() ? DYNAMIC : STATIC, took));
        String address = place.address;
        writes.add(new Transaction.Put(
                ADDRESSES, ObjectKey.cluster(address), ipAddress(address, after), Transaction.ABSENT));
        return after.with(
                "spec", spec.with("clusterIP", address).with("clusterIPs", ListValue.ofStrings(List.of(address))));
    }

    /** The address a Service holds; "" for none. */
    private static String address(ObjectValue service) {
        String address = service.object("spec").string("clusterIP");
        return address.equals(Services.HEADLESS) ? "" : address;
    }

    /** An address of a range. */
    private record Place(ServiceRange range, String address) {}

    private Place checked(ObjectValue service, String address, Snapshot now) {
        ServiceRange around = ranges(now).stream()
                .filter(one -> one.contains(address))
                .findFirst()
                .orElseThrow(() -> noAddress(
                        service,
                        address,
                        "failed to allocate IP " + address + ": the provided IP (" + address
                                + ") is not in the valid range. The range of valid IPs is " + range));
        if (now.get(ADDRESSES, ObjectKey.cluster(address)).isPresent()) {
            counts.noAddress(around, STATIC);
            throw noAddress(
                    service, address, "failed to allocate IP " + address + ": provided IP is already allocated");
        }
        return new Place(around, address);
    }

    /** The range of the settings, and those of ServiceCIDRs that are ready and stay, in the order of their names. */
    private List<ServiceRange> ranges(Snapshot now) {
        var ranges = new ArrayList<ServiceRange>();
        ranges.add(range);
        now.all(RANGES).values().stream()
                .filter(one -> !one.object("metadata").has("deletionTimestamp") && isReady(one))
                .flatMap(one -> one.object("spec").list("cidrs").strings().stream())
                .flatMap(cidr -> ServiceRange.tryParse(cidr).stream())
                .filter(one -> !one.equals(range))
                .forEach(ranges::add);
        return ranges;
    }

    private static boolean isReady(ObjectValue range) {
        return range.object("status").list("conditions").objects().stream()
                .anyMatch(condition -> condition.string("type").equals("Ready")
                        && condition.string("status").equals("True"));
    }

    private Place freePlace(Snapshot now) {
        for (ServiceRange one : ranges(now)) {
            Optional<String> free = freeAddress(one, now);
            if (free.isPresent()) {
                return new Place(one, free.get());
            }
            counts.noAddress(one, DYNAMIC);
        }
        throw ApiException.internalError("failed to allocate a serviceIP: range is full");
    }

    /** A free address; the low band of the range is left to those who choose theirs, until the rest is used up. */
    private Optional<String> freeAddress(ServiceRange range, Snapshot now) {
        long size = range.size();
        long band = Math.min(Math.max(16, size / 16), 256);
        long low = size > 2 * band ? band : 1;
        long start = low + runtime.random().nextLong(size - low);
        for (long i = 0; i < size - low; i++) {
            String address = range.address(low + (start - low + i) % (size - low));
            if (now.get(ADDRESSES, ObjectKey.cluster(address)).isEmpty()) {
                return Optional.of(address);
            }
        }
        for (long i = 1; i < low; i++) {
            if (now.get(ADDRESSES, ObjectKey.cluster(range.address(i))).isEmpty()) {
                return Optional.of(range.address(i));
            }
        }
        return Optional.empty();
    }

    private static ApiException noAddress(ObjectValue service, String address, String why) {
        return refused(
                service, FieldError.invalid(SPEC.child("clusterIPs"), ListValue.ofStrings(List.of(address)), why));
    }

    private ObjectValue ipAddress(String address, ObjectValue service) {
        ObjectValue labels = ObjectValue.EMPTY
                .with("ipaddress.kubernetes.io/ip-family", "IPv4")
                .with(MANAGED_BY, ALLOCATOR);
        ObjectValue metadata = service.object("metadata");
        ObjectValue parent = ObjectValue.of(Map.of(
                "resource", Value.of("services"),
                "namespace", Value.of(metadata.string("namespace")),
                "name", Value.of(metadata.string("name"))));
        return ObjectValue.builder()
                .put("apiVersion", "networking.k8s.io/v1")
                .put("kind", "IPAddress")
                .put(
                        "metadata",
                        ObjectValue.EMPTY
                                .with("name", address)
                                .with("labels", labels)
                                .with("uid", runtime.newUid())
                                .with("creationTimestamp", Fields.ofInstant(runtime.now())))
                .put("spec", ObjectValue.of("parentRef", parent))
                .build();
    }

    private ObjectValue withNodePorts(
            ObjectValue before, ObjectValue after, Snapshot now, List<Transaction.Write> writes, List<Runnable> given) {
        Set<String> held = nodePorts(before);
        ObjectValue spec = after.object("spec");
        boolean wanted = Services.hasNodePorts(spec)
                && !(spec.has("allocateLoadBalancerNodePorts") && !spec.bool("allocateLoadBalancerNodePorts"));
        var taken = new LinkedHashSet<String>();
        var ports = new ArrayList<Value>();
        List<ObjectValue> asked = spec.list("ports").objects();
        // Ports that somebody chose come before ports that anybody can have.
        asked.forEach(port -> chosen(port).ifPresent(taken::add));
        healthPort(spec).ifPresent(taken::add);
        Set<String> chosenOnes = Set.copyOf(taken);
        for (int i = 0; i < asked.size(); i++) {
            ObjectValue port = asked.get(i);
            Optional<String> chosen = chosen(port);
            if (chosen.isPresent()) {
                checkNodePort(after, i, chosen.get(), held, now);
                ports.add(port);
            } else if (wanted) {
                String free = freeNodePort(held, taken, now);
                taken.add(free);
                ports.add(port.with("nodePort", Long.parseLong(free)));
            } else {
                ports.add(port);
            }
        }
        spec = spec.with("ports", ListValue.of(ports));
        if (ServiceChecks.needsHealthCheck(spec) && healthPort(spec).isEmpty()) {
            String free = freeNodePort(held, taken, now);
            taken.add(free);
            spec = spec.with("healthCheckNodePort", Long.parseLong(free));
        }
        for (String port : taken) {
            if (!held.contains(port)) {
                given.add(() -> counts.port(chosenOnes.contains(port) ? STATIC : DYNAMIC));
                writes.add(new Transaction.Put(
                        NODE_PORTS, ObjectKey.cluster(port), nodePort(port, after), Transaction.ABSENT));
            }
        }
        held.stream().filter(port -> !taken.contains(port)).forEach(port -> release(NODE_PORTS, port, now, writes));
        return ports.isEmpty() ? after : after.with("spec", spec);
    }

    /** The port at which nodes tell a load balancer whether they have endpoints. */
    private static Optional<String> healthPort(ObjectValue spec) {
        long number = spec.integer("healthCheckNodePort");
        return number == 0 ? Optional.empty() : Optional.of(Long.toString(number));
    }

    private static Optional<String> chosen(ObjectValue port) {
        long number = port.integer("nodePort");
        return number == 0 ? Optional.empty() : Optional.of(Long.toString(number));
    }

    private static Set<String> nodePorts(ObjectValue service) {
        var ports = new LinkedHashSet<String>();
        service.object("spec")
                .list("ports")
                .objects()
                .forEach(port -> chosen(port).ifPresent(ports::add));
        healthPort(service.object("spec")).ifPresent(ports::add);
        return ports;
    }

    private void checkNodePort(ObjectValue service, int index, String port, Set<String> held, Snapshot now) {
        FieldPath path = SPEC.child("ports").index(index).child("nodePort");
        long number = Long.parseLong(port);
        if (held.contains(port)) {
            return;
        }
        if (number < firstPort || number > lastPort) {
            counts.noPort(STATIC);
            throw refused(
                    service,
                    FieldError.invalid(
                            path,
                            number,
                            "provided port is not in the valid range. The range of valid ports is " + firstPort + "-"
                                    + lastPort));
        }
        if (now.get(NODE_PORTS, ObjectKey.cluster(port)).isPresent()) {
            counts.noPort(STATIC);
            throw refused(service, FieldError.invalid(path, number, "provided port is already allocated"));
        }
    }

    private String freeNodePort(Set<String> held, Set<String> taken, Snapshot now) {
        int size = lastPort - firstPort + 1;
        int start = runtime.random().nextInt(size);
        for (int i = 0; i < size; i++) {
            String port = Integer.toString(firstPort + (start + i) % size);
            boolean free = !held.contains(port)
                    && !taken.contains(port)
                    && now.get(NODE_PORTS, ObjectKey.cluster(port)).isEmpty();
            if (free) {
                return port;
            }
        }
        counts.noPort(DYNAMIC);
        throw ApiException.internalError("failed to allocate a nodePort: range is full");
    }

    /** How many addresses of each range the server has given away, and has not got back. */
    Map<ServiceRange, Long> usedAddresses() {
        Snapshot now = store.snapshot();
        var used = new LinkedHashMap<ServiceRange, Long>();
        ranges(now).forEach(one -> used.put(one, 0L));
        now.all(ADDRESSES).forEach((key, object) -> {
            if (object.object("metadata").object("labels").string(MANAGED_BY).equals(ALLOCATOR)) {
                used.replaceAll((one, count) -> one.contains(key.name()) ? count + 1 : count);
            }
        });
        return used;
    }

    int usedPorts() {
        return store.snapshot().all(NODE_PORTS).size();
    }

    int ports() {
        return lastPort - firstPort + 1;
    }

    private static ObjectValue nodePort(String port, ObjectValue service) {
        ObjectValue metadata = service.object("metadata");
        return ObjectValue.of(
                "metadata",
                ObjectValue.EMPTY
                        .with("name", port)
                        .with(
                                "annotations",
                                ObjectValue.EMPTY.with(
                                        "service", metadata.string("namespace") + "/" + metadata.string("name"))));
    }

    private static void release(String storage, String name, Snapshot now, List<Transaction.Write> writes) {
        var key = ObjectKey.cluster(name);
        if (!name.isEmpty() && now.get(storage, key).isPresent()) {
            writes.add(new Transaction.Delete(storage, key, Transaction.ANY));
        }
    }

    private static ApiException refused(ObjectValue service, FieldError error) {
        return ApiException.invalid(
                new GroupKind("", "Service"), service.object("metadata").string("name"), List.of(error));
    }
}
