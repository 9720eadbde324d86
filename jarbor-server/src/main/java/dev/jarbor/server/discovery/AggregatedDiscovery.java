package dev.jarbor.server.discovery;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.SubresourceDefinition;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that is served in one document (KEP-3352), for clients that ask for it. */
final class AggregatedDiscovery {
    private AggregatedDiscovery() {}

    /** @param version of the document's own format: {@code v2} or {@code v2beta1}, which look alike */
    static Document document(Map<String, Map<String, List<ResourceDefinition>>> groups, String version) {
        var items = new ArrayList<ObjectValue>();
        groups.forEach((group, versions) -> items.add(group(group, versions)));
        ObjectValue list = ObjectValue.builder()
                .put("kind", "APIGroupDiscoveryList")
                .put("apiVersion", "apidiscovery.k8s.io/" + version)
                .put("metadata", ObjectValue.EMPTY)
                .put("items", ListValue.of(items))
                .build();
        return Document.json("application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList", list);
    }

    private static ObjectValue group(String group, Map<String, List<ResourceDefinition>> versions) {
        var shown = new ArrayList<ObjectValue>();
        versions.forEach((version, resources) -> shown.add(ObjectValue.builder()
                .put("version", version)
                .put("freshness", "Current")
                .put(
                        "resources",
                        ListValue.of(resources.stream()
                                .map(AggregatedDiscovery::resource)
                                .toList()))
                .build()));
        return ObjectValue.builder()
                .put("metadata", group.isEmpty() ? ObjectValue.EMPTY : ObjectValue.EMPTY.with("name", group))
                .put("versions", ListValue.of(shown))
                .build();
    }

    private static ObjectValue resource(ResourceDefinition resource) {
        var value = ObjectValue.builder()
                .put("resource", resource.plural())
                .put("responseKind", kind(resource.groupVersionKind()))
                .put("scope", resource.namespaced() ? "Namespaced" : "Cluster")
                .put("singularResource", resource.singular())
                .put("verbs", ListValue.ofStrings(resource.verbs()));
        if (!resource.shortNames().isEmpty()) {
            value.put("shortNames", ListValue.ofStrings(resource.shortNames()));
        }
        if (!resource.categories().isEmpty()) {
            value.put("categories", ListValue.ofStrings(resource.categories()));
        }
        if (!resource.subresources().isEmpty()) {
            value.put(
                    "subresources",
                    ListValue.of(resource.subresources().stream()
                            .map(AggregatedDiscovery::subresource)
                            .toList()));
        }
        return value.build();
    }

    private static ObjectValue subresource(SubresourceDefinition subresource) {
        return ObjectValue.builder()
                .put("subresource", subresource.name())
                .put("responseKind", kind(subresource.kind()))
                .put("verbs", ListValue.ofStrings(subresource.verbs()))
                .build();
    }

    private static ObjectValue kind(GroupVersionKind kind) {
        return ObjectValue.builder()
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind())
                .build();
    }
}
