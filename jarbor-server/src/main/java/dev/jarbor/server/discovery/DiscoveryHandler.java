package dev.jarbor.server.discovery;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.server.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Answers {@code /api}, {@code /apis} and what is below them up to one version of a group.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api">Discovery API</a>
 */
public final class DiscoveryHandler {
    private final Registry registry;
    private final Supplier<List<ResourceDefinition>> others;

    /** @param others what other servers behind this one serve */
    public DiscoveryHandler(Registry registry, Supplier<List<ResourceDefinition>> others) {
        this.registry = registry;
        this.others = others;
    }

    /** The document at {@code path}; empty where discovery has none. */
    public Optional<Document> document(String path, List<String> accept) {
        String[] parts = path.substring(1).split("/", -1);
        Map<String, Map<String, List<ResourceDefinition>>> groups = groups();
        boolean core = parts[0].equals("api");
        if (!core && !parts[0].equals("apis")) {
            return Optional.empty();
        }
        if (parts.length == 1) {
            return Optional.of(root(core, groups, accept));
        }
        if (core) {
            return parts.length == 2 ? resources(groups, "", parts[1]) : Optional.empty();
        }
        Map<String, List<ResourceDefinition>> group = groups.getOrDefault(parts[1], Map.of());
        if (parts[1].isEmpty() || group.isEmpty() || parts.length > 3) {
            return Optional.empty();
        }
        return parts.length == 2
                ? Optional.of(json(LegacyDiscovery.group(parts[1], group.keySet(), true)))
                : resources(groups, parts[1], parts[2]);
    }

    private static Document root(
            boolean core, Map<String, Map<String, List<ResourceDefinition>>> groups, List<String> accept) {
        Optional<String> aggregated = aggregatedVersion(accept);
        if (aggregated.isPresent()) {
            var shown = new TreeMap<>(groups);
            shown.keySet().removeIf(group -> group.isEmpty() != core);
            return AggregatedDiscovery.document(ordered(shown), aggregated.get());
        }
        if (core) {
            return json(LegacyDiscovery.core(groups.getOrDefault("", Map.of()).keySet()));
        }
        var named = ordered(groups);
        named.remove("");
        return json(LegacyDiscovery.groups(named));
    }

    /** The version of the aggregated form that the client prefers over the old form. */
    private static Optional<String> aggregatedVersion(List<String> accept) {
        for (String range : accept) {
            String plain = range.replace(" ", "").toLowerCase(Locale.ROOT);
            boolean aggregated = plain.startsWith("application/json")
                    && plain.contains("g=apidiscovery.k8s.io")
                    && plain.contains("as=apigroupdiscoverylist");
            if (aggregated && plain.contains(";v=v2beta1")) {
                return Optional.of("v2beta1");
            }
            if (aggregated && plain.contains(";v=v2")) {
                return Optional.of("v2");
            }
            if (!plain.contains("as=")) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<Document> resources(
            Map<String, Map<String, List<ResourceDefinition>>> groups, String group, String version) {
        List<ResourceDefinition> resources =
                groups.getOrDefault(group, Map.of()).getOrDefault(version, List.of());
        return resources.isEmpty()
                ? Optional.empty()
                : Optional.of(json(LegacyDiscovery.resources(group, version, resources)));
    }

    private static Document json(dev.jarbor.api.value.ObjectValue value) {
        return Document.json("application/json", value);
    }

    /** The paths of all groups and versions, for the server's list of paths. */
    public List<String> paths() {
        var paths = new ArrayList<String>(List.of("/api", "/apis"));
        groups().forEach((group, versions) -> {
            String root = group.isEmpty() ? "/api" : "/apis/" + group;
            paths.add(root);
            versions.keySet().forEach(version -> paths.add(root + "/" + version));
        });
        return paths;
    }

    private Map<String, Map<String, List<ResourceDefinition>>> groups() {
        var groups = new TreeMap<String, Map<String, List<ResourceDefinition>>>();
        registry.served().forEach(served -> add(groups, served.definition()));
        others.get().forEach(definition -> add(groups, definition));
        return groups;
    }

    private static void add(Map<String, Map<String, List<ResourceDefinition>>> groups, ResourceDefinition definition) {
        groups.computeIfAbsent(definition.group(), absent -> new TreeMap<>(GroupOrder.VERSIONS))
                .computeIfAbsent(definition.version(), absent -> new ArrayList<>())
                .add(definition);
    }

    private static Map<String, Map<String, List<ResourceDefinition>>> ordered(
            Map<String, Map<String, List<ResourceDefinition>>> groups) {
        var ordered = new TreeMap<String, Map<String, List<ResourceDefinition>>>(GroupOrder.GROUPS);
        ordered.putAll(groups);
        return ordered;
    }
}
