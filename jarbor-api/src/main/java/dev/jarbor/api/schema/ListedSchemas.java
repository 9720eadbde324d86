package dev.jarbor.api.schema;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Types that are all at hand. */
final class ListedSchemas implements Schemas {
    private final TreeMap<String, TypeSchema> types = new TreeMap<>();
    private final Map<GroupVersionKind, TypeSchema> kinds = new HashMap<>();
    private final List<ResourceDefinition> resources;

    ListedSchemas(Collection<TypeSchema> types, List<ResourceDefinition> resources) {
        for (TypeSchema type : types) {
            this.types.put(type.id(), type);
            type.kind().ifPresent(kind -> kinds.put(kind, type));
        }
        this.resources = List.copyOf(resources);
    }

    @Override
    public Optional<TypeSchema> type(String id) {
        return Optional.ofNullable(types.get(id));
    }

    @Override
    public Optional<TypeSchema> forKind(GroupVersionKind kind) {
        return Optional.ofNullable(kinds.get(kind));
    }

    @Override
    public List<String> typeIds() {
        return List.copyOf(types.keySet());
    }

    @Override
    public List<ResourceDefinition> resources() {
        return resources;
    }
}
