package dev.jarbor.server.kinds.network;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Cidr;
import dev.jarbor.server.kinds.rules.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** What is not wrong with a Service, and yet hardly what its author wanted. */
public final class ServiceWarnings {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String OLD_HINTS = "service.kubernetes.io/topology-aware-hints";
    private static final String EXTERNAL_NAME = "ExternalName";

    private ServiceWarnings() {}

    public static List<String> of(ObjectValue service) {
        var warnings = new ArrayList<String>();
        ObjectValue spec = service.object("spec");
        String type = spec.string("type");
        boolean headless = type.equals("ClusterIP") && spec.string("clusterIP").equals("None");
        boolean external = type.equals(EXTERNAL_NAME);
        boolean outside = !spec.list("externalIPs").isEmpty();
        if (service.object("metadata").object("annotations").has(OLD_HINTS)) {
            warnings.add("annotation " + OLD_HINTS + " is deprecated, please use service.kubernetes.io/topology-mode"
                    + " instead");
        }
        if (!spec.string("clusterIP").isEmpty() && !spec.string("clusterIP").equals("None")) {
            addresses(spec, "clusterIPs", warnings);
        }
        if (headless) {
            ignored(!spec.string("loadBalancerIP").isEmpty(), "loadBalancerIP", warnings);
            ignored(outside, "externalIPs", warnings);
            ignored(!spec.string("sessionAffinity").equals("None"), "SessionAffinity", warnings);
        }
        addresses(spec, "externalIPs", warnings);
        if (outside && !headless && !external) {
            warnings.add("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
        }
        if (!spec.string("loadBalancerIP").isEmpty()) {
            IpAddress.warning(spec.string("loadBalancerIP"), SPEC.child("loadBalancerIP"))
                    .ifPresent(warnings::add);
        }
        List<String> ranges = spec.list("loadBalancerSourceRanges").strings();
        for (int i = 0; i < ranges.size(); i++) {
            warnings.addAll(Cidr.warnings(
                    ranges.get(i), SPEC.child("loadBalancerSourceRanges").index(i)));
        }
        if (external && outside) {
            warnings.add("spec.externalIPs is ignored when spec.type is \"" + EXTERNAL_NAME + "\"");
        }
        if (!external && !spec.string("externalName").isEmpty()) {
            warnings.add("spec.externalName is ignored when spec.type is not \"" + EXTERNAL_NAME + "\"");
        }
        if (spec.string("trafficDistribution").equals("PreferClose")) {
            warnings.add("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
        }
        return warnings;
    }

    private static void ignored(boolean given, String field, List<String> warnings) {
        if (given) {
            warnings.add("spec." + field + " is ignored for headless services");
        }
    }

    private static void addresses(ObjectValue spec, String field, List<String> warnings) {
        List<String> addresses = spec.list(field).strings();
        for (int i = 0; i < addresses.size(); i++) {
            IpAddress.warning(addresses.get(i), SPEC.child(field).index(i)).ifPresent(warnings::add);
        }
    }
}
