package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.value.ObjectValue;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A Deployment that is rolled out and scaled: never more pods than its surge allows, never fewer ready than it may lack. */
final class DeploymentSubject implements Subject {
    private static final String NAME = "web";
    private static final int SURGE = 2;
    private static final int UNAVAILABLE = 1;
    private static final int LEAST_REPLICAS = 3;

    private final Workload web;
    private final boolean calm;
    private long allowed;
    private boolean complete;

    /** @param calm whether only the cluster's own loops end pods */
    DeploymentSubject(Jarbor cluster, boolean calm) {
        this.web = new Workload(cluster, Deployment.KIND, NAME);
        this.calm = calm;
    }

    @Override
    public void begin() {
        Subject.create(web.cluster().api(), Deployment.KIND, """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: default}
                spec:
                  replicas: 4
                  selector: {matchLabels: {app: web}}
                  strategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 1}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                      - {name: web, image: "web:1", readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 2}}
                """);
    }

    @Override
    public void act(RandomGenerator chance) {
        if (chance.nextInt(3) == 0) {
            int replicas = LEAST_REPLICAS + chance.nextInt(4);
            web.patch("{\"spec\":{\"replicas\":" + replicas + "}}");
        } else {
            web.rollOut(chance);
        }
    }

    @Override
    public void harm(RandomGenerator chance) {
        web.loseAPod(chance);
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        web.find(now).ifPresent(found -> look(found, now, findings));
    }

    private void look(ObjectValue found, Moment now, Findings findings) {
        long replicas = found.object("spec").integer("replicas");
        long asked = now.owned("replicasets.apps", Moment.uid(found)).stream()
                .mapToLong(set -> set.object("spec").integer("replicas"))
                .sum();
        long limit = replicas + SURGE;
        allowed = asked <= limit ? limit : Math.max(allowed, limit);
        findings.require(asked <= allowed, "ReplicaSets ask for " + asked + " pods where " + allowed + " may be");
        long ready = now.pods(NAME).stream().filter(Moment::serves).count();
        complete |= ready == replicas;
        if (calm && complete) {
            findings.require(ready >= LEAST_REPLICAS - UNAVAILABLE, "only " + ready + " pods are ready in a rollout");
        }
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        return web.unsettled(now, found -> {
            ObjectValue status = found.object("status");
            long replicas = found.object("spec").integer("replicas");
            return status.integer("readyReplicas") == replicas && status.integer("updatedReplicas") == replicas;
        });
    }
}
