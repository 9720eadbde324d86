package dev.jarbor.server.registry;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;

/**
 * A resource in one of the versions that serve it.
 *
 * @param definition what discovery says of it
 * @param kind its names and scope in this version
 * @param stored the version in which its objects are kept, the same for all versions
 * @param storage where its objects are kept in the store, such as {@code deployments.apps}; "" where nothing is
 * @param conversion between this version and the stored one
 * @param facts what one word says about the kind
 * @param strategy what is special about it
 * @param hasStatus whether its objects have a status that only the status subresource writes
 */
public record ServedResource(
        ResourceDefinition definition,
        Kind<GenericObject> kind,
        Kind<GenericObject> stored,
        String storage,
        Conversion conversion,
        KindFacts facts,
        Strategy strategy,
        boolean hasStatus) {

    public GroupResource groupResource() {
        return new GroupResource(kind.group(), kind.plural());
    }

    public GroupKind groupKind() {
        return new GroupKind(kind.group(), kind.name());
    }

    public boolean namespaced() {
        return kind.namespaced();
    }

    /** Whether its objects are kept; reviews and the like are only answered. */
    public boolean isStored() {
        return !storage.isEmpty();
    }

    /** Whether this is the resource {@code plural} of {@code group}, in whatever version. */
    public boolean is(String group, String plural) {
        return kind.plural().equals(plural) && kind.group().equals(group);
    }

    /** A stored object as this version shows it; the object itself where that is the stored version. */
    public ObjectValue shown(ObjectValue object) {
        return isStoredVersion() ? object : kind.stamp(conversion.fromStored(object));
    }

    /** An object of this version as it is stored. */
    public ObjectValue toStored(ObjectValue object) {
        return stored.stamp(isStoredVersion() ? object : conversion.toStored(object));
    }

    private boolean isStoredVersion() {
        return conversion.equals(Conversion.NONE);
    }
}
