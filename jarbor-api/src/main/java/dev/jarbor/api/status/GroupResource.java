package dev.jarbor.api.status;

import dev.jarbor.api.Kind;

/**
 * A resource as messages name it.
 *
 * @param group the API group, "" for the core group
 * @param resource the plural name, such as {@code pods}, or {@code pods/eviction} for a subresource
 */
public record GroupResource(String group, String resource) {
    /** No resource in particular. */
    public static final GroupResource NONE = new GroupResource("", "");

    public static GroupResource of(Kind<?> kind) {
        return new GroupResource(kind.group(), kind.plural());
    }

    /** {@code pods} or {@code deployments.apps}. */
    @Override
    public String toString() {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
