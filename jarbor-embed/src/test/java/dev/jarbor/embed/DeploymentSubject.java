package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A Deployment that is rolled out and scaled: never more pods than its surge allows, never fewer ready than it may lack. */
final class DeploymentSubject implements Subject {
    private static final String NAME = "web";
    private static final int SURGE = 2;
    private static final int UNAVAILABLE = 1;
    private static final int LEAST_REPLICAS = 3;

    private final Jarbor cluster;
    private final boolean calm;
    private long allowed;
    private boolean complete;

    /** @param calm whether only the cluster's own loops end pods */
    DeploymentSubject(Jarbor cluster, boolean calm) {
        this.cluster = cluster;
        this.calm = calm;
    }

    @Override
    public void begin() {
        Subject.create(cluster.api(), Deployment.KIND, """
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
            Subject.patch(cluster.api(), Deployment.KIND, NAME, "{\"spec\":{\"replicas\":" + replicas + "}}");
        } else {
            Subject.rollOut(cluster.api(), Deployment.KIND, NAME, chance.nextInt(1000));
        }
    }

    @Override
    public void harm(RandomGenerator chance) {
        List<ObjectValue> pods = Moment.of(cluster).pods(NAME);
        if (!pods.isEmpty()) {
            Subject.delete(cluster.api(), Pod.KIND, pods.get(chance.nextInt(pods.size())));
        }
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        now.find("deployments.apps", NAME).ifPresent(web -> look(web, now, findings));
    }

    private void look(ObjectValue web, Moment now, Findings findings) {
        long replicas = web.object("spec").integer("replicas");
        long asked = now.owned("replicasets.apps", Moment.uid(web)).stream()
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
        ObjectValue web = now.find("deployments.apps", NAME).orElseThrow();
        ObjectValue status = web.object("status");
        long replicas = web.object("spec").integer("replicas");
        return status.integer("readyReplicas") == replicas && status.integer("updatedReplicas") == replicas
                ? Optional.empty()
                : Optional.of("the Deployment does not settle: " + status);
    }
}
