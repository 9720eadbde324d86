package dev.jarbor.api.schema;

import java.util.List;

/**
 * One subresource of a resource, such as {@code pods/eviction}.
 *
 * @param name what follows the object's name in the path
 * @param kind what is read or written there
 */
public record SubresourceDefinition(String name, List<String> verbs, GroupVersionKind kind) {
    public SubresourceDefinition {
        verbs = List.copyOf(verbs);
    }
}
