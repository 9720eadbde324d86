package dev.jarbor.scheduler;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ReplicationController;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.select.Selector;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import java.util.ArrayList;
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

    /** A selector for each group. */
    List<Selector> of(Pod pod) {
        var groups = new ArrayList<Selector>();
        Map<String, String> labels = pod.metadata().labels();
        for (Service service : services.list(pod.namespace())) {
            Map<String, String> selector = service.spec().selector();
            if (!selector.isEmpty() && Selector.ofLabels(selector).matches(labels)) {
                groups.add(Selector.ofLabels(selector));
            }
        }
        pod.metadata().ownerReferences().stream()
                .filter(OwnerReference::controller)
                .flatMap(owner -> selector(owner, new ObjectKey(pod.namespace(), owner.name())).stream())
                .forEach(groups::add);
        return groups;
    }

    /** Other owners do not spread their pods. */
    private Optional<Selector> selector(OwnerReference owner, ObjectKey key) {
        return switch (owner.kind()) {
            case "ReplicaSet" -> replicaSets.get(key).map(Companions::selector);
            case "StatefulSet" -> statefulSets.get(key).map(Companions::selector);
            case "ReplicationController" ->
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
