package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.each;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.network.ServiceChecks;
import dev.jarbor.server.kinds.network.ServiceWarnings;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The rules of Services; their addresses and ports are given by {@link ServiceAllocation}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/">Service</a>
 */
final class Services implements Strategy {
    static final String HEADLESS = "None";
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
        if (ServiceChecks.isReachedFromOutside(spec)) {
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
            ObjectValue kept = withoutLeftOvers(old, spec);
            if (isExternalName(kept)) {
                return kept;
            }
            // The two names of one thing: the one that changed says what is wanted.
            boolean changed = !kept.string("clusterIP").equals(old.string("clusterIP"));
            if (changed && kept.list("clusterIPs").equals(old.list("clusterIPs"))) {
                kept = kept.without("clusterIPs");
            }
            if (ServiceChecks.needsHealthCheck(kept) && kept.integer("healthCheckNodePort") == 0) {
                kept = Edits.keep(old, kept, "healthCheckNodePort");
            }
            if (kept.string("clusterIP").isEmpty() && !isExternalName(old)) {
                kept = Edits.keep(old, Edits.keep(old, kept, "clusterIP"), "clusterIPs");
            }
            if (hasNodePorts(old) && hasNodePorts(kept)) {
                kept = each(kept, "ports", port -> keptNodePort(port, old));
            }
            if (!hasNodePorts(kept) && hasNodePorts(old)) {
                kept = each(kept, "ports", port -> sameNodePort(port, old) ? port.without("nodePort") : port);
            }
            return families(kept);
        });
    }

    /** What only the former type of the Service had goes with it, unless the client has just asked for it. */
    private static ObjectValue withoutLeftOvers(ObjectValue old, ObjectValue spec) {
        ObjectValue rest = spec;
        if (isExternalName(spec) && !isExternalName(old)) {
            rest = withoutSame(old, rest, "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy");
        }
        boolean was = old.string("type").equals("LoadBalancer");
        if (was && !spec.string("type").equals("LoadBalancer")) {
            rest = withoutSame(old, rest, "allocateLoadBalancerNodePorts", "loadBalancerClass");
        }
        if (ServiceChecks.isReachedFromOutside(old) && !ServiceChecks.isReachedFromOutside(spec)) {
            rest = withoutSame(old, rest, "externalTrafficPolicy");
        }
        if (ServiceChecks.needsHealthCheck(old) && !ServiceChecks.needsHealthCheck(rest)) {
            rest = withoutSame(old, rest, "healthCheckNodePort");
        }
        return rest;
    }

    private static ObjectValue withoutSame(ObjectValue old, ObjectValue spec, String... fields) {
        ObjectValue rest = spec;
        for (String field : fields) {
            if (old.has(field) && old.valueOrNull(field).equals(spec.valueOrNull(field))) {
                rest = rest.without(field);
            }
        }
        return rest;
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
        return ServiceChecks.of(service);
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var errors = new ArrayList<>(ServiceChecks.ofChange(before, after));
        errors.addAll(ServiceChecks.of(after));
        return errors;
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return ServiceChecks.ofStatus(before, after);
    }

    @Override
    public List<String> warnings(ObjectValue service) {
        return ServiceWarnings.of(service);
    }
}
