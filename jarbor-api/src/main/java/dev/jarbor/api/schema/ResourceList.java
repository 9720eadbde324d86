package dev.jarbor.api.schema;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server serves in one version of a group, as it says it at the path of that version.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#unaggregated-discovery">Unaggregated discovery:
 *     APIResourceList of meta/v1</a>
 */
public final class ResourceList {
    private ResourceList() {}

    public static ObjectValue of(String group, String version, List<ResourceDefinition> resources) {
        var shown = new ArrayList<Value>();
        for (ResourceDefinition resource : resources) {
            shown.add(resource(resource));
            resource.subresources().forEach(subresource -> shown.add(subresource(resource, subresource)));
        }
        return ObjectValue.builder()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", group.isEmpty() ? version : group + "/" + version)
                .put("resources", ListValue.of(shown))
                .build();
    }

    private static ObjectValue resource(ResourceDefinition resource) {
        var value = ObjectValue.builder()
                .put("name", resource.plural())
                .put("singularName", resource.singular())
                .put("namespaced", resource.namespaced())
                .put("kind", resource.kind())
                .put("verbs", ListValue.ofStrings(resource.verbs()));
        if (!resource.shortNames().isEmpty()) {
            value.put("shortNames", ListValue.ofStrings(resource.shortNames()));
        }
        if (!resource.categories().isEmpty()) {
            value.put("categories", ListValue.ofStrings(resource.categories()));
        }
        return value.build();
    }

    private static ObjectValue subresource(ResourceDefinition resource, SubresourceDefinition subresource) {
        var value = ObjectValue.builder()
                .put("name", resource.plural() + "/" + subresource.name())
                .put("singularName", "")
                .put("namespaced", resource.namespaced())
                .put("kind", subresource.kind().kind())
                .put("verbs", ListValue.ofStrings(subresource.verbs()));
        boolean foreign = !subresource.kind().group().equals(resource.group())
                || !subresource.kind().version().equals(resource.version());
        if (foreign) {
            value.put("group", subresource.kind().group())
                    .put("version", subresource.kind().version());
        }
        return value.build();
    }

    /** The resources of {@code list} as definitions like our own, each with its subresources. */
    public static List<ResourceDefinition> read(String group, String version, ObjectValue list) {
        List<ObjectValue> all = list.list("resources").objects();
        var definitions = new ArrayList<ResourceDefinition>();
        for (ObjectValue resource : all) {
            String name = resource.string("name");
            if (!name.isEmpty() && name.indexOf('/') < 0) {
                definitions.add(new ResourceDefinition(
                        group,
                        version,
                        name,
                        resource.string("singularName"),
                        resource.string("kind"),
                        resource.bool("namespaced"),
                        resource.list("shortNames").strings(),
                        resource.list("categories").strings(),
                        resource.list("verbs").strings(),
                        subresources(group, version, name, all)));
            }
        }
        return definitions;
    }

    private static List<SubresourceDefinition> subresources(
            String group, String version, String resource, List<ObjectValue> all) {
        return all.stream()
                .filter(candidate -> candidate.string("name").startsWith(resource + "/"))
                .map(candidate -> new SubresourceDefinition(
                        candidate.string("name").substring(resource.length() + 1),
                        candidate.list("verbs").strings(),
                        new GroupVersionKind(
                                or(candidate.string("group"), group),
                                or(candidate.string("version"), version),
                                candidate.string("kind"))))
                .toList();
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
