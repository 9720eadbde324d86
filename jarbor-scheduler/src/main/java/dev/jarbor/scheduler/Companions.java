package dev.jarbor.scheduler;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ReplicationController;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.select.Requirement;
import dev.jarbor.api.select.Selector;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which pods are to be spread with a pod that does not say so itself: those that its Services and its controller select, as by
 * the reference's default constraints.
 */
final class Companions {
    private final Informer<Service> services;
    private final Informer<ReplicaSet> replicaSets;
    private final Informer<ReplicationController> replicationControllers;
    private final Informer<StatefulSet> statefulSets;

    Companions(Informers informers) {
        this.services = informers.of(Service.KIND);
        this.replicaSets = informers.of(ReplicaSet.KIND);
        this.replicationControllers = informers.of(ReplicationController.KIND);
        this.statefulSets = informers.of(StatefulSet.KIND);
    }

    /** What all of them select together; empty where nobody selects the pod. */
    Optional<Selector> of(Pod pod) {
        var wanted = new LinkedHashSet<Requirement>();
        Map<String, String> labels = pod.metadata().labels();
        for (Service service : services.list(pod.namespace())) {
            Selector selector = Selector.ofLabels(service.spec().selector());
            if (selector.matches(labels)) {
                wanted.addAll(selector.requirements());
            }
        }
        pod.metadata().ownerReferences().stream()
                .filter(OwnerReference::controller)
                .findFirst()
                .flatMap(owner -> selector(owner, new ObjectKey(pod.namespace(), owner.name())))
                .ifPresent(selector -> wanted.addAll(selector.requirements()));
        return wanted.isEmpty() ? Optional.empty() : Optional.of(Selector.of(List.copyOf(wanted)));
    }

    /** Other owners do not spread their pods. */
    private Optional<Selector> selector(OwnerReference owner, ObjectKey key) {
        return switch (owner.apiVersion() + " " + owner.kind()) {
            case "apps/v1 ReplicaSet" -> replicaSets.get(key).map(Companions::selector);
            case "apps/v1 StatefulSet" -> statefulSets.get(key).map(Companions::selector);
            case "v1 ReplicationController" ->
                replicationControllers
                        .get(key)
                        .map(one -> Selector.ofLabels(one.spec().selector()));
            default -> Optional.empty();
        };
    }

    private static Selector selector(KubeObject owner) {
        return Selector.ofObject(owner.value().object("spec").object("selector"));
    }
}
