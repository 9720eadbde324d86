package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.each;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of Services; their addresses and ports are given by {@link ServiceAllocation}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/">Service</a>
 */
final class Services implements Strategy {
    static final String HEADLESS = "None";
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath PORTS = SPEC.child("ports");
    private static final Set<String> WITH_NODE_PORTS = Set.of("NodePort", "LoadBalancer");
    private static final int AFFINITY_SECONDS = 10_800;

    static boolean isExternalName(ObjectValue spec) {
        return spec.string("type").equals("ExternalName");
    }

    static boolean hasNodePorts(ObjectValue spec) {
        return WITH_NODE_PORTS.contains(spec.string("type"));
    }

    @Override
    public ObjectValue withDefaults(ObjectValue service) {
        return always(service, "spec", Services::spec);
    }

    private static ObjectValue spec(ObjectValue spec) {
        spec = text(spec, "type", "ClusterIP");
        spec = text(spec, "sessionAffinity", "None");
        spec = affinity(spec);
        spec = each(spec, "ports", Services::port);
        if (hasNodePorts(spec)) {
            spec = text(spec, "externalTrafficPolicy", "Cluster");
        }
        if (!isExternalName(spec)) {
            spec = text(spec, "internalTrafficPolicy", "Cluster");
        }
        if (spec.string("type").equals("LoadBalancer")) {
            spec = absent(spec, "allocateLoadBalancerNodePorts", Value.of(true));
        }
        return spec;
    }

    private static ObjectValue affinity(ObjectValue spec) {
        if (!spec.string("sessionAffinity").equals("ClientIP")) {
            return spec.without("sessionAffinityConfig");
        }
        return always(
                spec,
                "sessionAffinityConfig",
                config -> always(config, "clientIP", client -> absent(client, "timeoutSeconds", AFFINITY_SECONDS)));
    }

    private static ObjectValue port(ObjectValue port) {
        port = text(port, "protocol", "TCP");
        String target = port.valueOrNull("targetPort").toString();
        boolean given = port.has("targetPort") && !target.isEmpty() && !target.equals("0");
        return given ? port : port.with("targetPort", port.integer("port"));
    }

    /** Allocated, not defaulted. The cluster speaks IPv4; {@code clusterIP} and {@code clusterIPs} always say the same. */
    private static ObjectValue families(ObjectValue spec) {
        if (isExternalName(spec)) {
            return spec;
        }
        spec = text(spec, "ipFamilyPolicy", "SingleStack");
        if (spec.list("ipFamilies").isEmpty()) {
            spec = spec.with("ipFamilies", ListValue.ofStrings(List.of("IPv4")));
        }
        String address = spec.string("clusterIP");
        if (address.isEmpty() && !spec.list("clusterIPs").isEmpty()) {
            address = spec.list("clusterIPs").strings().getFirst();
            spec = spec.with("clusterIP", address);
        }
        return address.isEmpty() || !spec.list("clusterIPs").isEmpty()
                ? spec
                : spec.with("clusterIPs", ListValue.ofStrings(List.of(address)));
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue service) {
        return always(service, "spec", Services::families)
                .with("status", ObjectValue.of("loadBalancer", ObjectValue.EMPTY));
    }

    /** What an update leaves out of what was given before, it keeps. */
    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        return after.update("spec", spec -> {
            if (isExternalName(spec)) {
                return spec;
            }
            ObjectValue kept = spec;
            // The two names of one thing: the one that changed says what is wanted.
            boolean changed = !kept.string("clusterIP").equals(old.string("clusterIP"));
            if (changed && kept.list("clusterIPs").equals(old.list("clusterIPs"))) {
                kept = kept.without("clusterIPs");
            }
            if (kept.string("clusterIP").isEmpty() && !isExternalName(old)) {
                kept = Edits.keep(old, Edits.keep(old, kept, "clusterIP"), "clusterIPs");
            }
            if (hasNodePorts(old) && hasNodePorts(kept)) {
                kept = each(kept, "ports", port -> keptNodePort(port, old));
            }
            if (!hasNodePorts(kept) && hasNodePorts(old)) {
                kept = each(
                        kept.without("externalTrafficPolicy"),
                        "ports",
                        port -> sameNodePort(port, old) ? port.without("nodePort") : port);
            }
            return families(kept);
        });
    }

    private static ObjectValue keptNodePort(ObjectValue port, ObjectValue old) {
        if (port.integer("nodePort") != 0) {
            return port;
        }
        for (ObjectValue before : old.list("ports").objects()) {
            boolean same = before.integer("port") == port.integer("port")
                    && before.string("protocol").equals(port.string("protocol"));
            if (same && before.integer("nodePort") != 0) {
                return port.with("nodePort", before.integer("nodePort"));
            }
        }
        return port;
    }

    private static boolean sameNodePort(ObjectValue port, ObjectValue old) {
        return old.list("ports").objects().stream()
                .anyMatch(before -> before.integer("nodePort") == port.integer("nodePort"));
    }

    @Override
    public List<FieldError> validate(ObjectValue service) {
        var checks = new Checks();
        ObjectValue spec = service.object("spec");
        checks.oneOf(spec, "type", SPEC, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        checks.oneOf(spec, "sessionAffinity", SPEC, "ClientIP", "None");
        boolean headless = spec.string("clusterIP").equals(HEADLESS);
        if (spec.list("ports").isEmpty() && !headless && !isExternalName(spec)) {
            checks.add(FieldError.required(PORTS, ""));
        }
        if (isExternalName(spec)) {
            String name = spec.string("externalName");
            if (checks.required(spec, "externalName", SPEC)) {
                String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
                checks.dnsSubdomain(host, SPEC.child("externalName"));
            }
            if (!spec.string("clusterIP").isEmpty()) {
                checks.add(
                        FieldError.forbidden(SPEC.child("clusterIPs"), "may not be set when `type` is 'ExternalName'"));
            }
        }
        if (hasNodePorts(spec) && headless) {
            checks.add(FieldError.invalid(
                    SPEC.child("clusterIPs").index(0),
                    spec.string("clusterIP"),
                    "may not be set to 'None' for " + spec.string("type") + " services"));
        }
        if (!spec.string("clusterIP").isEmpty()
                && !headless
                && ServiceRange.number(spec.string("clusterIP")).isEmpty()) {
            checks.add(FieldError.invalid(
                    SPEC.child("clusterIPs").index(0),
                    spec.string("clusterIP"),
                    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
        }
        if (spec.list("ipFamilies").strings().contains("IPv6")) {
            checks.add(FieldError.invalid(SPEC.child("ipFamilies").index(0), "IPv6", "not configured on this cluster"));
        }
        if (spec.string("ipFamilyPolicy").equals("RequireDualStack")) {
            checks.add(FieldError.invalid(
                    SPEC.child("ipFamilyPolicy"),
                    "RequireDualStack",
                    "this cluster is not configured for dual-stack services"));
        }
        checks.labels(spec.object("selector"), SPEC.child("selector"));
        ports(spec, checks);
        return checks.errors();
    }

    private static void ports(ObjectValue spec, Checks checks) {
        List<ObjectValue> ports = spec.list("ports").objects();
        var names = new HashSet<String>();
        var seen = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectValue port = ports.get(i);
            FieldPath here = PORTS.index(i);
            String name = port.string("name");
            if (name.isEmpty() && ports.size() > 1) {
                checks.add(FieldError.required(here.child("name"), ""));
            }
            if (!name.isEmpty()) {
                checks.dnsLabel(name, here.child("name"));
                if (!names.add(name)) {
                    checks.add(FieldError.duplicate(here.child("name"), name));
                }
            }
            checks.port(port.integer("port"), here.child("port"));
            checks.oneOf(port, "protocol", here, "SCTP", "TCP", "UDP");
            checks.portOrName(port.valueOrNull("targetPort"), here.child("targetPort"));
            if (!seen.add(port.string("protocol") + port.integer("port"))) {
                checks.add(FieldError.duplicate(
                        here,
                        ObjectValue.of(
                                Map.of("port", port.valueOrNull("port"), "protocol", port.valueOrNull("protocol")))));
            }
            if (port.integer("nodePort") != 0) {
                if (!hasNodePorts(spec)) {
                    checks.add(FieldError.forbidden(
                            here.child("nodePort"), "may not be used when `type` is '" + spec.string("type") + "'"));
                }
                Names.portNumber(port.integer("nodePort"))
                        .forEach(problem -> checks.add(
                                FieldError.invalid(here.child("nodePort"), port.integer("nodePort"), problem)));
            }
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        boolean mayChange = isExternalName(old)
                || isExternalName(spec)
                || old.string("clusterIP").isEmpty();
        if (mayChange || old.string("clusterIP").equals(spec.string("clusterIP"))) {
            return List.of();
        }
        return List.of(FieldError.invalid(
                SPEC.child("clusterIPs").index(0), spec.list("clusterIPs"), "may not change once set"));
    }
}
