package dev.jarbor.server.aggregation;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.SubresourceDefinition;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;

/** Reads what another server says it serves (APIResourceList) as definitions like our own. */
final class RemoteResources {
    private RemoteResources() {}

    static List<ResourceDefinition> read(String group, String version, ObjectValue list) {
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
