package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must hold in a cluster after every write, whatever happens to it; the first thing that does not is kept. */
final class Invariants {
    private static final String DEPLOYMENTS = "deployments.apps";
    private static final String SETS = "replicasets.apps";
    private static final String JOBS = "jobs.batch";

    private final boolean calm;
    private final List<String> broken = new ArrayList<>();
    private final Set<String> succeeded = new HashSet<>();
    /** Those that were already being deleted: where that was seen first, they count as failed. */
    private final Set<String> succeededLeaving = new HashSet<>();

    private long allowed;
    private boolean complete;
    private long counted;
    private Snapshot before = Snapshot.EMPTY;
    private boolean evicting;

    /** @param calm whether only the cluster's own loops end pods, and evictions */
    Invariants(boolean calm) {
        this.calm = calm;
    }

    Optional<String> broken() {
        return broken.stream().findFirst();
    }

    private void require(boolean holds, String what, Snapshot now) {
        if (!holds) {
            broken.add(what + " at revision " + now.revision());
        }
    }

    /** A pod is about to be evicted, of which the first write that follows tells: the budget must not be overdrawn by it. */
    void nextEviction(boolean ofHealthy) {
        evicting = ofHealthy;
    }

    private void evicted(Snapshot now) {
        long healthyBefore = healthy(before);
        long healthy = healthy(now);
        if (healthy < healthyBefore) {
            evicting = false;
            // Where its controller has not heard yet of pods that an update took, the budget cannot know of them: so in
            // the reference.
            boolean known = before.get("poddisruptionbudgets.policy", new ObjectKey("default", "db"))
                    .filter(budget -> budget.object("status").integer("currentHealthy") == healthyBefore)
                    .isPresent();
            require(
                    !calm || !known || healthy >= Simulation.LEAST_HEALTHY,
                    "an eviction left " + healthy + " healthy pods of " + Simulation.LEAST_HEALTHY,
                    now);
        }
    }

    private static long healthy(Snapshot now) {
        return pods(now, "db").stream()
                .filter(pod -> ready(pod) && !leaving(pod))
                .count();
    }

    void look(Snapshot now) {
        if (!broken.isEmpty()) {
            return;
        }
        now.get(DEPLOYMENTS, new ObjectKey("default", "web")).ifPresent(web -> deployment(web, now));
        statefulSet(now);
        if (evicting) {
            evicted(now);
        }
        now.get(JOBS, new ObjectKey("default", "work")).ifPresent(job -> job(job, now));
        garbage(now);
        before = now;
    }

    private void deployment(ObjectValue web, Snapshot now) {
        long replicas = web.object("spec").integer("replicas");
        String uid = web.object("metadata").string("uid");
        long asked = now.in(SETS, "default").values().stream()
                .filter(set -> owner(set, uid))
                .mapToLong(set -> set.object("spec").integer("replicas"))
                .sum();
        long limit = replicas + Simulation.SURGE;
        allowed = asked <= limit ? limit : Math.max(allowed, limit);
        require(asked <= allowed, "ReplicaSets ask for " + asked + " pods where " + allowed + " may be", now);
        long ready = pods(now, "web").stream()
                .filter(pod -> ready(pod) && !leaving(pod))
                .count();
        complete |= ready == replicas;
        if (calm && complete) {
            require(
                    ready >= Simulation.LEAST_REPLICAS - Simulation.UNAVAILABLE,
                    "only " + ready + " pods are ready in a rollout",
                    now);
        }
    }

    private void statefulSet(Snapshot now) {
        var identities = new HashSet<String>();
        for (ObjectValue pod : pods(now, "db")) {
            String name = pod.object("metadata").string("name");
            require(identities.add(name), "two pods are " + name, now);
            ObjectKey key = new ObjectKey("default", name);
            before.get("pods", key).ifPresent(earlier -> {
                boolean same = uid(earlier).equals(uid(pod));
                require(
                        same || finished(earlier) || leaving(earlier) || !scheduled(earlier),
                        name + " was replaced while it was there",
                        now);
            });
        }
    }

    private void job(ObjectValue job, Snapshot now) {
        for (ObjectValue pod : pods(now, "work")) {
            if (pod.object("status").string("phase").equals("Succeeded")) {
                if (succeeded.add(uid(pod)) && leaving(pod)) {
                    succeededLeaving.add(uid(pod));
                }
            }
        }
        long count = job.object("status").integer("succeeded");
        require(count <= Simulation.COMPLETIONS, "a Job counts " + count + " of " + Simulation.COMPLETIONS, now);
        require(count >= counted, "a Job counts back from " + counted + " to " + count, now);
        require(count <= succeeded.size(), "a Job counts " + count + " pods of " + succeeded.size(), now);
        counted = count;
    }

    /** Whether {@code count} are the pods of the Job that have been seen to succeed. */
    boolean haveSucceeded(int count) {
        return count <= succeeded.size() && count >= succeeded.size() - succeededLeaving.size();
    }

    /** What belongs to something goes only after it. */
    private void garbage(Snapshot now) {
        Map<ObjectKey, ObjectValue> present = now.all("configmaps");
        if (present.equals(before.all("configmaps"))) {
            return;
        }
        for (ObjectValue object : before.all("configmaps").values()) {
            ObjectValue metadata = object.object("metadata");
            ObjectKey key = new ObjectKey(metadata.string("namespace"), metadata.string("name"));
            List<ObjectValue> owners = metadata.list("ownerReferences").objects();
            if (present.containsKey(key) || owners.isEmpty()) {
                continue;
            }
            for (ObjectValue owner : owners) {
                boolean there = Optional.ofNullable(present.get(new ObjectKey(key.namespace(), owner.string("name"))))
                        .filter(one -> uid(one).equals(owner.string("uid")) && !leaving(one))
                        .isPresent();
                require(!there, key + " was deleted though its owner is there", now);
            }
        }
    }

    /** What belongs to something that is gone. */
    static List<String> orphans(Snapshot now) {
        var orphans = new ArrayList<String>();
        for (String resource : List.of("configmaps", "pods", SETS)) {
            String owners = resource.equals("configmaps") ? resource : resource.equals("pods") ? "" : DEPLOYMENTS;
            for (ObjectValue object : now.in(resource, "default").values()) {
                for (ObjectValue owner :
                        object.object("metadata").list("ownerReferences").objects()) {
                    String in = owners.isEmpty() ? of(owner.string("kind")) : owners;
                    boolean there = now.get(in, new ObjectKey("default", owner.string("name")))
                            .filter(one -> uid(one).equals(owner.string("uid")))
                            .isPresent();
                    if (!there) {
                        orphans.add(resource + " " + object.object("metadata").string("name"));
                    }
                }
            }
        }
        return orphans;
    }

    private static String of(String kind) {
        return switch (kind) {
            case "ReplicaSet" -> SETS;
            case "StatefulSet" -> "statefulsets.apps";
            case "Job" -> JOBS;
            default -> "";
        };
    }

    static List<ObjectValue> pods(Snapshot now, String app) {
        return now.in("pods", "default").values().stream()
                .filter(pod ->
                        pod.object("metadata").object("labels").string("app").equals(app))
                .toList();
    }

    private static boolean owner(ObjectValue object, String uid) {
        return object.object("metadata").list("ownerReferences").objects().stream()
                .anyMatch(owner -> owner.string("uid").equals(uid));
    }

    private static String uid(ObjectValue object) {
        return object.object("metadata").string("uid");
    }

    static boolean ready(ObjectValue pod) {
        return pod.object("status").list("conditions").objects().stream()
                .anyMatch(one -> one.string("type").equals("Ready")
                        && one.string("status").equals("True"));
    }

    static boolean leaving(ObjectValue object) {
        return object.object("metadata").has("deletionTimestamp");
    }

    private static boolean finished(ObjectValue pod) {
        String phase = pod.object("status").string("phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static boolean scheduled(ObjectValue pod) {
        return pod.object("spec").has("nodeName");
    }
}
