package dev.jarbor.api.status;

import dev.jarbor.api.Kind;

/**
 * A kind as messages name it.
 *
 * @param group the API group, "" for the core group
 * @param kind the kind's name, such as {@code Pod}
 */
public record GroupKind(String group, String kind) {
    public static GroupKind of(Kind<?> kind) {
        return new GroupKind(kind.group(), kind.name());
    }

    /** {@code Pod} or {@code Deployment.apps}. */
    @Override
    public String toString() {
        return group.isEmpty() ? kind : kind + "." + group;
    }
}
