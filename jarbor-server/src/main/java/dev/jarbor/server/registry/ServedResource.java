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
 * @param shape how its objects must be made in this version
 * @param keeping how objects of this version that the server works on are kept in the store
 * @param deprecation what a client's user is told because the version is on its way out; "" where it is not
 * @param custom what its CustomResourceDefinition says beside all that
 */
public record ServedResource(
        ResourceDefinition definition,
        Kind<GenericObject> kind,
        Kind<GenericObject> stored,
        String storage,
        Conversion conversion,
        KindFacts facts,
        Strategy strategy,
        boolean hasStatus,
        Shape shape,
        Keeping keeping,
        String deprecation,
        CustomVersion custom) {

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

    /**
     * An object that the server works on as this version shows it; the object itself where that is the version that is
     * worked on: the stored one of a built-in kind, the one asked for of a custom resource.
     */
    public ObjectValue shown(ObjectValue object) {
        if (custom.isCustom()) {
            return worked(object);
        }
        return isStoredVersion() ? object : kind.stamp(conversion.fromStored(object));
    }

    /** An object that was worked on in another version of this resource, in the version that this one is worked on in. */
    public ObjectValue worked(ObjectValue object) {
        return !custom.isCustom() || object.string("apiVersion").equals(kind.apiVersion())
                ? object
                : keeping.loaded(object);
    }

    /** An object of this version in the version that is worked on. */
    public ObjectValue toStored(ObjectValue object) {
        if (custom.isCustom()) {
            return kind.stamp(object);
        }
        return stored.stamp(isStoredVersion() ? object : conversion.toStored(object));
    }

    /** An object of the store as the server works on it. */
    public ObjectValue loaded(ObjectValue kept) {
        return keeping.loaded(kept);
    }

    /** An object as it goes into the store. */
    public ObjectValue kept(ObjectValue object) {
        return keeping.kept(object);
    }

    /** An object of the store as this version shows it. */
    public ObjectValue read(ObjectValue kept) {
        return shown(keeping.loaded(kept));
    }

    /** The kind of lists of its objects. */
    public String listKind() {
        return custom.isCustom() ? custom.listKind() : kind.name() + "List";
    }

    /** Whether requests of this version bring the very objects that the server works on and keeps. */
    public boolean isShownAsStored() {
        return !custom.isCustom() && isStoredVersion();
    }

    private boolean isStoredVersion() {
        return conversion.equals(Conversion.NONE);
    }
}
