package dev.jarbor.controllers.garbage;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.schema.ResourceDefinition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A kind whose objects may own others and be owned.
 *
 * @param kind in the version in which it is read
 * @param versions all that are served of it: an owner may be named in any of them, and in no other
 */
record ServedKind(Kind<GenericObject> kind, Set<String> versions) {
    ServedKind {
        versions = Set.copyOf(versions);
    }

    /** How it is called in any version. */
    static String name(String group, String kind) {
        return kind + "." + group;
    }

    String name() {
        return name(kind.group(), kind.name());
    }

    /**
     * The kinds among {@code resources} that can be listed, watched and deleted, by name; each is read in its first version. Events
     * are passed over: they come and go by the thousand, and own nothing.
     *
     * @param resources the versions of a kind in the order in which they are preferred
     */
    static Map<String, ServedKind> among(Collection<ResourceDefinition> resources) {
        var kinds = new TreeMap<String, ServedKind>();
        resources.stream()
                .filter(resource -> resource.verbs().containsAll(List.of("delete", "list", "watch")))
                .filter(resource -> !resource.plural().equals("events"))
                .forEach(resource ->
                        kinds.merge(name(resource.group(), resource.kind()), of(resource), ServedKind::alsoServedAs));
        return kinds;
    }

    private static ServedKind of(ResourceDefinition resource) {
        return new ServedKind(
                Kind.generic(
                        resource.group(),
                        resource.version(),
                        resource.kind(),
                        resource.plural(),
                        resource.namespaced()),
                Set.of(resource.version()));
    }

    private ServedKind alsoServedAs(ServedKind other) {
        var all = new TreeSet<>(versions);
        all.addAll(other.versions);
        return new ServedKind(kind, all);
    }
}
