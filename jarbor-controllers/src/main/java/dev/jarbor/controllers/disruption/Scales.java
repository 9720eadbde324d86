package dev.jarbor.controllers.disruption;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ReplicationController;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.common.Ownership;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How many pods the owners of some pods want: what their size says, or, of kinds that are not read here anyway, their scale.
 */
final class Scales {
    private final Api api;
    private final Informer<ReplicaSet> replicaSets;
    private final Informer<Deployment> deployments;
    private final Informer<StatefulSet> statefulSets;
    private final Informer<ReplicationController> replicationControllers;

    Scales(Api api, Informers informers) {
        this.api = api;
        this.replicaSets = informers.of(ReplicaSet.KIND);
        this.deployments = informers.of(Deployment.KIND);
        this.statefulSets = informers.of(StatefulSet.KIND);
        this.replicationControllers = informers.of(ReplicationController.KIND);
    }

    /** Whose size makes a pod, and what it is. */
    private record Size(String uid, int replicas) {}

    /** Some owner has no size. */
    static final class UnknownException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnknownException(String message) {
            super(message);
        }
    }

    /**
     * The sizes of all owners of {@code pods}, each counted once; pods without an owner count for nothing.
     *
     * @throws UnknownException where some owner has no size
     */
    int of(List<Pod> pods) {
        var sizes = new TreeMap<String, Integer>();
        for (Pod pod : pods) {
            Optional<OwnerReference> owner = Ownership.controllerOf(pod);
            if (owner.isPresent() && !sizes.containsKey(owner.get().uid())) {
                Size size = read(owner.get(), pod.namespace())
                        .or(() -> scale(owner.get(), pod.namespace()))
                        .orElseThrow(() -> new UnknownException("found no controllers for pod \"" + pod.name() + "\""));
                sizes.put(size.uid(), size.replicas());
            }
        }
        return sizes.values().stream().mapToInt(Integer::intValue).sum();
    }

    private Optional<Size> read(OwnerReference owner, String namespace) {
        ObjectKey key = new ObjectKey(namespace, owner.name());
        return switch (group(owner) + "/" + owner.kind()) {
            case "apps/ReplicaSet", "extensions/ReplicaSet" ->
                replicaSets.get(key).filter(set -> isThat(set, owner)).map(set -> size(set, namespace));
            case "/ReplicationController" ->
                replicationControllers
                        .get(key)
                        .filter(one -> isThat(one, owner))
                        .map(one -> new Size(owner.uid(), one.spec().replicasOr(1)));
            case "apps/StatefulSet" ->
                statefulSets
                        .get(key)
                        .filter(set -> isThat(set, owner))
                        .map(set -> new Size(owner.uid(), set.spec().replicasOr(1)));
            default -> Optional.empty();
        };
    }

    private static boolean isThat(KubeObject object, OwnerReference owner) {
        return object.metadata().uid().equals(owner.uid());
    }

    private Size size(ReplicaSet set, String namespace) {
        return Ownership.controllerOf(set)
                .filter(reference -> reference.kind().equals(Deployment.KIND.name()))
                .flatMap(reference -> deployments
                        .get(new ObjectKey(namespace, reference.name()))
                        .filter(deployment -> isThat(deployment, reference)))
                .map(deployment ->
                        new Size(deployment.metadata().uid(), deployment.spec().replicasOr(1)))
                .orElseGet(() -> new Size(set.metadata().uid(), set.spec().replicasOr(1)));
    }

    private static String group(OwnerReference owner) {
        int slash = owner.apiVersion().indexOf('/');
        return slash < 0 ? "" : owner.apiVersion().substring(0, slash);
    }

    /** Whoever serves the owner's kind is asked, be it this server or one behind it; empty where the owner is gone. */
    private Optional<Size> scale(OwnerReference owner, String namespace) {
        String version = owner.apiVersion().substring(owner.apiVersion().indexOf('/') + 1);
        ResourceDefinition resource = api.resources(group(owner), version).stream()
                .filter(one -> one.kind().equals(owner.kind()))
                .findFirst()
                .orElseThrow(() -> new UnknownException(
                        "no matches for kind \"" + owner.kind() + "\" in version \"" + owner.apiVersion() + "\""));
        if (resource.subresource("scale").isEmpty()) {
            throw new UnknownException(resource.plural()
                    + (resource.group().isEmpty() ? "" : "." + resource.group())
                    + " does not implement the scale subresource");
        }
        return scale(new ResourcePath(
                        resource.group(),
                        resource.version(),
                        resource.plural(),
                        resource.namespaced() ? namespace : "",
                        owner.name(),
                        "scale"))
                .filter(scale -> scale.object("metadata").string("uid").equals(owner.uid()))
                .map(scale -> new Size(owner.uid(), (int) scale.object("spec").integer("replicas")));
    }

    private Optional<ObjectValue> scale(ResourcePath path) {
        try {
            return Optional.of(api.call(ApiRequest.of(Verb.GET, path)));
        } catch (ApiException refused) {
            if (refused.isNotFound()) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}
