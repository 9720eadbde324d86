package dev.jarbor.controllers.daemonset;

import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.core.v1.Affinity;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeAffinity;
import dev.jarbor.api.core.v1.NodeSelector;
import dev.jarbor.api.core.v1.NodeSelectorRequirement;
import dev.jarbor.api.core.v1.NodeSelectorTerm;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodTemplateSpec;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Toleration;
import dev.jarbor.api.scheduling.NodeSelectors;
import dev.jarbor.api.scheduling.Taints;
import dev.jarbor.controllers.common.PodMaker;
import dev.jarbor.controllers.common.Templates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pods of a DaemonSet: how they are bound to their node, what they tolerate, and which nodes they may be on.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations">Taints and
 *     tolerations of DaemonSets</a>
 */
final class DaemonPods {
    /** The label that tells which revision a pod is of. */
    static final String HASH = "controller-revision-hash";
    /** What came before revisions: counted by the server in an annotation of the set. */
    private static final String TEMPLATE_GENERATION = "pod-template-generation";

    private static final String GENERATION_ANNOTATION = "deprecated.daemonset.template.generation";
    private static final String NODE_NAME = "metadata.name";

    /** Daemons stay where others are sent away: they are what repairs, watches and connects a node. */
    private static final List<Toleration> ALWAYS = List.of(
            exists("node.kubernetes.io/not-ready", Taints.NO_EXECUTE),
            exists("node.kubernetes.io/unreachable", Taints.NO_EXECUTE),
            exists("node.kubernetes.io/disk-pressure", Taints.NO_SCHEDULE),
            exists("node.kubernetes.io/memory-pressure", Taints.NO_SCHEDULE),
            exists("node.kubernetes.io/pid-pressure", Taints.NO_SCHEDULE),
            exists("node.kubernetes.io/unschedulable", Taints.NO_SCHEDULE));

    private static final Toleration WITHOUT_NETWORK =
            exists("node.kubernetes.io/network-unavailable", Taints.NO_SCHEDULE);

    private DaemonPods() {}

    private static Toleration exists(String key, String effect) {
        return Toleration.EMPTY.withKey(key).withOperator("Exists").withEffect(effect);
    }

    /**
     * Whether a node is for a DaemonSet.
     *
     * @param run a pod should be started there
     * @param stay a pod that is there may go on
     */
    record Fit(boolean run, boolean stay) {
        static final Fit NO = new Fit(false, false);
    }

    static Fit fit(DaemonSet set, Node node) {
        PodSpec spec = set.spec().template().spec();
        if (!spec.nodeName().isEmpty() && !spec.nodeName().equals(node.name())) {
            return Fit.NO;
        }
        if (!NodeSelectors.allows(spec, node.name(), node.metadata().labels())) {
            return Fit.NO;
        }
        List<Toleration> tolerations = tolerations(spec);
        Optional<Taint> untolerated = Taints.untolerated(
                node.spec().taints(),
                tolerations,
                taint -> taint.effect().equals(Taints.NO_SCHEDULE)
                        || taint.effect().equals(Taints.NO_EXECUTE));
        if (untolerated.isEmpty()) {
            return new Fit(true, true);
        }
        boolean sentAway = Taints.untolerated(
                        node.spec().taints(),
                        tolerations,
                        taint -> taint.effect().equals(Taints.NO_EXECUTE))
                .isPresent();
        return new Fit(false, !sentAway);
    }

    /** The pod of {@code set} for the node of that name: the scheduler binds it there and nowhere else. */
    static Pod on(DaemonSet set, String node, String hash) {
        PodTemplateSpec template = Templates.labelled(set.spec().template(), HASH, hash);
        String generation = set.metadata().annotations().getOrDefault(GENERATION_ANNOTATION, "");
        if (!generation.isEmpty()) {
            template = Templates.labelled(template, TEMPLATE_GENERATION, generation);
        }
        PodSpec spec = template.spec()
                .withTolerations(tolerations(template.spec()))
                .withAffinity(pinned(template.spec().affinity(), node));
        return PodMaker.pod(set, DaemonSet.KIND, template.withSpec(spec));
    }

    private static List<Toleration> tolerations(PodSpec spec) {
        var all = new ArrayList<>(spec.tolerations());
        ALWAYS.stream().filter(toleration -> !all.contains(toleration)).forEach(all::add);
        if (spec.hostNetwork() && !all.contains(WITHOUT_NETWORK)) {
            all.add(WITHOUT_NETWORK);
        }
        return List.copyOf(all);
    }

    /** The terms of before have been weighed when the node was chosen; they give way to the one node. */
    private static Affinity pinned(Affinity affinity, String node) {
        NodeSelectorTerm term = NodeSelectorTerm.EMPTY.withMatchFields(List.of(NodeSelectorRequirement.EMPTY
                .withKey(NODE_NAME)
                .withOperator("In")
                .withValues(List.of(node))));
        NodeAffinity pinned = affinity.nodeAffinity()
                .withRequiredDuringSchedulingIgnoredDuringExecution(
                        NodeSelector.EMPTY.withNodeSelectorTerms(List.of(term)));
        return affinity.withNodeAffinity(pinned);
    }

    /** The node that {@code pod} runs on or is meant for; "" for none. */
    static String nodeOf(Pod pod) {
        if (!pod.spec().nodeName().isEmpty()) {
            return pod.spec().nodeName();
        }
        return pod
                .spec()
                .affinity()
                .nodeAffinity()
                .requiredDuringSchedulingIgnoredDuringExecution()
                .nodeSelectorTerms()
                .stream()
                .flatMap(term -> term.matchFields().stream())
                .filter(field ->
                        field.key().equals(NODE_NAME) && field.operator().equals("In"))
                .flatMap(field -> field.values().stream())
                .findFirst()
                .orElse("");
    }

    static String hashOf(Pod pod) {
        return pod.metadata().labels().getOrDefault(HASH, "");
    }
}
