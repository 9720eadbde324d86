package dev.jarbor.embed;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A whole cluster under chance: workloads that are changed, and everything that can go wrong, both drawn from one seed, with
 * {@link Invariants} looked at after every write. The same seed takes the same way in every JVM.
 */
final class Simulation {
    static final int SURGE = 2;
    static final int UNAVAILABLE = 1;
    static final int LEAST_REPLICAS = 3;
    static final int COMPLETIONS = 8;
    static final int LEAST_HEALTHY = 2;
    private static final int ACTIONS = 40;

    private final long seed;
    private final RandomGenerator chance;
    private final boolean calm;
    private final Invariants invariants;
    private final Jarbor cluster;
    private final Api api;
    private int made;

    /** What came of a run. */
    record Outcome(long seed, long hash, Optional<String> broken) {}

    private Simulation(long seed) {
        this.seed = seed;
        this.chance = new SimulatedRuntime(seed).random();
        this.calm = seed % 2 == 0;
        this.invariants = new Invariants(calm);
        this.cluster = Jarbor.start(JarborSettings.DEFAULT
                .withTime(TimeMode.MANUAL)
                .withSeed(seed)
                .withNodes(4)
                .withEachNode(node -> node.inZone(node.name().compareTo("node-2") < 0 ? "a" : "b")));
        this.api = cluster.api();
    }

    static Outcome run(long seed) {
        return run(seed, cluster -> {});
    }

    /** @param after is told the cluster at its end */
    static Outcome run(long seed, Consumer<Jarbor> after) {
        var simulation = new Simulation(seed);
        try (Jarbor cluster = simulation.cluster) {
            Optional<String> broken = simulation.go();
            after.accept(cluster);
            return new Outcome(seed, cluster.trace().hash(), broken);
        }
    }

    /**
     * Runs the seeds from the first argument to the second and writes a line for each to the file that is the third: seed,
     * hash, and what was broken.
     */
    public static void main(String[] arguments) throws IOException {
        var lines = new ArrayList<String>();
        for (long seed = Long.parseLong(arguments[0]); seed <= Long.parseLong(arguments[1]); seed++) {
            Outcome outcome = run(seed);
            lines.add(seed + " " + Long.toHexString(outcome.hash()) + " "
                    + outcome.broken().orElse(""));
        }
        Files.write(Path.of(arguments[2]), lines);
    }

    private Optional<String> go() {
        cluster.afterEachWrite(invariants::look);
        cluster.behaviour().forImage("work").exits(0, Duration.ofSeconds(20));
        cluster.behaviour().forImage("web").readyAfter(Duration.ofSeconds(5));
        begin();
        for (int action = 0; action < ACTIONS && invariants.broken().isEmpty(); action++) {
            cluster.time().advance(Duration.ofMillis(chance.nextInt(30_000)));
            act();
        }
        heal();
        return invariants.broken().or(this::unsettled);
    }

    private <T extends KubeObject> void create(Kind<T> kind, String yaml) {
        api.create(kind, kind.read((ObjectValue) Yaml.parse(yaml)));
    }

    private void begin() {
        create(Deployment.KIND, """
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
        create(StatefulSet.KIND, """
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
        create(PodDisruptionBudget.KIND, """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: db, namespace: default}
                spec: {minAvailable: 2, selector: {matchLabels: {app: db}}}
                """);
        create(Job.KIND, """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: work, namespace: default}
                spec:
                  completions: 8
                  parallelism: 3
                  backoffLimit: 100
                  template:
                    metadata: {labels: {app: work}}
                    spec: {restartPolicy: Never, containers: [{name: work, image: "work:1"}]}
                """);
    }

    private void act() {
        try {
            switch (chance.nextInt(calm ? 12 : 16)) {
                case 0 -> scale(LEAST_REPLICAS + chance.nextInt(4));
                case 1, 2 -> patch(Deployment.KIND, "web", template("web:" + chance.nextInt(1000)));
                case 3 -> patch(StatefulSet.KIND, "db", template("db:" + chance.nextInt(1000)));
                case 4, 5 -> evict();
                case 6 -> own();
                case 7 -> disown();
                case 8 -> cluster.faults().conflict(Calls.ANY.writing().by("kube-"), 1 + chance.nextInt(5));
                case 9 -> cluster.faults().fail(Calls.ANY.writing().by("kube"), 1 + chance.nextInt(3));
                case 10 -> watches();
                case 11 -> cluster.faults().restartControllers();
                case 12 -> cluster.faults().loseNode("node-" + chance.nextInt(3));
                case 13, 14 -> cluster.faults().restoreNode("node-" + chance.nextInt(3));
                default -> kill();
            }
        } catch (ApiException refused) {
            // what asks for it at a bad moment is refused, as anybody would be
        }
    }

    private void scale(int replicas) {
        patch(Deployment.KIND, "web", "{\"spec\":{\"replicas\":" + replicas + "}}");
    }

    private static String template(String image) {
        String name = image.substring(0, image.indexOf(':'));
        return "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"" + name + "\",\"image\":\"" + image
                + "\"}]}}}}";
    }

    private void patch(Kind<?> kind, String name, String json) {
        api.patch(kind, new ObjectKey("default", name), Patch.strategic(Json.object(json)));
    }

    private void evict() {
        List<Pod> pods = pods("db");
        if (pods.isEmpty()) {
            return;
        }
        Pod pod = pods.get(chance.nextInt(pods.size()));
        boolean counts = Invariants.ready(pod.value()) && !Invariants.leaving(pod.value());
        ObjectValue eviction = (ObjectValue) Yaml.parse(
                "{apiVersion: policy/v1, kind: Eviction, metadata: {name: " + pod.name() + ", namespace: default}}");
        invariants.nextEviction(counts);
        api.call(ApiRequest.of(
                Verb.CREATE, ResourcePath.of(Pod.KIND, pod.key()).withSubresource("eviction"), Query.NONE, eviction));
    }

    private List<Pod> pods(String app) {
        return api.list(Pod.KIND, "default", Query.NONE.with("labelSelector", "app=" + app))
                .items();
    }

    /** Two objects, one of which belongs to the other. */
    private void own() {
        made++;
        ConfigMap owner = api.create(ConfigMap.KIND, ConfigMap.named("default", "owner-" + made));
        ConfigMap owned = ConfigMap.named("default", "owned-" + made);
        api.create(
                ConfigMap.KIND,
                owned.withMetadata(owned.metadata()
                        .withOwnerReferences(List.of(OwnerReference.EMPTY
                                .withApiVersion("v1")
                                .withKind("ConfigMap")
                                .withName(owner.name())
                                .withUid(owner.metadata().uid())))));
    }

    private void disown() {
        if (made > 0) {
            api.delete(ConfigMap.KIND, new ObjectKey("default", "owner-" + (1 + chance.nextInt(made))));
        }
    }

    private void watches() {
        if (chance.nextBoolean()) {
            cluster.faults().cutWatches(Calls.ANY.by("kube"));
        } else {
            cluster.faults().slowWatches(Calls.ANY.by("kube-controller"), Duration.ofMillis(chance.nextInt(3000)));
            cluster.faults().after(Duration.ofSeconds(20), Faults::heal);
        }
    }

    private void kill() {
        List<Pod> pods = pods(chance.nextBoolean() ? "web" : "work");
        if (!pods.isEmpty()) {
            api.delete(Pod.KIND, pods.get(chance.nextInt(pods.size())).key());
        }
    }

    /** Nothing goes wrong any more. */
    private void heal() {
        cluster.faults().heal();
        for (int node = 0; node < 4; node++) {
            cluster.faults().restoreNode("node-" + node);
        }
        cluster.time().advance(Duration.ofMinutes(20));
    }

    /** What a cluster that nothing goes wrong with has not brought to its end. */
    private Optional<String> unsettled() {
        Deployment web = api.get(Deployment.KIND, new ObjectKey("default", "web"));
        StatefulSet db = api.get(StatefulSet.KIND, new ObjectKey("default", "db"));
        Job job = api.get(Job.KIND, new ObjectKey("default", "work"));
        Snapshot now = cluster.snapshot();
        if (web.status().readyReplicas() != web.spec().replicas()
                || web.status().updatedReplicas() != web.spec().replicas()) {
            return Optional.of("the Deployment does not settle: " + web.status());
        }
        if (db.status().readyReplicas() != 3 || db.status().updatedReplicas() != 3) {
            return Optional.of("the StatefulSet does not settle: " + db.status());
        }
        if (job.status().succeeded() != COMPLETIONS || !invariants.haveSucceeded(COMPLETIONS)) {
            return Optional.of("the Job does not settle: " + job.status());
        }
        List<String> orphans = Invariants.orphans(now);
        return orphans.isEmpty() ? Optional.empty() : Optional.of("orphans are left: " + orphans);
    }

    @Override
    public String toString() {
        return "seed " + seed;
    }
}
