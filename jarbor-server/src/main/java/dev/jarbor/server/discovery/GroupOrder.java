package dev.jarbor.server.discovery;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order in which groups and versions are told. Clients take the first that has what they look for, so it decides what
 * {@code kubectl get events} means.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority">Version
 *     priority</a>
 */
final class GroupOrder {
    private static final List<String> FIRST = List.of(
            "",
            "apiregistration.k8s.io",
            "apps",
            "events.k8s.io",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "autoscaling",
            "batch",
            "certificates.k8s.io",
            "networking.k8s.io",
            "policy",
            "rbac.authorization.k8s.io",
            "storage.k8s.io",
            "admissionregistration.k8s.io",
            "apiextensions.k8s.io",
            "scheduling.k8s.io",
            "coordination.k8s.io",
            "node.k8s.io",
            "discovery.k8s.io",
            "resource.k8s.io",
            "flowcontrol.apiserver.k8s.io",
            "internal.apiserver.k8s.io",
            "storagemigration.k8s.io");
    private static final Pattern VERSION = Pattern.compile("v([1-9][0-9]{0,8})(?:(alpha|beta)([1-9][0-9]{0,8}))?");

    static final Comparator<String> GROUPS =
            Comparator.comparingInt(GroupOrder::rank).thenComparing(group -> group);

    /** Stable before beta before alpha, newer before older, anything else last by name. */
    static final Comparator<String> VERSIONS =
            Comparator.comparing(GroupOrder::parse).reversed().thenComparing(version -> version);

    private GroupOrder() {}

    private static int rank(String group) {
        int index = FIRST.indexOf(group);
        return index < 0 ? FIRST.size() : index;
    }

    private record Version(int maturity, int major, int minor) implements Comparable<Version> {
        private static final Comparator<Version> ORDER = Comparator.comparingInt(Version::maturity)
                .thenComparingInt(Version::major)
                .thenComparingInt(Version::minor);

        @Override
        public int compareTo(Version other) {
            return ORDER.compare(this, other);
        }
    }

    private static Version parse(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            return new Version(0, 0, 0);
        }
        int major = Integer.parseInt(parts.group(1));
        String stage = parts.group(2);
        return stage == null
                ? new Version(3, major, 0)
                : new Version(stage.equals("beta") ? 2 : 1, major, Integer.parseInt(parts.group(3)));
    }
}
