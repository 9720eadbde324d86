package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.value.ObjectValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Pods that nothing but evictions ends, under a budget that says in one way or another that two of five may go: never are
 * fewer than three healthy, only pods that were evicted are counted as disrupted, and in the end the budget is exactly what it
 * was.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/configure-pdb/">Specifying a Disruption Budget</a>
 */
final class DisruptionSubject implements Subject {
    private static final String NAME = "cache";
    private static final int REPLICAS = 5;
    private static final int LEAST_HEALTHY = 3;
    private static final List<String> BUDGETS = List.of(
            "\"minAvailable\":3", "\"minAvailable\":\"60%\"", "\"maxUnavailable\":2", "\"maxUnavailable\":\"40%\"");

    private final Jarbor cluster;
    private final Drains drains;
    private final Workload cache;
    private final boolean calm;
    private boolean complete;

    /** @param calm whether only the cluster's own loops end pods */
    DisruptionSubject(Jarbor cluster, boolean calm) {
        this.cluster = cluster;
        this.drains = new Drains(cluster);
        this.cache = new Workload(cluster, ReplicaSet.KIND, NAME);
        this.calm = calm;
    }

    @Override
    public void begin() {
        cluster.behaviour().forImage(NAME).readyAfter(Duration.ofSeconds(15));
        Subject.create(cluster.api(), cache.kind(), """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: cache, namespace: default}
                spec:
                  replicas: 5
                  selector: {matchLabels: {app: cache}}
                  template:
                    metadata: {labels: {app: cache}}
                    spec:
                      containers:
                      - {name: cache, image: "cache:1", readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 5}}
                """);
        budget(BUDGETS.getFirst());
    }

    private void budget(String says) {
        cluster.api().create(PodDisruptionBudget.KIND, new PodDisruptionBudget(Json.object("""
                {"metadata":{"name":"cache","namespace":"default"},"spec":{"selector":{"matchLabels":{"app":"cache"}},%s}}
                """.formatted(says))));
    }

    @Override
    public void act(RandomGenerator chance) {
        switch (chance.nextInt(6)) {
            case 0 -> {
                cluster.api().delete(PodDisruptionBudget.KIND, Subject.key(NAME));
                budget(BUDGETS.get(chance.nextInt(BUDGETS.size())));
            }
            case 1 -> drains.uncordon();
            case 2 -> Drains.on(drains.cordon(chance), pods()).forEach(drains::evict);
            default -> pods().forEach(drains::evict);
        }
    }

    private List<ObjectValue> pods() {
        return Moment.of(cluster).pods(NAME);
    }

    @Override
    public void harm(RandomGenerator chance) {
        cache.loseAPod(chance);
    }

    @Override
    public void settle() {
        drains.uncordon();
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (!calm || before.same(now, "pods")) {
            return;
        }
        long healthy = now.pods(NAME).stream().filter(Moment::serves).count();
        complete |= healthy == REPLICAS;
        findings.require(
                !complete || healthy >= LEAST_HEALTHY, "a budget is overdrawn: " + healthy + " pods are healthy");
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        return Drains.unsettled(now, NAME, REPLICAS, LEAST_HEALTHY);
    }
}
