package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodAffinityTerm;
import dev.jarbor.api.core.v1.WeightedPodAffinityTerm;
import dev.jarbor.api.select.Operator;
import dev.jarbor.api.select.Requirement;
import dev.jarbor.api.select.Selector;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Affinity and anti-affinity between pods (Kubernetes docs, "Inter-pod affinity and anti-affinity"). Terms are worked
 * into topology domains once for a pod; a node is then a look-up.
 */
public final class PodAffinity {
    /** Nodes with this value of this label are one domain. */
    private record Domain(String key, String value) {}

    private PodAffinity() {}

    public static Filter.Check filter(Pod pod, Demand demand, ClusterState cluster) {
        var affinity = pod.spec().affinity();
        List<Term> wanted = terms(affinity.podAffinity().requiredDuringSchedulingIgnoredDuringExecution(), pod);
        List<Term> shunned = terms(affinity.podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution(), pod);
        Set<Domain> closed = closedByOthers(pod, cluster);
        if (wanted.isEmpty() && shunned.isEmpty() && closed.isEmpty()) {
            return Filter.Check.ANY_NODE;
        }
        Set<Domain> liked = domains(wanted, cluster, true);
        Set<Domain> disliked = domains(shunned, cluster, false);
        boolean first = liked.isEmpty() && wanted.stream().allMatch(term -> term.matches(pod, cluster));
        return node -> {
            if (!wanted.stream()
                    .allMatch(term ->
                            term.domain(node, liked) || (first && node.labels().containsKey(term.key())))) {
                return List.of(new Obstacle("node(s) didn't match pod affinity rules", false));
            }
            if (shunned.stream().anyMatch(term -> term.domain(node, disliked))) {
                return List.of(new Obstacle("node(s) didn't match pod anti-affinity rules", true));
            }
            for (Domain domain : closed) {
                if (domain.value().equals(node.labels().get(domain.key()))) {
                    return List.of(new Obstacle("node(s) didn't satisfy existing pods anti-affinity rules", true));
                }
            }
            return List.of();
        };
    }

    /** For each node how much the pod's preferences speak for it (or, negative, against it). */
    static Map<String, Long> preferences(Pod pod, ClusterState cluster) {
        var affinity = pod.spec().affinity();
        var weights = new HashMap<Domain, Long>();
        collect(affinity.podAffinity().preferredDuringSchedulingIgnoredDuringExecution(), pod, cluster, 1, weights);
        collect(
                affinity.podAntiAffinity().preferredDuringSchedulingIgnoredDuringExecution(),
                pod,
                cluster,
                -1,
                weights);
        var byNode = new HashMap<String, Long>();
        if (weights.isEmpty()) {
            return byNode;
        }
        for (NodeState node : cluster.nodes()) {
            long sum = 0;
            for (Map.Entry<Domain, Long> weight : weights.entrySet()) {
                if (weight.getKey()
                        .value()
                        .equals(node.labels().get(weight.getKey().key()))) {
                    sum += weight.getValue();
                }
            }
            byNode.put(node.name(), sum);
        }
        return byNode;
    }

    private static void collect(
            List<WeightedPodAffinityTerm> preferred,
            Pod pod,
            ClusterState cluster,
            int sign,
            Map<Domain, Long> weights) {
        for (WeightedPodAffinityTerm one : preferred) {
            Term term = Term.of(one.podAffinityTerm(), pod);
            forEachMatch(
                    List.of(term), cluster, domain -> weights.merge(domain, (long) sign * one.weight(), Long::sum));
        }
    }

    private static Set<Domain> closedByOthers(Pod pod, ClusterState cluster) {
        var closed = new HashSet<Domain>();
        for (ClusterState.Loner loner : cluster.loners()) {
            Pod other = loner.pod();
            List<Term> terms = terms(
                    other.spec().affinity().podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution(), other);
            for (Term term : terms) {
                cluster.node(loner.node())
                        .map(node -> node.labels().get(term.key()))
                        .filter(value -> term.matches(pod, cluster))
                        .ifPresent(value -> closed.add(new Domain(term.key(), value)));
            }
        }
        return closed;
    }

    /** The domains that hold a pod matching any term, or, where {@code all}, every term. */
    private static Set<Domain> domains(List<Term> terms, ClusterState cluster, boolean all) {
        var domains = new HashSet<Domain>();
        if (terms.isEmpty()) {
            return domains;
        }
        for (NodeState node : cluster.nodes()) {
            for (Pod pod : node.pods()) {
                boolean everyTerm = !all || terms.stream().allMatch(term -> term.matches(pod, cluster));
                for (Term term : terms) {
                    String value = node.labels().get(term.key());
                    if (everyTerm && value != null && term.matches(pod, cluster)) {
                        domains.add(new Domain(term.key(), value));
                    }
                }
            }
        }
        return domains;
    }

    private static void forEachMatch(
            List<Term> terms, ClusterState cluster, java.util.function.Consumer<Domain> action) {
        for (NodeState node : cluster.nodes()) {
            for (Term term : terms) {
                String value = node.labels().get(term.key());
                if (value != null) {
                    node.pods().stream()
                            .filter(pod -> term.matches(pod, cluster))
                            .forEach(pod -> action.accept(new Domain(term.key(), value)));
                }
            }
        }
    }

    private static List<Term> terms(List<PodAffinityTerm> terms, Pod owner) {
        var read = new ArrayList<Term>(terms.size());
        terms.forEach(term -> read.add(Term.of(term, owner)));
        return read;
    }

    /** A term with its selector read: which pods, in which namespaces, within which domain. */
    private record Term(
            String key, Selector pods, List<String> namespaces, boolean byNamespaceLabels, Selector namespaceLabels) {
        static Term of(PodAffinityTerm term, Pod owner) {
            Selector pods = term.hasLabelSelector()
                    ? Selector.ofObject(term.labelSelector().value())
                    : Selector.nothing();
            for (String label : term.matchLabelKeys()) {
                pods = narrowed(pods, owner, label, Operator.IN);
            }
            for (String label : term.mismatchLabelKeys()) {
                pods = narrowed(pods, owner, label, Operator.NOT_IN);
            }
            boolean byLabels = term.hasNamespaceSelector();
            List<String> namespaces = term.namespaces().isEmpty() && !byLabels
                    ? List.of(owner.namespace())
                    : List.copyOf(term.namespaces());
            Selector labels =
                    byLabels ? Selector.ofObject(term.namespaceSelector().value()) : Selector.nothing();
            return new Term(term.topologyKey(), pods, namespaces, byLabels, labels);
        }

        private static Selector narrowed(Selector pods, Pod owner, String label, Operator operator) {
            String value = owner.metadata().labels().get(label);
            return value == null ? pods : pods.and(new Requirement(label, operator, List.of(value)));
        }

        boolean matches(Pod pod, ClusterState cluster) {
            boolean here = namespaces.contains(pod.namespace())
                    || (byNamespaceLabels && namespaceLabels.matches(cluster.labelsOfNamespace(pod.namespace())));
            return here && pods.matches(pod.metadata().labels());
        }

        boolean domain(NodeState node, Set<Domain> domains) {
            String value = node.labels().get(key);
            return value != null && domains.contains(new Domain(key, value));
        }
    }
}
