package dev.jarbor.api;

import dev.jarbor.api.value.ObjectValue;
import java.util.function.Function;

/**
 * A kind as it is served: its names and scope, and the view that reads its objects. Each generated object type has its
 * own as a constant ({@code Pod.KIND}); two kinds are the same when their names are.
 */
public final class Kind<T extends KubeObject> {
    private final String group;
    private final String version;
    private final String name;
    private final String plural;
    private final boolean namespaced;
    private final Function<ObjectValue, T> view;
    private final String apiVersion;

    /**
     * @param group the API group, "" for the core group
     * @param version the served version, such as {@code v1}
     * @param name the kind's name, such as {@code Pod}
     * @param plural the resource name in paths, such as {@code pods}
     * @param namespaced whether its objects live in namespaces
     * @param view makes the typed view of one object
     */
    public Kind(
            String group,
            String version,
            String name,
            String plural,
            boolean namespaced,
            Function<ObjectValue, T> view) {
        this.group = group;
        this.version = version;
        this.name = name;
        this.plural = plural;
        this.namespaced = namespaced;
        this.view = view;
        this.apiVersion = group.isEmpty() ? version : group + "/" + version;
    }

    public static Kind<GenericObject> generic(
            String group, String version, String name, String plural, boolean namespaced) {
        return new Kind<>(group, version, name, plural, namespaced, GenericObject::new);
    }

    public String group() {
        return group;
    }

    public String version() {
        return version;
    }

    public String name() {
        return name;
    }

    public String plural() {
        return plural;
    }

    public boolean namespaced() {
        return namespaced;
    }

    public Function<ObjectValue, T> view() {
        return view;
    }

    /** {@code v1} or {@code apps/v1}: what an object's apiVersion field says. */
    public String apiVersion() {
        return apiVersion;
    }

    /** {@code pods} or {@code deployments.apps}: how the reference names the resource in messages. */
    public String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    public T read(ObjectValue value) {
        return view.apply(value);
    }

    /** {@code object} with this kind's apiVersion and kind written in. */
    public ObjectValue stamp(ObjectValue object) {
        return object.string("kind").equals(name) && object.string("apiVersion").equals(apiVersion)
                ? object
                : object.with("apiVersion", apiVersion).with("kind", name);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Kind<?> that
                        && plural.equals(that.plural)
                        && group.equals(that.group)
                        && version.equals(that.version)
                        && name.equals(that.name));
    }

    @Override
    public int hashCode() {
        return (group.hashCode() * 31 + version.hashCode()) * 31 + plural.hashCode();
    }

    @Override
    public String toString() {
        return apiVersion + " " + name;
    }
}
