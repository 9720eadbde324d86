package dev.jarbor.api.quota;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Which resource counts how. */
public final class Evaluators {
    /** Resources that come and go too often to be counted. */
    private static final Set<String> IGNORED = Set.of("events", "events.events.k8s.io");

    private static final String COUNT = "count/";

    private Evaluators() {}

    /** @param resource such as {@code pods} or {@code deployments.apps}: the plural and its group */
    public static Evaluator of(String resource) {
        return switch (resource) {
            case "pods" -> new PodEvaluator();
            case "services" -> new ServiceEvaluator();
            case "persistentvolumeclaims" -> new ClaimEvaluator();
            case "resourceclaims.resource.k8s.io" -> new DeviceEvaluator();
            default -> ObjectCount.of(resource);
        };
    }

    /** Whether objects of {@code resource} count against no quota. */
    public static boolean isIgnored(String resource) {
        return IGNORED.contains(resource);
    }

    /** The resources whose objects must be looked at to know how much of {@code names} is used, sorted. */
    public static Set<String> resources(Collection<String> names) {
        var resources = new TreeSet<String>();
        for (String name : names) {
            if (name.startsWith(COUNT)) {
                resources.add(name.substring(COUNT.length()));
            } else if (ObjectCount.isOldest(name)) {
                resources.add(name);
            }
        }
        for (String resource : Set.of("pods", "services", "persistentvolumeclaims", "resourceclaims.resource.k8s.io")) {
            if (!of(resource).tracked(names).isEmpty()) {
                resources.add(resource);
            }
        }
        return resources;
    }
}
