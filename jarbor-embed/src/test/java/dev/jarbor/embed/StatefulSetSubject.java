package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.node.runtime.PodRecord;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A StatefulSet under a budget, whose nodes are drained by several people at once: no identity runs twice anywhere, and
 * evictions never take out more than the budget allows.
 */
final class StatefulSetSubject implements Subject {
    private static final String NAME = "db";
    private static final int REPLICAS = 3;
    private static final int LEAST_HEALTHY = 2;

    private final Jarbor cluster;
    private final Drains drains;
    private final Workload db;
    private final Findings findings;
    /** Healthy pods that were evicted and have no ready successor yet: uid by name. */
    private final Map<String, String> out = new TreeMap<>();

    StatefulSetSubject(Jarbor cluster, Findings findings) {
        this.cluster = cluster;
        this.drains = new Drains(cluster);
        this.db = new Workload(cluster, StatefulSet.KIND, NAME);
        this.findings = findings;
    }

    @Override
    public void begin() {
        Subject.create(cluster.api(), StatefulSet.KIND, """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db, namespace: default}
                spec:
                  replicas: 3
                  serviceName: db
                  selector: {matchLabels: {app: db}}
                  template:
                    metadata: {labels: {app: db}}
                    spec: {containers: [{name: db, image: "db:1"}]}
                """);
        Subject.create(cluster.api(), PodDisruptionBudget.KIND, """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: db, namespace: default}
                spec: {minAvailable: 2, selector: {matchLabels: {app: db}}}
                """);
    }

    @Override
    public void act(RandomGenerator chance) {
        switch (chance.nextInt(5)) {
            case 0 -> db.rollOut(chance);
            case 1 -> drains.uncordon();
            case 2, 3 -> db.anyPod(chance).ifPresent(this::evict);
            default ->
                Drains.on(drains.cordon(chance), Moment.of(cluster).pods(NAME)).forEach(this::evict);
        }
    }

    private void evict(ObjectValue pod) {
        if (drains.evict(pod) && Moment.serves(pod)) {
            out.put(Moment.name(pod), Moment.uid(pod));
            findings.require(
                    out.size() <= REPLICAS - LEAST_HEALTHY,
                    "a budget is overdrawn by the evictions of " + out.keySet());
        }
    }

    @Override
    public void settle() {
        drains.uncordon();
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        for (ObjectValue pod : now.pods(NAME)) {
            String evicted = out.getOrDefault(Moment.name(pod), "");
            if (Moment.serves(pod) && !evicted.equals(Moment.uid(pod))) {
                out.remove(Moment.name(pod));
            }
        }
        var running = new HashSet<String>();
        for (PodRecord record : cluster.machines().pods()) {
            String name = record.pod().name();
            if (name.startsWith(NAME + "-") && record.anythingRuns()) {
                findings.require(running.add(name), "two pods run that are " + name);
            }
        }
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        return db.unsettled(
                        now,
                        set -> set.object("status").integer("readyReplicas") == REPLICAS
                                && set.object("status").integer("updatedReplicas") == REPLICAS)
                .or(() -> Drains.unsettled(now, NAME, REPLICAS, LEAST_HEALTHY));
    }
}
