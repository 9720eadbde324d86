package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Patch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Pods on a node of their own that gets a taint and loses it: who does not tolerate it leaves, who does for a while stays that
 * long, who always does stays.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions">Evictions
 *     by taints</a>
 */
final class TaintSubject implements Subject {
    private static final String NODE = "node-own";
    private static final String OWN = "example.com/own";
    private static final String TAINT = "example.com/maintenance";
    private static final Duration TOLERATED = Duration.ofMinutes(1);
    /** How long it may take until a loop hears that a taint is gone, or that it was. */
    private static final Duration HEARD = Duration.ofSeconds(10);

    private final Jarbor cluster;
    private Instant since = Instant.MAX;
    private Instant until = Instant.MIN;
    private boolean tainted;

    TaintSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    /** One more node, to which nobody else comes. */
    static List<SimulatedNode> with(List<SimulatedNode> nodes) {
        var more = new ArrayList<>(nodes);
        more.add(SimulatedNode.named(NODE).withTaint(OWN, "", "NoSchedule"));
        return more;
    }

    @Override
    public void begin() {
        create("frail", "");
        create(
                "patient",
                ", {key: %s, operator: Exists, effect: NoExecute, tolerationSeconds: %d}"
                        .formatted(TAINT, TOLERATED.toSeconds()));
        create("hardy", ", {key: %s, operator: Exists}".formatted(TAINT));
    }

    private void create(String name, String toleration) {
        Subject.create(cluster.api(), Deployment.KIND, """
                metadata: {name: %1$s, namespace: default}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      nodeSelector: {kubernetes.io/hostname: %2$s}
                      tolerations: [{key: %3$s, operator: Exists}%4$s]
                      containers: [{name: %1$s, image: "%1$s:1"}]
                """.formatted(name, NODE, OWN, toleration));
    }

    @Override
    public void act(RandomGenerator chance) {
        Instant now = cluster.time().now();
        if (tainted) {
            until = now;
        } else if (until.plus(HEARD).isBefore(now)) {
            since = now;
        }
        tainted = !tainted;
        String taint = tainted ? ",{\"key\":\"%s\",\"effect\":\"NoExecute\"}".formatted(TAINT) : "";
        String spec = "{\"spec\":{\"taints\":[{\"key\":\"%s\",\"effect\":\"NoSchedule\"}%s]}}".formatted(OWN, taint);
        cluster.api().patch(Node.KIND, ObjectKey.cluster(NODE), Patch.merge(Json.object(spec)));
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (before.same(now, "pods")) {
            return;
        }
        for (String app : List.of("frail", "patient", "hardy")) {
            for (ObjectValue pod : before.pods(app)) {
                boolean goes = !Moment.leaving(pod)
                        && now.find("pods", Moment.name(pod))
                                .map(Moment::leaving)
                                .orElse(true);
                findings.require(!goes || mayGo(app), Moment.name(pod) + " goes where it may stay");
            }
        }
    }

    private boolean mayGo(String app) {
        Instant now = cluster.time().now();
        boolean there = tainted || !until.plus(HEARD).isBefore(now);
        return switch (app) {
            case "frail" -> there;
            case "patient" -> there && !since.plus(TOLERATED).isAfter(now);
            default -> false;
        };
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        var open = new ArrayList<String>();
        for (String app : List.of("frail", "patient", "hardy")) {
            List<ObjectValue> pods = now.pods(app);
            long ready = pods.stream().filter(Moment::serves).count();
            boolean stays = !tainted || app.equals("hardy");
            boolean comes = tainted && app.equals("patient");
            if (!comes && (pods.size() != 1 || ready != (stays ? 1 : 0))) {
                open.add(app);
            }
        }
        return open.isEmpty()
                ? Optional.empty()
                : Optional.of("pods of a node do not settle" + (tainted ? " while it is tainted: " : ": ") + open);
    }
}
