package dev.jarbor.server.discovery;

import dev.jarbor.api.schema.VersionOrder;
import dev.jarbor.api.value.ObjectValue;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The order in which groups and their versions are told: that of the priorities in their APIServices, the highest first.
 * Clients take the first that has what they look for, so it decides what {@code kubectl get events} means.
 *
 * @param groups the highest of a group's {@code groupPriorityMinimum}
 * @param versions the {@code versionPriority} of {@code version.group}
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/api-service-v1/#APIServiceSpec">APIServiceSpec</a>
 */
public record Priorities(Map<String, Integer> groups, Map<String, Integer> versions) {
    /** Of groups and versions without an APIService yet: those of custom resources. */
    private static final int GROUP = 1000;

    private static final int VERSION = 100;

    public Priorities {
        groups = Map.copyOf(groups);
        versions = Map.copyOf(versions);
    }

    /** What {@code services} say. */
    public static Priorities of(Collection<ObjectValue> services) {
        var groups = new TreeMap<String, Integer>();
        var versions = new TreeMap<String, Integer>();
        for (ObjectValue service : services) {
            ObjectValue spec = service.object("spec");
            String group = spec.string("group");
            groups.merge(group, (int) spec.integer("groupPriorityMinimum"), Math::max);
            versions.put(spec.string("version") + "." + group, (int) spec.integer("versionPriority"));
        }
        return new Priorities(groups, versions);
    }

    /** The core group first, then that of the APIServices, which has none of its own. */
    Comparator<String> groupOrder() {
        return Comparator.comparingInt((String group) -> switch (group) {
                    case "" -> Integer.MIN_VALUE;
                    case "apiregistration.k8s.io" -> Integer.MIN_VALUE + 1;
                    default -> -groups.getOrDefault(group, GROUP);
                })
                .thenComparing(group -> group);
    }

    /** Of one priority: stable before beta before alpha, newer before older. */
    Comparator<String> versionOrder(String group) {
        return Comparator.comparingInt((String version) -> -versions.getOrDefault(version + "." + group, VERSION))
                .thenComparing(VersionOrder.VERSIONS);
    }
}
