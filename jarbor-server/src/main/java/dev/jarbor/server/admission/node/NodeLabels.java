package dev.jarbor.server.admission.node;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The labels that a node may give itself: none by which others keep workloads off it, and of Kubernetes' own only those
 * that describe it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction">NodeRestriction</a>
 */
final class NodeLabels {
    private static final String RESTRICTED = "node-restriction.kubernetes.io";

    private static final Set<String> OWN = Set.of(
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region",
            "node.kubernetes.io/instance-type",
            "beta.kubernetes.io/instance-type",
            "kubernetes.io/os",
            "kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/arch");

    private static final List<String> OWN_DOMAINS = List.of("kubelet.kubernetes.io", "node.kubernetes.io");

    private NodeLabels() {}

    /** The labels that differ between both and are not the node's to set, sorted. */
    static List<String> forbidden(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("metadata").object("labels");
        ObjectValue labels = after.object("metadata").object("labels");
        var changed = new TreeSet<>(old.names());
        changed.addAll(labels.names());
        changed.removeIf(name -> old.valueOrNull(name).equals(labels.valueOrNull(name)));
        return changed.stream().filter(name -> !mayBeSet(name)).toList();
    }

    private static boolean mayBeSet(String label) {
        int slash = label.indexOf('/');
        String domain = slash < 0 ? "" : label.substring(0, slash);
        if (isWithin(domain, RESTRICTED)) {
            return false;
        }
        boolean kubernetes = isWithin(domain, "kubernetes.io") || isWithin(domain, "k8s.io");
        return !kubernetes || OWN.contains(label) || OWN_DOMAINS.stream().anyMatch(own -> isWithin(domain, own));
    }

    private static boolean isWithin(String domain, String parent) {
        return domain.equals(parent) || domain.endsWith("." + parent);
    }
}
