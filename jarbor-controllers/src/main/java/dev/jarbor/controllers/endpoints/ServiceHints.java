package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.Change;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Remembers which Services have hints by zone, tells people when that changes, and looks again where nodes change. */
final class ServiceHints {
    private static final String REASON = "TopologyAwareHints";

    private final Informer<Node> nodes;
    private final EventRecorder events;
    /** How many endpoints each zone has, by Service and address type. Bounded by the Services there are. */
    private final Map<ObjectKey, Map<String, Map<String, Integer>>> zones = new ConcurrentHashMap<>();

    /** @param enqueue asks for a Service to be looked at again */
    ServiceHints(Informer<Node> nodes, EventRecorder events, Consumer<ObjectKey> enqueue) {
        this.nodes = nodes;
        this.events = events;
        nodes.onChange(change -> {
            if (!(change instanceof Change.Updated<Node>(Node before, Node after)) || !ZoneShares.same(before, after)) {
                overloaded().forEach(enqueue);
            }
        });
    }

    private List<ObjectKey> overloaded() {
        if (zones.isEmpty()) {
            return List.of();
        }
        Map<String, Double> shares = ZoneShares.of(nodes.list());
        return zones.entrySet().stream()
                .filter(service ->
                        service.getValue().values().stream().anyMatch(one -> ZoneHints.overloaded(one, shares)))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    void forget(ObjectKey service) {
        zones.remove(service);
    }

    /** {@code plan} with the hints that {@code service} asks for. */
    SlicePlan hinted(Service service, SlicePlan plan, List<EndpointSlice> existing) {
        if (!ZoneHints.areWanted(service)) {
            Map<String, Map<String, Integer>> before = zones.remove(service.key());
            if (before != null) {
                before.keySet().forEach(type -> tell(service, ZoneHints.DISABLED, type));
            }
            return plan;
        }
        Map<String, Double> shares = ZoneShares.of(nodes.list());
        List<EndpointSlice> unchanged = existing.stream()
                .filter(slice -> !isIn(plan.update(), slice) && !isIn(plan.delete(), slice))
                .toList();
        var create = new ArrayList<EndpointSlice>();
        var update = new ArrayList<EndpointSlice>();
        for (String type : types(plan, unchanged)) {
            ZoneHints.Dealt dealt =
                    ZoneHints.deal(of(type, plan.create()), of(type, plan.update()), of(type, unchanged), shares);
            create.addAll(dealt.create());
            update.addAll(dealt.update());
            remember(service, type, dealt);
        }
        return plan.with(create, update);
    }

    private void remember(Service service, String type, ZoneHints.Dealt dealt) {
        if (!dealt.trouble().isEmpty()) {
            tell(service, dealt.trouble(), type);
            zones.computeIfPresent(service.key(), (key, byType) -> without(byType, type));
            return;
        }
        if (!zones.containsKey(service.key())) {
            events.normal(service, REASON + "Enabled", ZoneHints.ENABLED + ", addressType: " + type);
        }
        zones.computeIfAbsent(service.key(), fresh -> new ConcurrentHashMap<>()).put(type, dealt.zones());
    }

    private static @Nullable Map<String, Map<String, Integer>> without(
            Map<String, Map<String, Integer>> byType, String type) {
        byType.remove(type);
        return byType.isEmpty() ? null : byType;
    }

    private void tell(Service service, String why, String type) {
        events.warning(service, REASON + "Disabled", why + ", addressType: " + type);
    }

    private static Set<String> types(SlicePlan plan, List<EndpointSlice> unchanged) {
        var types = new TreeSet<String>();
        List.of(plan.create(), plan.update(), unchanged)
                .forEach(slices -> slices.forEach(slice -> types.add(slice.addressType())));
        return types;
    }

    private static List<EndpointSlice> of(String type, List<EndpointSlice> slices) {
        return slices.stream().filter(slice -> slice.addressType().equals(type)).toList();
    }

    private static boolean isIn(List<EndpointSlice> slices, EndpointSlice slice) {
        return slices.stream().anyMatch(one -> one.key().equals(slice.key()));
    }
}
