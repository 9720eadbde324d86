package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster at one moment, as those who judge it look at it: the objects of the namespace {@code default} unless another is
 * named.
 */
record Moment(Snapshot snapshot) {
    static final Moment NONE = new Moment(Snapshot.EMPTY);

    private static final Map<String, String> OWNERS = Map.of(
            "ConfigMap", "configmaps",
            "CronJob", "cronjobs.batch",
            "DaemonSet", "daemonsets.apps",
            "Deployment", "deployments.apps",
            "Job", "jobs.batch",
            "Pod", "pods",
            "ReplicaSet", "replicasets.apps",
            "StatefulSet", "statefulsets.apps");

    /** What has owners. */
    private static final List<String> RESOURCES = List.of(
            "configmaps",
            "pods",
            "replicasets.apps",
            "controllerrevisions.apps",
            "jobs.batch",
            "persistentvolumeclaims",
            "resourceclaims.resource.k8s.io");

    static Moment of(Jarbor cluster) {
        return new Moment(cluster.snapshot());
    }

    Optional<ObjectValue> find(String resource, String name) {
        return find(resource, "default", name);
    }

    /** @param namespace "" for what is in none */
    Optional<ObjectValue> find(String resource, String namespace, String name) {
        return snapshot.get(resource, new ObjectKey(namespace, name));
    }

    /** Whether no object of {@code resources} was written since this moment. */
    @SuppressWarnings("ReferenceEquality") // snapshots share what has not changed
    boolean same(Moment later, String... resources) {
        for (String resource : resources) {
            if (snapshot.all(resource) != later.snapshot.all(resource)) {
                return false;
            }
        }
        return true;
    }

    Collection<ObjectValue> all(String resource) {
        return in("default", resource);
    }

    /** @param namespace "" for what is in none */
    Collection<ObjectValue> in(String namespace, String resource) {
        return snapshot.in(resource, namespace).values();
    }

    List<ObjectValue> pods(String app) {
        return all("pods").stream()
                .filter(pod ->
                        pod.object("metadata").object("labels").string("app").equals(app))
                .toList();
    }

    List<ObjectValue> owned(String resource, String uid) {
        return all(resource).stream()
                .filter(object -> owners(object).stream()
                        .anyMatch(owner -> owner.string("uid").equals(uid)))
                .toList();
    }

    /** What names an owner that is not there. */
    List<String> orphans() {
        var orphans = new ArrayList<String>();
        for (String resource : RESOURCES) {
            for (ObjectValue object : all(resource)) {
                for (ObjectValue owner : owners(object)) {
                    boolean there = owner(owner).isPresent();
                    if (!there) {
                        orphans.add(resource + " " + name(object));
                    }
                }
            }
        }
        return orphans;
    }

    /** The very object that {@code reference} is about. */
    Optional<ObjectValue> owner(ObjectValue reference) {
        return find(OWNERS.getOrDefault(reference.string("kind"), ""), reference.string("name"))
                .filter(one -> uid(one).equals(reference.string("uid")));
    }

    static List<ObjectValue> owners(ObjectValue object) {
        return object.object("metadata").list("ownerReferences").objects();
    }

    static String uid(ObjectValue object) {
        return object.object("metadata").string("uid");
    }

    static ObjectKey key(ObjectValue object) {
        return new ObjectKey(object.object("metadata").string("namespace"), name(object));
    }

    static String name(ObjectValue object) {
        return object.object("metadata").string("name");
    }

    static boolean ready(ObjectValue pod) {
        return pod.object("status").list("conditions").objects().stream()
                .anyMatch(one -> one.string("type").equals("Ready")
                        && one.string("status").equals("True"));
    }

    static boolean leaving(ObjectValue object) {
        return object.object("metadata").has("deletionTimestamp");
    }

    static boolean succeeded(ObjectValue pod) {
        return pod.object("status").string("phase").equals("Succeeded");
    }

    static boolean finished(ObjectValue pod) {
        return succeeded(pod) || pod.object("status").string("phase").equals("Failed");
    }

    static boolean serves(ObjectValue pod) {
        return ready(pod) && !leaving(pod);
    }
}
