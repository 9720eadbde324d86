package dev.jarbor.scheduler.plugins;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.cluster.AffinityTerm;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.NodeState;
import java.util.HashSet;
import java.util.List;
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
        List<AffinityTerm> wanted =
                AffinityTerm.of(affinity.podAffinity().requiredDuringSchedulingIgnoredDuringExecution(), pod);
        List<AffinityTerm> shunned =
                AffinityTerm.of(affinity.podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution(), pod);
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
                            isIn(node, term, liked) || (first && node.labels().containsKey(term.key())))) {
                return List.of(new Obstacle("node(s) didn't match pod affinity rules", false));
            }
            if (shunned.stream().anyMatch(term -> isIn(node, term, disliked))) {
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

    private static Set<Domain> closedByOthers(Pod pod, ClusterState cluster) {
        var closed = new HashSet<Domain>();
        for (ClusterState.Loner loner : cluster.loners()) {
            for (AffinityTerm term : loner.terms()) {
                cluster.node(loner.node())
                        .map(node -> node.labels().get(term.key()))
                        .filter(value -> term.matches(pod, cluster))
                        .ifPresent(value -> closed.add(new Domain(term.key(), value)));
            }
        }
        return closed;
    }

    /** The domains that hold a pod matching any term, or, where {@code all}, every term. */
    private static Set<Domain> domains(List<AffinityTerm> terms, ClusterState cluster, boolean all) {
        var domains = new HashSet<Domain>();
        if (terms.isEmpty()) {
            return domains;
        }
        for (NodeState node : cluster.nodes()) {
            for (Pod pod : node.pods()) {
                boolean everyTerm = !all || terms.stream().allMatch(term -> term.matches(pod, cluster));
                for (AffinityTerm term : terms) {
                    String value = node.labels().get(term.key());
                    if (everyTerm && value != null && term.matches(pod, cluster)) {
                        domains.add(new Domain(term.key(), value));
                    }
                }
            }
        }
        return domains;
    }

    private static boolean isIn(NodeState node, AffinityTerm term, Set<Domain> domains) {
        String value = node.labels().get(term.key());
        return value != null && domains.contains(new Domain(term.key(), value));
    }
}
