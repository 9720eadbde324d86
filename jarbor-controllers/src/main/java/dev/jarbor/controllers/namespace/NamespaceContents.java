package dev.jarbor.controllers.namespace;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.apiregistration.v1.APIService;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.common.CustomKinds;
import dev.jarbor.controllers.common.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Deletes everything in a namespace, kind by kind, and says what is left.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/">Namespaces</a> and KEP-5080
 *     (ordered namespace deletion): pods go first, so that no running program outlives the network policies around it
 */
final class NamespaceContents {
    private final Api api;
    private final List<Kind<GenericObject>> kinds;

    NamespaceContents(Api api, List<Kind<GenericObject>> kinds) {
        this.api = api;
        this.kinds = kinds;
    }

    /** The namespaced kinds among {@code resources} that are stored, each in its first stable version, pods first. */
    static List<Kind<GenericObject>> kinds(List<ResourceDefinition> resources) {
        var kinds = new TreeMap<String, ResourceDefinition>();
        resources.stream()
                .filter(ResourceDefinition::namespaced)
                .filter(resource ->
                        resource.verbs().contains("list") && resource.verbs().contains("delete"))
                .forEach(resource -> kinds.merge(
                        resource.plural() + "." + resource.group(),
                        resource,
                        (one, other) -> one.isStable() || !other.isStable() ? one : other));
        return kinds.values().stream()
                .sorted(Comparator.comparing(
                        (ResourceDefinition resource) -> !resource.plural().equals("pods")))
                .map(resource ->
                        Kind.generic(resource.group(), resource.version(), resource.kind(), resource.plural(), true))
                .toList();
    }

    /** @param since when the namespace was deleted */
    Emptied delete(String namespace, Instant since, Instant now) {
        var remaining = new TreeMap<String, Integer>();
        var finalizers = new TreeMap<String, Integer>();
        var failures = new ArrayList<String>();
        var silent = new TreeSet<String>();
        for (Kind<GenericObject> kind : all(failures, silent)) {
            try {
                List<GenericObject> left = deleteAll(kind, namespace);
                if (left.isEmpty()) {
                    continue;
                }
                boolean pods = kind.plural().equals("pods") && kind.group().isEmpty();
                boolean held = left.stream()
                        .anyMatch(object -> !object.metadata().finalizers().isEmpty());
                if (!held && !(pods && since.plus(grace(left)).isAfter(now))) {
                    failures.add("unexpected items still remain in namespace: " + namespace + " for gvr: "
                            + (kind.group() + "/" + kind.version() + ", Resource=" + kind.plural()));
                }
                remaining.put(kind.plural() + "." + kind.group(), left.size());
                for (GenericObject object : left) {
                    object.metadata().finalizers().forEach(name -> finalizers.merge(name, 1, Integer::sum));
                }
                if (pods) {
                    return new Emptied(remaining, finalizers, failures, silent);
                }
            } catch (ApiException refused) {
                if (!isUnknown(refused)) {
                    failures.add(String.valueOf(refused.getMessage()));
                }
            }
        }
        return new Emptied(remaining, finalizers, failures, silent);
    }

    /**
     * The built-in kinds, and at the moment the custom ones and those of servers behind this one.
     *
     * @param silent is told the versions that nobody answers for
     */
    private List<Kind<GenericObject>> all(List<String> failures, Set<String> silent) {
        var all = new ArrayList<>(kinds);
        try {
            for (CustomResourceDefinition definition :
                    api.list(CustomResourceDefinition.KIND, "", Query.NONE).items()) {
                CustomKinds.of(definition).filter(Kind::namespaced).ifPresent(all::add);
            }
        } catch (ApiException refused) {
            if (!isUnknown(refused)) {
                failures.add("custom resources could not be discovered: " + refused.getMessage());
            }
        }
        all.addAll(kinds(elsewhere(silent)));
        return all;
    }

    private List<ResourceDefinition> elsewhere(Set<String> silent) {
        var resources = new ArrayList<ResourceDefinition>();
        for (APIService service : api.list(APIService.KIND, "", Query.NONE).items()) {
            if (service.spec().hasService()) {
                String group = service.spec().group();
                String version = service.spec().version();
                List<ResourceDefinition> served = isAvailable(service) ? resources(group, version) : List.of();
                resources.addAll(served);
                if (served.isEmpty()) {
                    silent.add(group + "/" + version);
                }
            }
        }
        return resources;
    }

    private static boolean isAvailable(APIService service) {
        return service.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals("Available")
                        && condition.status().equals("True"));
    }

    /** None where the server cannot be reached after all. */
    private List<ResourceDefinition> resources(String group, String version) {
        try {
            return api.resources(group, version);
        } catch (ApiException unreachable) {
            return List.of();
        }
    }

    /** Deletes all objects of {@code kind} and lists those that are still there. */
    private List<GenericObject> deleteAll(Kind<GenericObject> kind, String namespace) {
        if (api.list(kind, namespace, Query.NONE).items().isEmpty()) {
            return List.of();
        }
        ObjectValue background = DeleteOptions.NONE.propagation("Background").body();
        api.call(
                ApiRequest.of(Verb.DELETECOLLECTION, ResourcePath.collection(kind, namespace), Query.NONE, background));
        return api.list(kind, namespace, Query.NONE).items();
    }

    /** How long the slowest of {@code pods} may take to end. */
    private static Duration grace(List<GenericObject> pods) {
        return Duration.ofSeconds(pods.stream()
                .map(pod -> new Pod(pod.value()))
                .filter(pod -> !PodState.isFinished(pod))
                .mapToLong(pod -> pod.spec().terminationGracePeriodSeconds())
                .max()
                .orElse(0));
    }

    /** A kind that this server does not serve, or that cannot be deleted as a collection, has nothing to delete. */
    private static boolean isUnknown(ApiException refused) {
        return refused.isNotFound() || refused.status().code() == 405;
    }
}
