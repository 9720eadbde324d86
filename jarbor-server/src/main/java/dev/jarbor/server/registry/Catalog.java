package dev.jarbor.server.registry;

import dev.jarbor.api.Kind;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A set of resources that are served together; it never changes. */
public final class Catalog {
    /** Nothing. */
    public static final Catalog EMPTY = new Catalog(List.of());

    private final List<ServedResource> served;
    private final Map<Place, ServedResource> byPlace = new HashMap<>();
    private final Map<String, ServedResource> byStorage = new HashMap<>();

    private record Place(String group, String version, String plural) {}

    /** @param served in the order in which they are told */
    public Catalog(Collection<ServedResource> served) {
        this.served = List.copyOf(served);
        for (ServedResource resource : served) {
            Kind<?> kind = resource.kind();
            byPlace.put(new Place(kind.group(), kind.version(), kind.plural()), resource);
            if (kind.equals(resource.stored())) {
                byStorage.put(resource.storage(), resource);
            }
        }
    }

    public List<ServedResource> served() {
        return served;
    }

    public Optional<ServedResource> find(String group, String version, String plural) {
        return Optional.ofNullable(byPlace.get(new Place(group, version, plural)));
    }

    /** The resource of {@code group} called {@code plural}, in its stored version where that is served. */
    public Optional<ServedResource> find(String group, String plural) {
        return served.stream()
                .filter(resource -> resource.is(group, plural))
                .findFirst()
                .map(resource -> byStorage.getOrDefault(resource.storage(), resource));
    }

    /** The resource kept at {@code storage}, in its stored version. */
    public Optional<ServedResource> stored(String storage) {
        return Optional.ofNullable(byStorage.get(storage));
    }
}
