package dev.jarbor.server.kinds.network;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Cidr;
import dev.jarbor.server.kinds.rules.IpAddress;
import java.util.HashSet;
import java.util.List;

/**
 * What may be wrong with a Service, in the reference's order.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/">Service</a>
 */
public final class ServiceChecks {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath PORTS = SPEC.child("ports");
    private static final FieldPath ANNOTATIONS = FieldPath.of("metadata", "annotations");
    private static final String ONLY_LOAD_BALANCERS = "may only be used when `type` is 'LoadBalancer'";
    private static final String TOPOLOGY_MODE = "service.kubernetes.io/topology-mode";
    private static final String TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints";
    private static final String SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private static final int KUBELET_PORT = 10250;
    private static final int LONGEST_AFFINITY = 86_400;

    private final ObjectValue service;
    private final ObjectValue spec;
    private final String type;
    private final Checks checks = new Checks();

    private ServiceChecks(ObjectValue service) {
        this.service = service;
        this.spec = service.object("spec");
        this.type = spec.string("type");
    }

    /** What is wrong with {@code service}. */
    public static List<FieldError> of(ObjectValue service) {
        var checks = new ServiceChecks(service);
        checks.all();
        return checks.checks.errors();
    }

    /** What is wrong with the change from {@code before} to {@code after}. */
    public static List<FieldError> ofChange(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        ServiceFamilies.change(before.object("spec"), after.object("spec"), checks);
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        balancerClass(old, spec, checks);
        boolean checked = needsHealthCheck(old) && needsHealthCheck(spec);
        if (checked && old.integer("healthCheckNodePort") != spec.integer("healthCheckNodePort")) {
            checks.forbidden(SPEC.child("healthCheckNodePort"), Checks.IMMUTABLE);
        }
        return checks.errors();
    }

    /** What is wrong with a change of the status. */
    public static List<FieldError> ofStatus(ObjectValue before, ObjectValue after) {
        return LoadBalancers.check(before, after);
    }

    private void all() {
        topology();
        boolean headless = spec.string("clusterIP").equals("None");
        if (spec.list("ports").isEmpty() && !headless && !type.equals("ExternalName")) {
            checks.required(PORTS);
        }
        byType(headless);
        ports();
        checks.labels(spec.object("selector"), SPEC.child("selector"));
        affinity();
        ServiceFamilies.check(spec, checks);
        externalAddresses();
        checks.oneOf(spec, "type", SPEC, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        nodePorts();
        duplicates();
        sourceRanges();
        balancer();
        trafficPolicies();
    }

    private void topology() {
        ObjectValue annotations = service.object("metadata").object("annotations");
        boolean both = annotations.has(TOPOLOGY_MODE) && annotations.has(TOPOLOGY_HINTS);
        if (both && !annotations.string(TOPOLOGY_MODE).equals(annotations.string(TOPOLOGY_HINTS))) {
            checks.invalid(
                    ANNOTATIONS.key(TOPOLOGY_MODE),
                    annotations.string(TOPOLOGY_MODE),
                    "must match annotations[" + TOPOLOGY_HINTS + "] when both are specified");
        }
    }

    private void byType(boolean headless) {
        switch (type) {
            case "LoadBalancer" -> {
                List<ObjectValue> ports = spec.list("ports").objects();
                for (int i = 0; i < ports.size(); i++) {
                    if (ports.get(i).integer("port") == KUBELET_PORT) {
                        checks.invalid(
                                PORTS.index(i),
                                KUBELET_PORT,
                                "may not expose port 10250 externally since it is used by kubelet");
                    }
                }
                notHeadless(headless);
            }
            case "NodePort" -> notHeadless(headless);
            case "ExternalName" -> externalName();
            default -> {
                // nothing more to ask
            }
        }
    }

    private void notHeadless(boolean headless) {
        if (headless) {
            checks.invalid(
                    SPEC.child("clusterIPs").index(0), "None", "may not be set to 'None' for " + type + " services");
        }
    }

    private void externalName() {
        boolean addresses =
                !spec.list("clusterIPs").isEmpty() || !spec.string("clusterIP").isEmpty();
        if (addresses) {
            checks.forbidden(SPEC.child("clusterIPs"), "may not be set for ExternalName services");
        }
        if (!spec.list("ipFamilies").isEmpty()) {
            checks.forbidden(SPEC.child("ipFamilies"), "may not be set for ExternalName services");
        }
        if (spec.has("ipFamilyPolicy")) {
            checks.forbidden(SPEC.child("ipFamilyPolicy"), "may not be set for ExternalName services");
        }
        String name = spec.string("externalName");
        String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (host.isEmpty()) {
            checks.required(SPEC.child("externalName"));
        } else {
            checks.dnsSubdomain(host, SPEC.child("externalName"));
        }
    }

    private void ports() {
        List<ObjectValue> ports = spec.list("ports").objects();
        var names = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectValue port = ports.get(i);
            FieldPath here = PORTS.index(i);
            String name = port.string("name");
            if (name.isEmpty() && ports.size() > 1) {
                checks.required(here.child("name"));
            } else if (!name.isEmpty()) {
                checks.dnsLabel(name, here.child("name"));
                if (!names.add(name)) {
                    checks.duplicate(here.child("name"), name);
                }
            }
            checks.port(port.integer("port"), here.child("port"));
            checks.oneOf(port, "protocol", here, "SCTP", "TCP", "UDP");
            checks.portOrName(port.valueOrNull("targetPort"), here.child("targetPort"));
            if (port.has("appProtocol")) {
                checks.qualifiedName(port.string("appProtocol"), here.child("appProtocol"));
            }
        }
    }

    private void affinity() {
        checks.oneOf(spec, "sessionAffinity", SPEC, "ClientIP", "None");
        FieldPath at = SPEC.child("sessionAffinityConfig");
        ObjectValue config = spec.object("sessionAffinityConfig");
        switch (spec.string("sessionAffinity")) {
            case "ClientIP" -> {
                if (!spec.has("sessionAffinityConfig")) {
                    checks.required(at, "when session affinity type is ClientIP");
                } else if (!config.has("clientIP")) {
                    checks.required(at.child("clientIP"), "when session affinity type is ClientIP");
                } else {
                    long seconds = config.object("clientIP").integer("timeoutSeconds");
                    if (seconds <= 0 || seconds > LONGEST_AFFINITY) {
                        checks.invalid(
                                at.child("clientIP").child("timeoutSeconds"),
                                seconds,
                                "must be greater than 0 and less than " + LONGEST_AFFINITY);
                    }
                }
            }
            case "None" -> {
                if (spec.has("sessionAffinityConfig")) {
                    checks.forbidden(at, "must not be set when session affinity is None");
                }
            }
            default -> {
                // refused already
            }
        }
    }

    private void externalAddresses() {
        List<String> addresses = spec.list("externalIPs").strings();
        for (int i = 0; i < addresses.size(); i++) {
            FieldPath here = SPEC.child("externalIPs").index(i);
            int before = checks.errors().size();
            IpAddress.check(addresses.get(i), here, checks);
            if (checks.errors().size() == before) {
                SpecialAddresses.check(addresses.get(i), here, checks);
            }
        }
    }

    private void nodePorts() {
        List<ObjectValue> ports = spec.list("ports").objects();
        var taken = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            long number = ports.get(i).integer("nodePort");
            if (number != 0 && type.equals("ClusterIP")) {
                checks.forbidden(PORTS.index(i).child("nodePort"), "may not be used when `type` is 'ClusterIP'");
            }
        }
        for (int i = 0; i < ports.size(); i++) {
            long number = ports.get(i).integer("nodePort");
            if (number != 0 && !taken.add(ports.get(i).string("protocol") + number)) {
                checks.add(FieldError.duplicate(PORTS.index(i).child("nodePort"), Value.of(number)));
            }
        }
    }

    private void duplicates() {
        List<ObjectValue> ports = spec.list("ports").objects();
        var taken = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectValue port = ports.get(i);
            if (!taken.add(port.string("protocol") + port.integer("port"))) {
                ObjectValue shown = ObjectValue.builder()
                        .put("port", port.valueOrNull("port"))
                        .put("protocol", port.valueOrNull("protocol"))
                        .build();
                checks.add(FieldError.duplicate(PORTS.index(i), shown));
            }
        }
    }

    private void sourceRanges() {
        List<String> ranges = spec.list("loadBalancerSourceRanges").strings();
        ObjectValue annotations = service.object("metadata").object("annotations");
        if (!ranges.isEmpty()) {
            // The reference writes the first letter so.
            FieldPath at = SPEC.child("LoadBalancerSourceRanges");
            onlyLoadBalancers(at);
            for (int i = 0; i < ranges.size(); i++) {
                Cidr.checkLegacy(ranges.get(i).strip(), at.index(i), checks);
            }
        } else if (annotations.has(SOURCE_RANGES)) {
            FieldPath at = ANNOTATIONS.key(SOURCE_RANGES);
            onlyLoadBalancers(at);
            String text = annotations.string(SOURCE_RANGES).strip();
            for (String range : text.isEmpty() ? new String[0] : text.split(",", -1)) {
                Cidr.checkLegacy(range.strip(), at, checks);
            }
        }
    }

    private void onlyLoadBalancers(FieldPath at) {
        if (!type.equals("LoadBalancer")) {
            checks.forbidden(at, ONLY_LOAD_BALANCERS);
        }
    }

    private void balancer() {
        if (spec.has("allocateLoadBalancerNodePorts")) {
            onlyLoadBalancers(SPEC.child("allocateLoadBalancerNodePorts"));
        }
        if (spec.has("loadBalancerClass")) {
            FieldPath at = SPEC.child("loadBalancerClass");
            onlyLoadBalancers(at);
            if (type.equals("LoadBalancer")) {
                checks.qualifiedName(spec.string("loadBalancerClass"), at);
            }
        }
    }

    /** A class is chosen when a Service becomes a load balancer, and kept for as long as it is one. */
    private static void balancerClass(ObjectValue old, ObjectValue spec, Checks checks) {
        boolean stays =
                old.string("type").equals("LoadBalancer") && spec.string("type").equals("LoadBalancer");
        if (stays && !old.valueOrNull("loadBalancerClass").equals(spec.valueOrNull("loadBalancerClass"))) {
            checks.invalid(
                    SPEC.child("loadBalancerClass"), spec.valueOrNull("loadBalancerClass"), "may not change once set");
        }
    }

    private void trafficPolicies() {
        if (isReachedFromOutside(spec)) {
            checks.oneOf(spec, "externalTrafficPolicy", SPEC, "Cluster", "Local");
        } else if (!spec.string("externalTrafficPolicy").isEmpty()) {
            checks.invalid(
                    SPEC.child("externalTrafficPolicy"),
                    spec.string("externalTrafficPolicy"),
                    "may only be set for externally-accessible services");
        }
        long healthPort = spec.integer("healthCheckNodePort");
        if (healthPort != 0 && !needsHealthCheck(spec)) {
            checks.invalid(
                    SPEC.child("healthCheckNodePort"),
                    healthPort,
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        } else if (healthPort != 0) {
            checks.port(healthPort, SPEC.child("healthCheckNodePort"));
        }
        checks.oneOfIfSet(spec, "internalTrafficPolicy", SPEC, "Cluster", "Local");
        if (spec.has("trafficDistribution")) {
            checks.oneOf(spec, "trafficDistribution", SPEC, "PreferClose", "PreferSameNode", "PreferSameZone");
        }
    }

    /** Whether traffic from outside the cluster may arrive at it: then a policy says to which endpoints that goes. */
    public static boolean isReachedFromOutside(ObjectValue spec) {
        return switch (spec.string("type")) {
            case "LoadBalancer", "NodePort" -> true;
            case "ClusterIP" -> !spec.list("externalIPs").isEmpty();
            default -> false;
        };
    }

    /** Whether nodes must tell a load balancer if they have endpoints: then a port is given to that. */
    public static boolean needsHealthCheck(ObjectValue spec) {
        return spec.string("type").equals("LoadBalancer")
                && spec.string("externalTrafficPolicy").equals("Local");
    }
}
