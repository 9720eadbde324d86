package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.value.ObjectValue;
import java.util.HashSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A DaemonSet that is rolled out: by deletion it never lacks more nodes than it may, by surge none, and never has more pods on
 * a node, or second pods on more nodes, than that takes.
 */
final class DaemonSetSubject implements Subject {
    private static final String NAME = "agent";
    private static final int NODES = 4;

    private final Workload agent;
    private final boolean calm;
    private final boolean surge;
    private boolean complete;

    /**
     * @param calm whether only the cluster's own loops end pods
     * @param surge whether a successor starts before a pod ends
     */
    DaemonSetSubject(Jarbor cluster, boolean calm, boolean surge) {
        this.agent = new Workload(cluster, DaemonSet.KIND, NAME);
        this.calm = calm;
        this.surge = surge;
    }

    @Override
    public void begin() {
        Subject.create(agent.cluster().api(), DaemonSet.KIND, """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: agent, namespace: default}
                spec:
                  selector: {matchLabels: {app: agent}}
                  updateStrategy: {rollingUpdate: {maxSurge: %d, maxUnavailable: %d}}
                  template:
                    metadata: {labels: {app: agent}}
                    spec: {containers: [{name: agent, image: "agent:1"}]}
                """.formatted(surge ? 1 : 0, surge ? 0 : 1));
    }

    @Override
    public void act(RandomGenerator chance) {
        agent.rollOut(chance);
    }

    @Override
    public void harm(RandomGenerator chance) {
        agent.loseAPod(chance);
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (!calm) {
            return;
        }
        var served = new HashSet<String>();
        var pods = new TreeMap<String, Integer>();
        for (ObjectValue pod : now.pods(NAME)) {
            if (Moment.serves(pod)) {
                served.add(node(pod));
            }
            if (!Moment.leaving(pod)) {
                pods.merge(node(pod), 1, Integer::sum);
            }
        }
        complete |= served.size() == NODES;
        findings.require(
                !complete || served.size() >= NODES - (surge ? 0 : 1),
                "a DaemonSet serves only " + served.size() + " of " + NODES + " nodes");
        findings.require(
                pods.values().stream().allMatch(count -> count <= (surge ? 2 : 1)), "pods of a DaemonSet: " + pods);
        long surging = pods.values().stream().filter(count -> count > 1).count();
        findings.require(surging <= 1, "a DaemonSet has second pods on " + surging + " nodes");
    }

    /** The node that the pod is on, or is made for. */
    private static String node(ObjectValue pod) {
        String bound = pod.object("spec").string("nodeName");
        return bound.isEmpty()
                ? pod.object("spec")
                        .object("affinity")
                        .object("nodeAffinity")
                        .object("requiredDuringSchedulingIgnoredDuringExecution")
                        .list("nodeSelectorTerms")
                        .objects()
                        .getFirst()
                        .list("matchFields")
                        .objects()
                        .getFirst()
                        .list("values")
                        .strings()
                        .getFirst()
                : bound;
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        return agent.unsettled(
                now,
                set -> set.object("status").integer("numberReady") == NODES
                        && set.object("status").integer("updatedNumberScheduled") == NODES
                        && now.pods(NAME).size() == NODES);
    }
}
