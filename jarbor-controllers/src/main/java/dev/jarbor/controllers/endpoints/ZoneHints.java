package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointHints;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.discovery.v1.ForZone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Deals the ready endpoints of a Service out to zones by their shares of processors, for {@code
 * service.kubernetes.io/topology-mode: Auto}. Endpoints stay in their own zone as far as possible; slices that are not
 * written anyway keep their hints as long as no zone has too many of them.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/">Topology Aware Routing</a>
 */
final class ZoneHints {
    static final String DISABLED = "Topology Aware Hints has been disabled";
    static final String ENABLED = "Topology Aware Hints has been enabled";

    /** How much more than its share an endpoint may have to carry. */
    private static final double OVERLOAD = 0.2;

    private static final String MODE = "service.kubernetes.io/topology-mode";
    private static final String OLD_MODE = "service.kubernetes.io/topology-aware-hints";

    /**
     * The slices of one address type with their hints.
     *
     * @param update slices that differ from what is there, also such as would not have been written
     * @param zones how many endpoints each zone has; empty where there are no hints
     * @param trouble why there are none; "" where there are
     */
    record Dealt(List<EndpointSlice> create, List<EndpointSlice> update, Map<String, Integer> zones, String trouble) {}

    /** How many endpoints a zone should have, and at least and at most has. */
    private record Allocation(int least, int most, double wanted) {}

    private ZoneHints() {}

    /** Whether {@code service} asks for them; the older of the two annotations is heard first. */
    static boolean areWanted(Service service) {
        Map<String, String> annotations = service.metadata().annotations();
        String mode = annotations.getOrDefault(OLD_MODE, annotations.getOrDefault(MODE, ""));
        return mode.equals("Auto") || mode.equals("auto");
    }

    static EndpointSlice without(EndpointSlice slice) {
        return slice.withEndpoints(
                slice.endpoints().stream().map(Endpoint::withoutHints).toList());
    }

    /** Whether a zone has so few endpoints that each carries too much. */
    static boolean overloaded(Map<String, Integer> zones, Map<String, Double> shares) {
        if (zones.isEmpty() || shares.isEmpty()) {
            return !zones.isEmpty();
        }
        int all = zones.values().stream().mapToInt(Integer::intValue).sum();
        return shares.entrySet().stream()
                .anyMatch(zone -> zones.getOrDefault(zone.getKey(), -1) < least(zone.getValue() * all));
    }

    private static int least(double wanted) {
        return (int) Math.ceil(wanted / (1 + OVERLOAD));
    }

    /**
     * @param create slices to be made, without hints
     * @param update slices to be written, without hints
     * @param unchanged the others, as they are
     */
    static Dealt deal(
            List<EndpointSlice> create,
            List<EndpointSlice> update,
            List<EndpointSlice> unchanged,
            Map<String, Double> shares) {
        int ready = ready(create) + ready(update) + ready(unchanged);
        var allocations = new TreeMap<String, Allocation>();
        String trouble = allocate(ready, shares, allocations);
        if (!trouble.isEmpty()) {
            return removed(create, update, unchanged, trouble);
        }
        var zones = new TreeMap<String, Integer>();
        var writing = new ArrayList<>(update);
        for (EndpointSlice slice : unchanged) {
            Optional<Map<String, Integer>> kept = kept(slice, zones, allocations);
            if (kept.isEmpty()) {
                writing.add(without(slice));
            } else {
                kept.get().forEach((zone, count) -> zones.merge(zone, count, Integer::sum));
            }
        }
        var slices = new ArrayList<>(create);
        slices.addAll(writing);
        for (EndpointSlice slice : slices) {
            for (Endpoint endpoint : slice.endpoints()) {
                if (endpoint.conditions().ready()) {
                    if (endpoint.zone().isEmpty()) {
                        return removed(create, update, unchanged, "One or more endpoints do not have a zone specified");
                    }
                    zones.merge(endpoint.zone(), 1, Integer::sum);
                }
            }
        }
        var moves = new Moves(allocations, zones);
        List<EndpointSlice> hinted = slices.stream().map(moves::hinted).toList();
        return zones.isEmpty()
                ? removed(create, update, unchanged, "No hints allocated for zones")
                : new Dealt(hinted.subList(0, create.size()), hinted.subList(create.size(), hinted.size()), zones, "");
    }

    private static int ready(List<EndpointSlice> slices) {
        return (int) slices.stream()
                .flatMap(slice -> slice.endpoints().stream())
                .filter(endpoint -> endpoint.conditions().ready())
                .count();
    }

    private static Dealt removed(
            List<EndpointSlice> create, List<EndpointSlice> update, List<EndpointSlice> unchanged, String trouble) {
        var writing = new ArrayList<>(update);
        unchanged.stream()
                .filter(slice -> slice.endpoints().stream().anyMatch(Endpoint::hasHints))
                .map(ZoneHints::without)
                .forEach(writing::add);
        return new Dealt(create, writing, Map.of(), trouble);
    }

    /** Fills in how many of {@code ready} endpoints each zone has; says why it cannot. */
    private static String allocate(int ready, Map<String, Double> shares, Map<String, Allocation> allocations) {
        if (shares.isEmpty()) {
            return "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";
        }
        String numbers = " (" + ready + " endpoints, " + shares.size() + " zones)";
        if (shares.size() > ready) {
            return "Insufficient number of endpoints" + numbers;
        }
        int leasts =
                shares.values().stream().mapToInt(share -> least(share * ready)).sum();
        if (leasts > ready) {
            return "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold"
                    + numbers;
        }
        shares.forEach((zone, share) -> {
            int least = least(share * ready);
            allocations.put(zone, new Allocation(least, least + ready - leasts, Math.max(share * ready, least)));
        });
        return "";
    }

    /** The hints of a slice by zone; empty where it has to be dealt out again. */
    private static Optional<Map<String, Integer>> kept(
            EndpointSlice slice, Map<String, Integer> zones, Map<String, Allocation> allocations) {
        var kept = new TreeMap<String, Integer>();
        for (Endpoint endpoint : slice.endpoints()) {
            if (!endpoint.conditions().ready()) {
                continue;
            }
            List<ForZone> hints = endpoint.hints().forZones();
            if (hints.isEmpty() || hints.stream().anyMatch(hint -> !allocations.containsKey(hint.name()))) {
                return Optional.empty();
            }
            hints.forEach(hint -> kept.merge(hint.name(), 1, Integer::sum));
        }
        boolean fits = kept.entrySet().stream().allMatch(zone -> {
            Allocation allocation = allocations.get(zone.getKey());
            return allocation != null && zone.getValue() + zones.getOrDefault(zone.getKey(), 0) <= allocation.most();
        });
        return fits ? Optional.of(kept) : Optional.empty();
    }

    /** Which zones give endpoints to which others, so that each has about what it should. */
    private static final class Moves {
        private final Map<String, Integer> giving = new TreeMap<>();
        private final Map<String, Integer> receiving = new TreeMap<>();
        private final Map<String, Integer> zones;

        Moves(Map<String, Allocation> allocations, Map<String, Integer> zones) {
            this.zones = zones;
            var tooMany = new TreeMap<String, Double>();
            var tooFew = new TreeMap<String, Double>();
            allocations.forEach((zone, allocation) -> {
                double more = zones.getOrDefault(zone, 0) - allocation.wanted();
                (more > 0 ? tooMany : tooFew).put(zone, Math.abs(more));
            });
            while (!tooMany.isEmpty() && !tooFew.isEmpty()) {
                Map.Entry<String, Double> from = most(tooMany);
                Map.Entry<String, Double> to = most(tooFew);
                if (from.getValue() < 0.5 || to.getValue() < 0.5 || (from.getValue() < 1 && to.getValue() < 1)) {
                    return;
                }
                giving.merge(from.getKey(), 1, Integer::sum);
                receiving.merge(to.getKey(), 1, Integer::sum);
                tooMany.merge(from.getKey(), -1.0, Double::sum);
                tooFew.merge(to.getKey(), -1.0, Double::sum);
            }
        }

        private static Map.Entry<String, Double> most(Map<String, Double> zones) {
            return zones.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        }

        EndpointSlice hinted(EndpointSlice slice) {
            return slice.withEndpoints(
                    slice.endpoints().stream().map(this::hinted).toList());
        }

        private Endpoint hinted(Endpoint endpoint) {
            if (!endpoint.conditions().ready()) {
                return endpoint;
            }
            String zone = endpoint.zone();
            if (giving.getOrDefault(zone, 0) > 0 && !receiving.isEmpty()) {
                String other = receiving.keySet().iterator().next();
                one(giving, zone);
                one(receiving, other);
                zones.merge(zone, -1, Integer::sum);
                zones.merge(other, 1, Integer::sum);
                zone = other;
            }
            return endpoint.withHints(EndpointHints.EMPTY.withForZones(List.of(ForZone.EMPTY.withName(zone))));
        }

        private static void one(Map<String, Integer> counts, String zone) {
            counts.computeIfPresent(zone, (name, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        }
    }
}
