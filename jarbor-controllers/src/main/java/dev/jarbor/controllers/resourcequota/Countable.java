package dev.jarbor.controllers.resourcequota;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.apiregistration.v1.APIService;
import dev.jarbor.api.quota.Evaluators;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.VersionOrder;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import dev.jarbor.controllers.common.CustomKinds;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The kinds whose objects quotas can count, by their resource. Objects are listed on the server, not taken from a copy:
 * a count that is older than the quota it is written to would give back what was just charged.
 */
final class Countable {
    private static final List<String> NEEDED = List.of("list", "watch", "create", "delete");

    private final Api api;
    private final Map<String, Kind<GenericObject>> kinds = new TreeMap<>();

    /** @param resources what the cluster serves of its own; other kinds are looked up when a quota names them */
    Countable(Api api, List<ResourceDefinition> resources) {
        this.api = api;
        var chosen = new TreeMap<String, ResourceDefinition>();
        resources.stream()
                .filter(ResourceDefinition::namespaced)
                .filter(resource -> resource.verbs().containsAll(NEEDED))
                .forEach(resource -> chosen.merge(
                        name(resource), resource, (one, other) -> one.isStable() || !other.isStable() ? one : other));
        chosen.forEach((name, resource) -> {
            if (!Evaluators.isIgnored(name)) {
                kinds.put(
                        name,
                        Kind.generic(resource.group(), resource.version(), resource.kind(), resource.plural(), true));
            }
        });
    }

    private static String name(ResourceDefinition resource) {
        return resource.plural() + (resource.group().isEmpty() ? "" : "." + resource.group());
    }

    /** The kinds that the cluster has of its own, by resource. */
    Map<String, Kind<GenericObject>> kinds() {
        return kinds;
    }

    /** The objects of {@code resource} in {@code namespace}; empty where nobody serves the resource. */
    Optional<List<ObjectValue>> objects(String resource, String namespace) {
        try {
            return kind(resource)
                    .map(known -> api.list(known, namespace, Query.NONE).items().stream()
                            .map(GenericObject::value)
                            .toList());
        } catch (ApiException refused) {
            if (refused.isNotFound()) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** The kind of {@code resource}, whoever serves it; empty where nobody does. */
    Optional<Kind<GenericObject>> kind(String resource) {
        return Optional.ofNullable(kinds.get(resource))
                .or(() -> custom(resource))
                .or(() -> aggregated(resource));
    }

    private Optional<Kind<GenericObject>> custom(String resource) {
        return resource.indexOf('.') < 0
                ? Optional.empty()
                : api.find(CustomResourceDefinition.KIND, ObjectKey.cluster(resource))
                        .flatMap(CustomKinds::of)
                        .filter(Kind::namespaced);
    }

    /** What another API server behind this one serves, in the version that its APIServices prefer. */
    private Optional<Kind<GenericObject>> aggregated(String resource) {
        int dot = resource.indexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        String group = resource.substring(dot + 1);
        return api.list(APIService.KIND, "", Query.NONE).items().stream()
                .filter(service ->
                        service.spec().hasService() && service.spec().group().equals(group))
                .sorted(Comparator.comparingInt(
                                (APIService service) -> -service.spec().versionPriority())
                        .thenComparing(service -> service.spec().version(), VersionOrder.VERSIONS))
                .flatMap(service -> api.resources(group, service.spec().version()).stream())
                .filter(one -> name(one).equals(resource) && one.namespaced())
                .filter(one -> one.verbs().containsAll(NEEDED))
                .findFirst()
                .map(one -> Kind.generic(one.group(), one.version(), one.kind(), one.plural(), true));
    }
}
