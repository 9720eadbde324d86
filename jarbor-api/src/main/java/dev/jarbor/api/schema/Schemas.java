package dev.jarbor.api.schema;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A set of types that may refer to each other, and the resources that are served with them. */
public interface Schemas {
    /** The types and resources of Kubernetes itself, in every version that the pinned client knows. */
    static Schemas builtIn() {
        return BuiltInSchemas.instance();
    }

    static Schemas of(Collection<TypeSchema> types, List<ResourceDefinition> resources) {
        return new ListedSchemas(types, resources);
    }

    Optional<TypeSchema> type(String id);

    Optional<TypeSchema> forKind(GroupVersionKind kind);

    default Optional<TypeSchema> forKind(String group, String version, String kind) {
        return forKind(new GroupVersionKind(group, version, kind));
    }

    /** The ids of all types, in order. */
    List<String> typeIds();

    /** What is served, ordered by group, version and name. */
    List<ResourceDefinition> resources();

    default Optional<ResourceDefinition> resource(String group, String version, String plural) {
        return resources().stream()
                .filter(resource -> resource.group().equals(group)
                        && resource.version().equals(version)
                        && resource.plural().equals(plural))
                .findFirst();
    }
}
