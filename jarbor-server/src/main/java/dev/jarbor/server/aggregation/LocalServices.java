package dev.jarbor.server.aggregation;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The APIServices of what this server serves itself: one for each version of each group, written and removed by the
 * server. Priorities are the reference's.
 */
final class LocalServices {
    /** Marks the objects that the server looks after: {@code onstart} for those of its own, {@code true} for others. */
    static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";

    private static final int CUSTOM_GROUP = 1000;
    private static final int CUSTOM_VERSION = 100;

    private static final Map<String, Integer> GROUPS = Map.ofEntries(
            Map.entry("", 18000),
            Map.entry("apps", 17800),
            Map.entry("events.k8s.io", 17750),
            Map.entry("authentication.k8s.io", 17700),
            Map.entry("authorization.k8s.io", 17600),
            Map.entry("autoscaling", 17500),
            Map.entry("batch", 17400),
            Map.entry("certificates.k8s.io", 17300),
            Map.entry("networking.k8s.io", 17200),
            Map.entry("policy", 17100),
            Map.entry("rbac.authorization.k8s.io", 17000),
            Map.entry("storage.k8s.io", 16800),
            Map.entry("apiextensions.k8s.io", 16700),
            Map.entry("admissionregistration.k8s.io", 16700),
            Map.entry("scheduling.k8s.io", 16600),
            Map.entry("coordination.k8s.io", 16500),
            Map.entry("node.k8s.io", 16300),
            Map.entry("discovery.k8s.io", 16200),
            Map.entry("flowcontrol.apiserver.k8s.io", 16100),
            Map.entry("internal.apiserver.k8s.io", 16000),
            Map.entry("resource.k8s.io", 15900),
            Map.entry("storagemigration.k8s.io", 15800),
            Map.entry("metrics.k8s.io", 100));

    /** Versions whose priority is not that of their maturity. */
    private static final Map<String, Integer> VERSIONS = Map.of(
            "v1.", 1,
            "v2.autoscaling", 30,
            "v1beta1.admissionregistration.k8s.io", 12,
            "v1alpha1.admissionregistration.k8s.io", 9,
            "v1beta1.coordination.k8s.io", 13,
            "v1alpha2.coordination.k8s.io", 12,
            "v1.flowcontrol.apiserver.k8s.io", 21,
            "v1alpha1.internal.apiserver.k8s.io", 9,
            "v1beta1.metrics.k8s.io", 100);

    private LocalServices() {}

    /** What there should be, by name. */
    static Map<String, ObjectValue> wanted(Registry registry) {
        var wanted = new TreeMap<String, ObjectValue>();
        for (ServedResource resource : registry.served()) {
            String group = resource.kind().group();
            String version = resource.kind().version();
            // the group of the APIServices themselves is nobody's to take over
            if (!group.equals("apiregistration.k8s.io")) {
                wanted.computeIfAbsent(version + "." + group, name -> local(name, group, version));
            }
        }
        return wanted;
    }

    /** The same as whole list. */
    static List<ObjectValue> all(Registry registry) {
        return new ArrayList<>(wanted(registry).values());
    }

    private static ObjectValue local(String name, String group, String version) {
        boolean builtIn = GROUPS.containsKey(group);
        var spec = ObjectValue.builder();
        if (!group.isEmpty()) {
            spec.put("group", group);
        }
        spec.put("version", version)
                .put("groupPriorityMinimum", GROUPS.getOrDefault(group, CUSTOM_GROUP))
                .put("versionPriority", builtIn ? priority(name, version) : CUSTOM_VERSION);
        ObjectValue labels = ObjectValue.EMPTY.with(MANAGED, builtIn ? "onstart" : "true");
        return ObjectValue.builder()
                .put("apiVersion", "apiregistration.k8s.io/v1")
                .put("kind", "APIService")
                .put("metadata", ObjectValue.EMPTY.with("name", name).with("labels", labels))
                .put("spec", spec.build())
                .build();
    }

    private static int priority(String name, String version) {
        int mature = version.contains("alpha") ? 1 : version.contains("beta") ? 9 : 15;
        return VERSIONS.getOrDefault(name, mature);
    }
}
