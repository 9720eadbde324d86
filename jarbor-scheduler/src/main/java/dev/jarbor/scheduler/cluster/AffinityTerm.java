package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodAffinityTerm;
import dev.jarbor.api.select.Operator;
import dev.jarbor.api.select.Requirement;
import dev.jarbor.api.select.Selector;
import java.util.List;

/**
 * A term of affinity between pods with its selector read: which pods, in which namespaces, within which domain (Kubernetes docs,
 * "Inter-pod affinity and anti-affinity").
 */
public record AffinityTerm(
        String key, Selector pods, List<String> namespaces, boolean byNamespaceLabels, Selector namespaceLabels) {
    public AffinityTerm {
        namespaces = List.copyOf(namespaces);
    }

    /** @param owner whose term it is */
    public static AffinityTerm of(PodAffinityTerm term, Pod owner) {
        Selector pods =
                term.hasLabelSelector() ? Selector.ofObject(term.labelSelector().value()) : Selector.nothing();
        for (String label : term.matchLabelKeys()) {
            pods = narrowed(pods, owner, label, Operator.IN);
        }
        for (String label : term.mismatchLabelKeys()) {
            pods = narrowed(pods, owner, label, Operator.NOT_IN);
        }
        boolean byLabels = term.hasNamespaceSelector();
        List<String> namespaces =
                term.namespaces().isEmpty() && !byLabels ? List.of(owner.namespace()) : term.namespaces();
        Selector labels = byLabels ? Selector.ofObject(term.namespaceSelector().value()) : Selector.nothing();
        return new AffinityTerm(term.topologyKey(), pods, namespaces, byLabels, labels);
    }

    /** All of {@code terms}. */
    public static List<AffinityTerm> of(List<PodAffinityTerm> terms, Pod owner) {
        return terms.stream().map(term -> of(term, owner)).toList();
    }

    private static Selector narrowed(Selector pods, Pod owner, String label, Operator operator) {
        String value = owner.metadata().labels().get(label);
        return value == null ? pods : pods.and(new Requirement(label, operator, List.of(value)));
    }

    /** Whether it is about {@code pod}. */
    public boolean matches(Pod pod, ClusterState cluster) {
        boolean here = namespaces.contains(pod.namespace())
                || (byNamespaceLabels && namespaceLabels.matches(cluster.labelsOfNamespace(pod.namespace())));
        return here && pods.matches(pod.metadata().labels());
    }
}
