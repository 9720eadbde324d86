package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointPort;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.endpoints.SlicePlan.Group;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Spreads the endpoints of one family over the slices there are and those that have to come. */
final class SliceFilling {
    private static final Set<String> RESERVED = Set.of(SlicePlan.SERVICE_NAME, SlicePlan.MANAGED_BY);

    private final Service service;
    private final String family;
    private final Optional<Instant> trigger;
    private final List<EndpointSlice> create = new ArrayList<>();
    private final List<EndpointSlice> update = new ArrayList<>();
    private final List<EndpointSlice> delete = new ArrayList<>();
    private int added;
    private int removed;

    /** A slice and the endpoints that it is to have. */
    private record Filled(EndpointSlice slice, List<Endpoint> endpoints) {}

    SliceFilling(Service service, String family, Optional<Instant> trigger) {
        this.service = service;
        this.family = family;
        this.trigger = trigger;
    }

    List<EndpointSlice> create() {
        return create;
    }

    List<EndpointSlice> update() {
        return update;
    }

    List<EndpointSlice> delete() {
        return delete;
    }

    SlicePlan.Change change() {
        return new SlicePlan.Change(family, added, removed);
    }

    void fill(Map<String, Group> groups, List<EndpointSlice> existing) {
        var ours = new TreeMap<String, List<EndpointSlice>>();
        for (EndpointSlice slice : existing) {
            if (isOwned(slice)) {
                ours.computeIfAbsent(Group.key(slice), key -> new ArrayList<>()).add(slice);
            } else {
                delete.add(slice); // of an older service of the name
            }
        }
        groups.forEach((key, group) -> fill(group, ours.getOrDefault(key, List.of())));
        ours.forEach((key, slices) -> {
            if (!groups.containsKey(key)) {
                delete.addAll(slices);
            }
        });
        if (existing.size() == delete.size() && create.isEmpty()) {
            keepPlaceholder();
        }
        reuse();
    }

    private boolean isOwned(EndpointSlice slice) {
        return slice.metadata().ownerReferences().stream()
                .anyMatch(owner -> owner.uid().equals(service.metadata().uid())
                        && owner.kind().equals("Service")
                        && owner.apiVersion().equals("v1"));
    }

    private void fill(Group group, List<EndpointSlice> slices) {
        var waiting = new LinkedHashMap<>(group.endpoints());
        var changed = new ArrayList<Filled>();
        var unchanged = new ArrayList<Filled>();
        for (EndpointSlice slice : slices) {
            var staying = new ArrayList<Endpoint>();
            for (Endpoint endpoint : slice.endpoints()) {
                Endpoint current = waiting.remove(endpoint.targetRef().uid());
                if (current != null) {
                    staying.add(current);
                }
            }
            removed += slice.endpoints().size() - staying.size();
            if (staying.isEmpty() && !slice.endpoints().isEmpty()) {
                delete.add(slice);
            } else if (staying.equals(slice.endpoints()) && hasLabels(slice)) {
                unchanged.add(new Filled(slice, staying));
            } else {
                changed.add(new Filled(slice, staying));
            }
        }
        var newcomers = new ArrayDeque<>(waiting.values());
        added += newcomers.size();
        changed.sort(Comparator.comparingInt((Filled one) -> -one.endpoints().size()));
        changed.forEach(one -> take(newcomers, one.endpoints()));
        roomForAll(newcomers, unchanged).ifPresent(one -> {
            take(newcomers, one.endpoints());
            changed.add(one);
        });
        changed.forEach(one -> update.add(written(one.slice(), one.endpoints())));
        while (!newcomers.isEmpty()) {
            var batch = new ArrayList<Endpoint>();
            take(newcomers, batch);
            create.add(written(fresh(group.ports()), batch));
            if (!newcomers.isEmpty()) {
                roomForAll(newcomers, unchanged).ifPresent(one -> {
                    take(newcomers, one.endpoints());
                    update.add(written(one.slice(), one.endpoints()));
                });
            }
        }
    }

    private static void take(Deque<Endpoint> from, List<Endpoint> to) {
        while (!from.isEmpty() && to.size() < SlicePlan.CAPACITY) {
            to.add(from.removeFirst());
        }
    }

    /** The slice that is fullest when all of {@code newcomers} have come to it; a slice more is cheaper than two that change. */
    private static Optional<Filled> roomForAll(Deque<Endpoint> newcomers, List<Filled> slices) {
        return newcomers.isEmpty()
                ? Optional.empty()
                : slices.stream()
                        .filter(one -> one.endpoints().size() + newcomers.size() <= SlicePlan.CAPACITY)
                        .max(Comparator.comparingInt(
                                (Filled one) -> one.endpoints().size()));
    }

    /** A service without endpoints still has one slice, so that watchers can tell nothing from not yet. */
    private void keepPlaceholder() {
        EndpointSlice placeholder = written(fresh(List.of()), List.of());
        if (delete.size() == 1 && isPlaceholder(delete.getFirst())) {
            delete.clear();
        } else {
            create.add(placeholder);
        }
    }

    private boolean isPlaceholder(EndpointSlice slice) {
        return slice.endpoints().isEmpty()
                && slice.ports().isEmpty()
                && slice.metadata().labels().equals(labels());
    }

    /** A slice that would go takes the place of one that would come: one event to watchers instead of two. */
    private void reuse() {
        for (EndpointSlice going : List.copyOf(delete)) {
            if (!create.isEmpty() && isOwned(going)) {
                EndpointSlice coming = create.removeLast();
                delete.remove(going);
                update.add(written(going.withPorts(coming.ports()), coming.endpoints()));
            }
        }
    }

    private EndpointSlice fresh(List<ServicePods.Port> ports) {
        return EndpointSlice.EMPTY
                .withMetadata(ObjectMeta.EMPTY
                        .withGenerateName(service.name() + "-")
                        .withNamespace(service.namespace())
                        .withOwnerReferences(List.of(Ownership.controllerReference(Service.KIND, service))))
                .withAddressType(family)
                .withPorts(ports.stream().map(SliceFilling::port).toList());
    }

    private static EndpointPort port(ServicePods.Port port) {
        EndpointPort written =
                EndpointPort.EMPTY.withName(port.name()).withPort(port.number()).withProtocol(port.protocol());
        return port.appProtocol().isEmpty() ? written : written.withAppProtocol(port.appProtocol());
    }

    private EndpointSlice written(EndpointSlice slice, List<Endpoint> endpoints) {
        ObjectMeta metadata = slice.metadata();
        return slice.withEndpoints(endpoints)
                .withMetadata(metadata.withLabels(labels())
                        .withAnnotations(ServicePods.stamped(metadata.annotations(), trigger)));
    }

    private boolean hasLabels(EndpointSlice slice) {
        return slice.metadata().labels().equals(labels());
    }

    private Map<String, String> labels() {
        return ServicePods.labels(
                service,
                RESERVED,
                Map.of(SlicePlan.SERVICE_NAME, service.name(), SlicePlan.MANAGED_BY, SlicePlan.MANAGER));
    }
}
