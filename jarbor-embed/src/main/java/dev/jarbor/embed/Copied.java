package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.server.registry.RuntimeConfig;
import dev.jarbor.store.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What was read of another cluster. */
record Copied(Snapshot snapshot, List<SimulatedNode> nodes) {
    private static final int PAGE = 500;
    private static final String DEFINITIONS = "customresourcedefinitions";

    /** Of these every cluster has its own, or nobody wants a copy. */
    private static final Set<String> LEFT_OUT = Set.of("events", "leases", "apiservices", "componentstatuses");

    static Copied from(Api source, RuntimeConfig apis) {
        var objects = new TreeMap<String, TreeMap<ObjectKey, ObjectValue>>();
        for (ResourceDefinition resource : apis.served(Schemas.builtIn().resources())) {
            String storage = storage(resource.group(), resource.plural());
            if (resource.isStored() && !LEFT_OUT.contains(resource.plural()) && !objects.containsKey(storage)) {
                read(source, resource.group(), resource.version(), resource.plural(), objects);
            }
        }
        for (ObjectValue definition :
                List.copyOf(objects.getOrDefault(storage("apiextensions.k8s.io", DEFINITIONS), new TreeMap<>())
                        .values())) {
            ObjectValue spec = definition.object("spec");
            spec.list("versions").objects().stream()
                    .filter(version -> version.bool("storage"))
                    .findFirst()
                    .ifPresent(version -> read(
                            source,
                            spec.string("group"),
                            version.string("name"),
                            spec.object("names").string("plural"),
                            objects));
        }
        long newest = objects.values().stream()
                .flatMap(all -> all.values().stream())
                .mapToLong(Copied::revision)
                .max()
                .orElse(0);
        var nodes = new ArrayList<SimulatedNode>();
        objects.getOrDefault("nodes", new TreeMap<>()).values().forEach(object -> nodes.add(node(new Node(object))));
        return new Copied(Snapshot.of(newest, objects), List.copyOf(nodes));
    }

    private static String storage(String group, String plural) {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    private static long revision(ObjectValue object) {
        return Long.parseLong(object.object("metadata").string("resourceVersion"));
    }

    private static SimulatedNode node(Node node) {
        return new SimulatedNode(
                node.name(),
                new TreeMap<>(node.metadata().labels()),
                node.spec().taints(),
                new TreeMap<>(node.status().capacity()),
                new TreeMap<>());
    }

    /** Reads one resource in pages; one that the other cluster does not serve, or does not show, is left out. */
    private static void read(
            Api source,
            String group,
            String version,
            String plural,
            Map<String, TreeMap<ObjectKey, ObjectValue>> objects) {
        var found = new TreeMap<ObjectKey, ObjectValue>();
        Query query = Query.NONE.with("limit", Integer.toString(PAGE));
        String next = "";
        do {
            ObjectValue list;
            try {
                list = source.call(ApiRequest.of(
                        Verb.LIST,
                        new ResourcePath(group, version, plural, "", "", ""),
                        next.isEmpty() ? query : query.with("continue", next),
                        ObjectValue.EMPTY));
            } catch (ApiException refused) {
                if (refused.isNotFound()
                        || refused.status().code() == 403
                        || refused.status().code() == 405) {
                    return;
                }
                throw refused;
            }
            String kind = list.string("kind").replaceFirst("List$", "");
            for (ObjectValue item : list.list("items").objects()) {
                ObjectValue metadata = item.object("metadata");
                found.put(
                        new ObjectKey(metadata.string("namespace"), metadata.string("name")),
                        item.with("kind", kind).with("apiVersion", list.string("apiVersion")));
            }
            next = list.object("metadata").string("continue");
        } while (!next.isEmpty());
        if (!found.isEmpty()) {
            objects.put(storage(group, plural), found);
        }
    }
}
