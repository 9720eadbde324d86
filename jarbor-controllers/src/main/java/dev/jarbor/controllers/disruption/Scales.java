package dev.jarbor.controllers.disruption;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ReplicationController;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.common.CustomKinds;
import dev.jarbor.controllers.common.Ownership;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** How many pods the owners of some pods want: what their size says, or for custom resources their scale subresource. */
final class Scales {
    private final Api api;
    private final Informer<ReplicaSet> replicaSets;
    private final Informer<Deployment> deployments;
    private final Informer<StatefulSet> statefulSets;
    private final Informer<ReplicationController> replicationControllers;
    private final Informer<CustomResourceDefinition> definitions;

    Scales(Api api, Informers informers) {
        this.api = api;
        this.replicaSets = informers.of(ReplicaSet.KIND);
        this.deployments = informers.of(Deployment.KIND);
        this.statefulSets = informers.of(StatefulSet.KIND);
        this.replicationControllers = informers.of(ReplicationController.KIND);
        this.definitions = informers.of(CustomResourceDefinition.KIND);
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
     * @throws UnknownException naming an owner that has no size
     */
    int of(List<Pod> pods) {
        var sizes = new TreeMap<String, Integer>();
        for (Pod pod : pods) {
            Optional<OwnerReference> owner = Ownership.controllerOf(pod);
            if (owner.isPresent() && !sizes.containsKey(owner.get().uid())) {
                Size size = size(owner.get(), pod.namespace());
                sizes.put(size.uid(), size.replicas());
            }
        }
        return sizes.values().stream().mapToInt(Integer::intValue).sum();
    }

    private Size size(OwnerReference owner, String namespace) {
        ObjectKey key = new ObjectKey(namespace, owner.name());
        Optional<Size> known = switch (owner.kind()) {
            case "ReplicaSet" -> replicaSets.get(key).map(set -> size(set, namespace));
            case "ReplicationController" ->
                replicationControllers
                        .get(key)
                        .map(one -> new Size(owner.uid(), one.spec().replicasOr(1)));
            case "StatefulSet" ->
                statefulSets
                        .get(key)
                        .map(set -> new Size(owner.uid(), set.spec().replicasOr(1)));
            default -> custom(owner, key);
        };
        return known.orElseThrow(() -> new UnknownException(owner.apiVersion() + " " + owner.kind() + " \""
                + owner.name() + "\" does not implement the scale subresource"));
    }

    private Size size(ReplicaSet set, String namespace) {
        return Ownership.controllerOf(set)
                .filter(reference -> reference.kind().equals(Deployment.KIND.name()))
                .flatMap(reference -> deployments.get(new ObjectKey(namespace, reference.name())))
                .map(deployment -> new Size(uid(deployment), deployment.spec().replicasOr(1)))
                .orElseGet(() -> new Size(uid(set), set.spec().replicasOr(1)));
    }

    private static String uid(KubeObject object) {
        return object.metadata().uid();
    }

    private Optional<Size> custom(OwnerReference owner, ObjectKey key) {
        return definitions.list().stream()
                .flatMap(definition -> CustomKinds.of(definition).stream())
                .filter(kind ->
                        kind.name().equals(owner.kind()) && owner.apiVersion().startsWith(kind.group() + "/"))
                .findFirst()
                .flatMap(kind -> scale(new ResourcePath(
                                kind.group(), kind.version(), kind.plural(), key.namespace(), key.name(), "scale"))
                        .map(replicas -> new Size(owner.uid(), replicas)));
    }

    private Optional<Integer> scale(ResourcePath path) {
        try {
            return Optional.of(
                    (int) api.call(ApiRequest.of(Verb.GET, path)).object("spec").integer("replicas"));
        } catch (ApiException refused) {
            if (refused.isNotFound()) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}
