package dev.jarbor.client.fake;

import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.ResourceList;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.SubresourceDefinition;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ResourcePath;
import java.util.ArrayList;
import java.util.List;

/** What a fake says it serves: every built-in kind, and those of the definitions of custom resources that it holds. */
final class Discovery {
    static final ResourcePath DEFINITIONS = ResourcePath.collection(CustomResourceDefinition.KIND, "");
    private static final List<String> READ_AND_WRITTEN = List.of("get", "patch", "update");

    private Discovery() {}

    static ObjectValue resources(ResourcePath path, List<ObjectValue> definitions) {
        var served = new ArrayList<ResourceDefinition>();
        Schemas.builtIn().resources().stream()
                .filter(one -> one.group().equals(path.group()) && one.version().equals(path.version()))
                .forEach(served::add);
        for (ObjectValue object : definitions) {
            var definition = new CustomResourceDefinition(object);
            if (definition.spec().group().equals(path.group())) {
                definition.spec().versions().stream()
                        .filter(version -> version.served() && version.name().equals(path.version()))
                        .forEach(version -> served.add(resource(definition, version)));
            }
        }
        if (served.isEmpty()) {
            throw Refusal.notFound(path);
        }
        return ResourceList.of(path.group(), path.version(), served);
    }

    private static ResourceDefinition resource(
            CustomResourceDefinition definition, CustomResourceDefinitionVersion version) {
        var names = definition.spec().names();
        var subresources = new ArrayList<SubresourceDefinition>();
        if (version.subresources().hasStatus()) {
            subresources.add(new SubresourceDefinition(
                    "status",
                    READ_AND_WRITTEN,
                    new GroupVersionKind(definition.spec().group(), version.name(), names.kind())));
        }
        if (version.subresources().hasScale()) {
            subresources.add(new SubresourceDefinition(
                    "scale", READ_AND_WRITTEN, new GroupVersionKind("autoscaling", "v1", "Scale")));
        }
        return new ResourceDefinition(
                definition.spec().group(),
                version.name(),
                names.plural(),
                names.singular(),
                names.kind(),
                definition.spec().scope().equals("Namespaced"),
                names.shortNames(),
                names.categories(),
                List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"),
                subresources);
    }
}
