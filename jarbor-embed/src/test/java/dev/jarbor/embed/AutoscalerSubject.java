package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.api.value.ObjectValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A Deployment that an autoscaler sizes, of which ever other use is wanted: it is never outside of its bounds, nor does it
 * change faster than the policies say, and in the end it is as large as they take it.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior">
 *     Configurable scaling behavior</a>
 */
final class AutoscalerSubject implements Subject {
    private static final String NAME = "shop";
    private static final int LEAST = 2;
    private static final int MOST = 7;
    private static final int UP = 2;
    private static final int DOWN = 1;
    /** How the trace tells that the process has ended. */
    private static final List<String> DEATHS = List.of("controllers crash", "controllers start anew");

    private static final Duration PERIOD = Duration.ofMinutes(1);
    /** Of what pods ask for: all of them use more than the first and less than the last. */
    private static final List<Integer> TARGETS = List.of(1, 10_000);

    private final Jarbor cluster;
    private final Deque<Change> changes = new ArrayDeque<>();
    private int target;

    private record Change(Instant at, long revision, long by) {}

    AutoscalerSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        Subject.create(cluster.api(), Deployment.KIND, """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop, namespace: default}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: shop}}
                  template:
                    metadata: {labels: {app: shop}}
                    spec: {containers: [{name: shop, image: "shop:1", resources: {requests: {cpu: 100m}}}]}
                """);
        Subject.create(cluster.api(), HorizontalPodAutoscaler.KIND, """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: shop, namespace: default}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
                  minReplicas: %d
                  maxReplicas: %d
                  behavior:
                    scaleUp: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: %d, periodSeconds: 60}]}
                    scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: %d, periodSeconds: 60}]}
                  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 1}}}]
                """.formatted(LEAST, MOST, UP, DOWN));
    }

    @Override
    public void act(RandomGenerator chance) {
        target = chance.nextInt(TARGETS.size());
        Subject.patch(cluster.api(), HorizontalPodAutoscaler.KIND, NAME, """
                {"spec":{"metrics":[{"type":"Resource","resource":
                    {"name":"cpu","target":{"type":"Utilization","averageUtilization":%d}}}]}}
                """.formatted(TARGETS.get(target)));
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (before.same(now, "deployments.apps")) {
            return;
        }
        long earlier = replicas(before);
        long replicas = replicas(now);
        findings.require(replicas >= LEAST && replicas <= MOST, "an autoscaler wants " + replicas + " pods");
        if (earlier > 0 && replicas != earlier) {
            look(new Change(cluster.time().now(), now.snapshot().revision(), replicas - earlier), findings);
        }
    }

    /**
     * The policies are about how many there were when their period began. What was done since then is known to a process as
     * long as it lives; in the reference ({@code scaleUpEvents}), too.
     */
    private void look(Change change, Findings findings) {
        Instant since = change.at().minus(PERIOD);
        long born = born(since);
        changes.add(change);
        changes.removeIf(one -> !one.at().isAfter(since) || one.revision() <= born);
        long added = changes.stream().mapToLong(Change::by).sum();
        findings.require(
                added <= UP && -added <= DOWN, "an autoscaler adds " + added + " pods in a minute: " + changes);
    }

    /** The revision since which the process of now lives, if it began after {@code since}. */
    private long born(Instant since) {
        return cluster.trace().entries().reversed().stream()
                .takeWhile(entry -> entry.time().isAfter(since))
                .filter(entry -> DEATHS.contains(entry.note()))
                .mapToLong(Trace.Entry::revision)
                .max()
                .orElse(0);
    }

    private static long replicas(Moment now) {
        return now.find("deployments.apps", NAME)
                .map(found -> found.object("spec").integer("replicas"))
                .orElse((long) LEAST);
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        long wanted = target == 0 ? MOST : LEAST;
        ObjectValue status = now.find("deployments.apps", NAME).orElseThrow().object("status");
        return replicas(now) == wanted && status.integer("readyReplicas") == wanted
                ? Optional.empty()
                : Optional.of("an autoscaler does not settle at " + wanted + ": " + status
                        + now.find("horizontalpodautoscalers.autoscaling", NAME).map(one -> one.object("status")));
    }
}
