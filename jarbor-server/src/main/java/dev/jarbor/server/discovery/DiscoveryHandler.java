package dev.jarbor.server.discovery;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.ResourceList;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Answers {@code /api}, {@code /apis} and what is below them up to one version of a group.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api">Discovery API</a>
 */
public final class DiscoveryHandler {
    private final Registry registry;
    private final Supplier<List<ResourceDefinition>> others;
    private final Supplier<Priorities> priorities;

    /**
     * @param others what other servers behind this one serve
     * @param priorities in which order all of it is told
     */
    public DiscoveryHandler(
            Registry registry, Supplier<List<ResourceDefinition>> others, Supplier<Priorities> priorities) {
        this.registry = registry;
        this.others = others;
        this.priorities = priorities;
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
            groups.keySet().removeIf(group -> group.isEmpty() != core);
            return AggregatedDiscovery.document(groups, aggregated.get());
        }
        if (core) {
            return json(LegacyDiscovery.core(groups.getOrDefault("", Map.of()).keySet()));
        }
        groups.remove("");
        return json(LegacyDiscovery.groups(groups));
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
        return resources.isEmpty() ? Optional.empty() : Optional.of(json(ResourceList.of(group, version, resources)));
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

    /** What is served by group and version, in the order in which it is told. */
    private Map<String, Map<String, List<ResourceDefinition>>> groups() {
        Priorities now = priorities.get();
        var groups = new TreeMap<String, Map<String, List<ResourceDefinition>>>(now.groupOrder());
        Stream.concat(registry.served().stream().map(ServedResource::definition), others.get().stream())
                .forEach(definition -> groups.computeIfAbsent(
                                definition.group(), group -> new TreeMap<>(now.versionOrder(group)))
                        .computeIfAbsent(definition.version(), absent -> new ArrayList<>())
                        .add(definition));
        return groups;
    }
}
