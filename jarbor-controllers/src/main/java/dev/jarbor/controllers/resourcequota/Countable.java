package dev.jarbor.controllers.resourcequota;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.quota.Evaluators;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The kinds whose objects quotas can count, by their resource. Objects are listed on the server, not taken from a copy:
 * a count that is older than the quota it is written to would give back what was just charged.
 */
final class Countable {
    private static final Kind<GenericObject> DEFINITIONS =
            Kind.generic("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false);

    private final Api api;
    private final Map<String, Kind<GenericObject>> kinds = new TreeMap<>();

    /** @param resources what the cluster serves of its own; custom resources are looked up when a quota names them */
    Countable(Api api, List<ResourceDefinition> resources) {
        this.api = api;
        var chosen = new TreeMap<String, ResourceDefinition>();
        resources.stream()
                .filter(ResourceDefinition::namespaced)
                .filter(resource -> resource.verbs().containsAll(List.of("list", "watch", "create", "delete")))
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
        Optional<Kind<GenericObject>> kind =
                Optional.ofNullable(kinds.get(resource)).or(() -> custom(resource));
        try {
            return kind.map(known -> api.list(known, namespace, Query.NONE).items().stream()
                    .map(GenericObject::value)
                    .toList());
        } catch (ApiException refused) {
            if (refused.isNotFound()) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private Optional<Kind<GenericObject>> custom(String resource) {
        if (resource.indexOf('.') < 0) {
            return Optional.empty();
        }
        return api.find(DEFINITIONS, ObjectKey.cluster(resource)).map(found -> {
            ObjectValue spec = found.value().object("spec");
            String version = spec.list("versions").objects().stream()
                    .filter(one -> one.bool("storage"))
                    .map(one -> one.string("name"))
                    .findFirst()
                    .orElse("v1");
            ObjectValue names = spec.object("names");
            return Kind.generic(spec.string("group"), version, names.string("kind"), names.string("plural"), true);
        });
    }
}
