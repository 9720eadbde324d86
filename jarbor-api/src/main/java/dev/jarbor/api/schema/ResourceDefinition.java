package dev.jarbor.api.schema;

import java.util.List;
import java.util.Optional;

/**
 * One resource as it is served: what discovery says of it.
 *
 * @param group the API group, "" for the core group
 * @param plural its name in paths
 * @param verbs what can be done with it, in alphabetical order
 */
public record ResourceDefinition(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        List<String> verbs,
        List<SubresourceDefinition> subresources) {

    public ResourceDefinition {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        verbs = List.copyOf(verbs);
        subresources = List.copyOf(subresources);
    }

    public GroupVersionKind groupVersionKind() {
        return new GroupVersionKind(group, version, kind);
    }

    /** Whether its objects are stored: what can only be created is an answered question, such as a review. */
    public boolean isStored() {
        return verbs.contains("list") && verbs.contains("create");
    }

    /** Whether the version promises to stay ({@code v1}, {@code v2}); alpha and beta versions do not. */
    public boolean isStable() {
        return !version.contains("alpha") && !version.contains("beta");
    }

    public Optional<SubresourceDefinition> subresource(String name) {
        return subresources.stream()
                .filter(subresource -> subresource.name().equals(name))
                .findFirst();
    }
}
