package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.scheduler.autoscaling.AutoscalerSettings;
import dev.jarbor.scheduler.autoscaling.ClusterAutoscaler;
import dev.jarbor.scheduler.autoscaling.Expander;
import dev.jarbor.server.auth.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Two groups of nodes of which there are as many as pods need, with an autoscaler whose process may begin anew at any time and
 * machines that may fail: no group is ever outside of its bounds, no node is taken from under pods, no pod is evicted that says
 * it is not safe, and in the end all pods have room and no node stands empty that need not be there.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md">Cluster Autoscaler FAQ</a>
 */
final class NodeGroupSubject implements Subject {
    private static final Calls WRITES = Calls.ANY.writing().by(ClusterAutoscaler.NAME);
    private static final String MARK = "ToBeDeletedByClusterAutoscaler";
    /** Room for all of them is in the two groups together. */
    private static final int MOST = 14;

    private static final int LEAST = 2;
    private static final int DUDS = 2;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Jarbor cluster;
    private final List<MachineGroup> groups;
    private final Workload elastic;
    private final Workload pinned;
    private final List<AutoCloseable> running = new ArrayList<>();
    private int duds;

    NodeGroupSubject(Jarbor cluster) {
        this.cluster = cluster;
        this.groups =
                List.of(new MachineGroup(cluster, "small", 0, 3, "2"), new MachineGroup(cluster, "large", 1, 3, "4"));
        this.elastic = new Workload(cluster, Deployment.KIND, "elastic");
        this.pinned = new Workload(cluster, Deployment.KIND, "pinned");
    }

    /** The reference's, but that all that takes minutes takes one. */
    private static AutoscalerSettings settings() {
        var shrinking = new AutoscalerSettings.Shrinking(
                0.5,
                MINUTE,
                MINUTE,
                MINUTE,
                new AutoscalerSettings.Delays(MINUTE, Duration.ofSeconds(10), MINUTE),
                10,
                1,
                Duration.ofMinutes(2),
                Duration.ofMinutes(10));
        return new AutoscalerSettings(
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                AutoscalerSettings.DEFAULT.health(),
                shrinking,
                Expander.LEAST_WASTE,
                false);
    }

    @Override
    public void begin() {
        create(elastic, LEAST, "900m", "");
        create(pinned, 1, "500m", "cluster-autoscaler.kubernetes.io/safe-to-evict: \"false\"");
        Subject.create(cluster.api(), PodDisruptionBudget.KIND, """
                metadata: {name: elastic, namespace: default}
                spec: {maxUnavailable: 1, selector: {matchLabels: {app: elastic}}}
                """);
        startAnew();
    }

    private void create(Workload workload, int replicas, String cpu, String annotation) {
        Subject.create(cluster.api(), Deployment.KIND, """
                metadata: {name: %1$s, namespace: default}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}, annotations: {%4$s}}
                    spec:
                      tolerations: [{key: %5$s, operator: Exists}]
                      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
                        {matchExpressions: [{key: %6$s, operator: Exists}]}]}}}
                      containers: [{name: %1$s, image: "%1$s:1", resources: {requests: {cpu: %3$s}}}]
                """.formatted(
                        workload.name(), replicas, cpu, annotation, MachineGroup.TAINT, MachineGroup.LABEL));
    }

    /** The process of the autoscaler ends and another begins. */
    private void startAnew() {
        Runtime runtime = cluster.runtime();
        runtime.turn(() -> {
            running.reversed().forEach(NodeGroupSubject::close);
            running.clear();
            Api api = cluster.as(User.ADMIN, ClusterAutoscaler.NAME);
            var informers = new SharedInformers(api, runtime);
            var autoscaler = new ClusterAutoscaler(
                    api,
                    informers,
                    runtime,
                    new ApiEventRecorder(api, runtime, ClusterAutoscaler.NAME),
                    settings(),
                    List.copyOf(groups),
                    new MetricRegistry());
            autoscaler.start();
            informers.start();
            running.add(informers);
            running.add(autoscaler);
            return autoscaler;
        });
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void act(RandomGenerator chance) {
        if (chance.nextInt(4) == 0) {
            scale(pinned, chance.nextInt(3));
        } else {
            scale(elastic, chance.nextInt(MOST + 1));
        }
        switch (chance.nextInt(8)) {
            case 0 -> cluster.faults().atWrite(1 + chance.nextInt(50), faults -> startAnew());
            case 1 -> cluster.faults().conflict(WRITES, 1 + chance.nextInt(3));
            case 2 -> cluster.faults().fail(WRITES, 1 + chance.nextInt(3));
            case 3 -> {
                if (duds++ < DUDS) {
                    groups.get(chance.nextInt(groups.size())).haveADud();
                }
            }
            default -> {}
        }
    }

    private static void scale(Workload workload, int replicas) {
        workload.patch("{\"spec\":{\"replicas\":" + replicas + "}}");
    }

    /** A machine breaks for good. */
    @Override
    public void harm(RandomGenerator chance) {
        List<String> nodes =
                nodes(Moment.of(cluster)).stream().map(Moment::name).toList();
        if (!nodes.isEmpty()) {
            String one = nodes.get(chance.nextInt(nodes.size()));
            groups.stream().filter(group -> group.nodes().contains(one)).forEach(group -> group.breakDown(one));
        }
    }

    @Override
    public void settle() {
        scale(elastic, LEAST);
    }

    /** Nobody waits for what is to leave a machine that has broken. */
    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (!before.same(now, "pods")) {
            now.pods(pinned.name()).stream()
                    .filter(NodeGroupSubject::isEvicted)
                    .forEach(pod -> findings.require(false, Moment.name(pod) + " is evicted, which is not safe"));
        }
        if (before.same(now, "nodes")) {
            return;
        }
        for (MachineGroup group : groups) {
            int size = group.targetSize();
            findings.require(
                    size >= group.minSize() && size <= group.maxSize(), "the group " + group.name() + " has " + size);
        }
        for (ObjectValue node : nodes(before)) {
            String name = Moment.name(node);
            if (now.find("nodes", "", name).isEmpty()) {
                List<String> pods = on(name, now).stream()
                        .filter(pod -> Moment.ready(node) || !Moment.leaving(pod))
                        .map(Moment::name)
                        .toList();
                findings.require(pods.isEmpty(), name + " is taken from under " + pods);
            }
        }
    }

    private static List<ObjectValue> nodes(Moment now) {
        return now.in("", "nodes").stream()
                .filter(node -> node.object("metadata").object("labels").has(MachineGroup.LABEL))
                .toList();
    }

    private static List<ObjectValue> on(String node, Moment now) {
        return now.all("pods").stream()
                .filter(pod -> pod.object("spec").string("nodeName").equals(node) && !Moment.finished(pod))
                .toList();
    }

    private static boolean isEvicted(ObjectValue pod) {
        return pod.object("status").list("conditions").objects().stream()
                .anyMatch(one -> one.string("type").equals("DisruptionTarget")
                        && one.string("reason").equals("EvictionByEvictionAPI"));
    }

    private static boolean isMarked(ObjectValue node) {
        return node.object("spec").list("taints").objects().stream()
                .anyMatch(taint -> taint.string("key").equals(MARK));
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        var open = new ArrayList<String>();
        List<ObjectValue> nodes = nodes(now);
        for (MachineGroup group : groups) {
            for (String name : group.nodes()) {
                Optional<ObjectValue> node = nodes.stream()
                        .filter(one -> Moment.name(one).equals(name))
                        .findFirst();
                boolean stays = group.targetSize() == group.minSize();
                boolean needed = stays || !on(name, now).isEmpty();
                boolean well =
                        node.filter(Moment::ready).filter(one -> !isMarked(one)).isPresent();
                // Nobody repairs a machine, and one of a group that has no more than it must is not given up.
                if (!needed || !(well || (stays && group.isBroken(name)))) {
                    open.add(name);
                }
            }
        }
        return open.isEmpty()
                ? settled(elastic, now).or(() -> settled(pinned, now))
                : Optional.of("nodes of groups do not settle: " + open);
    }

    private static Optional<String> settled(Workload workload, Moment now) {
        return workload.unsettled(
                now,
                found -> found.object("status").integer("readyReplicas")
                        == found.object("spec").integer("replicas"));
    }
}
