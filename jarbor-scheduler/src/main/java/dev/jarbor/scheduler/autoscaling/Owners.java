package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.core.v1.ReplicationController;
import dev.jarbor.client.Informers;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Whether those are there that would make pods anew. */
interface Owners {
    /** Everybody is. */
    Owners ALL = (kind, key) -> true;

    /** @param kind one of those that make pods; of others nothing is known */
    boolean has(String kind, ObjectKey key);

    static Owners of(Informers informers) {
        var replicationControllers = informers.of(ReplicationController.KIND);
        var replicaSets = informers.of(ReplicaSet.KIND);
        var statefulSets = informers.of(StatefulSet.KIND);
        var daemonSets = informers.of(DaemonSet.KIND);
        var jobs = informers.of(Job.KIND);
        var known = new TreeMap<String, Predicate<ObjectKey>>(Map.of(
                "ReplicationController", key -> replicationControllers.get(key).isPresent(),
                "ReplicaSet", key -> replicaSets.get(key).isPresent(),
                "StatefulSet", key -> statefulSets.get(key).isPresent(),
                "DaemonSet", key -> daemonSets.get(key).isPresent(),
                "Job", key -> jobs.get(key).isPresent()));
        return (kind, key) -> known.getOrDefault(kind, any -> true).test(key);
    }
}
