package dev.jarbor.server.kinds.network;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.IpAddress;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rules of EndpointSlices.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">EndpointSlices</a>
 */
public final class EndpointSlices implements Strategy {
    private static final List<String> ADDRESS_TYPES = List.of("FQDN", "IPv4", "IPv6");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final int MOST_ENDPOINTS = 1000;
    private static final int MOST_ADDRESSES = 100;
    private static final int MOST_PORTS = 20_000;
    private static final int MOST_TOPOLOGY_LABELS = 16;
    private static final int MOST_ZONE_HINTS = 8;
    private static final int MOST_NODE_HINTS = 8;

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.each(
                object, "ports", port -> Edits.text(Edits.absent(port, "name", Value.of("")), "protocol", "TCP"));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object, true).errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        // A large list is looked at again only where it changed.
        boolean changed = !before.list("endpoints").equals(after.list("endpoints"));
        Checks checks = check(after, changed);
        checks.immutable(before, after, "addressType", FieldPath.NONE);
        return checks.errors();
    }

    private static Checks check(ObjectValue slice, boolean endpoints) {
        var checks = new Checks();
        String type = slice.string("addressType");
        if (type.isEmpty()) {
            checks.required(FieldPath.of("addressType"));
        } else if (!ADDRESS_TYPES.contains(type)) {
            checks.notSupported(FieldPath.of("addressType"), type, ADDRESS_TYPES);
        }
        if (endpoints) {
            endpoints(slice.list("endpoints").objects(), type, checks);
        }
        ports(slice.list("ports").objects(), checks);
        return checks;
    }

    private static void endpoints(List<ObjectValue> endpoints, String type, Checks checks) {
        FieldPath at = FieldPath.of("endpoints");
        if (endpoints.size() > MOST_ENDPOINTS) {
            checks.add(FieldError.tooMany(at, endpoints.size(), MOST_ENDPOINTS));
            return;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            endpoint(endpoints.get(i), type, at.index(i), checks);
        }
    }

    private static void endpoint(ObjectValue endpoint, String type, FieldPath at, Checks checks) {
        List<String> addresses = endpoint.list("addresses").strings();
        FieldPath there = at.child("addresses");
        if (addresses.isEmpty()) {
            checks.required(there, "must contain at least 1 address");
        } else if (addresses.size() > MOST_ADDRESSES) {
            checks.add(FieldError.tooMany(there, addresses.size(), MOST_ADDRESSES));
        }
        for (int i = 0; i < addresses.size(); i++) {
            address(addresses.get(i), type, there.index(i), checks);
        }
        if (endpoint.has("nodeName")) {
            checks.dnsSubdomain(endpoint.string("nodeName"), at.child("nodeName"));
        }
        ObjectValue topology = endpoint.object("deprecatedTopology");
        if (topology.size() > MOST_TOPOLOGY_LABELS) {
            checks.add(FieldError.tooMany(at.child("deprecatedTopology"), topology.size(), MOST_TOPOLOGY_LABELS));
        }
        checks.labels(topology, at.child("deprecatedTopology"));
        if (endpoint.has("hostname")) {
            checks.dnsLabel(endpoint.string("hostname"), at.child("hostname"));
        }
        hints(endpoint.object("hints"), at.child("hints"), checks);
    }

    private static void address(String address, String type, FieldPath at, Checks checks) {
        switch (type) {
            case "IPv4", "IPv6" -> {
                Optional<IpAddress> parsed = IpAddress.parse(address);
                if (parsed.isEmpty() || parsed.get().isFour() != type.equals("IPv4")) {
                    checks.invalid(at, address, "must be a valid " + type + " address");
                }
                SpecialAddresses.check(address, at, checks);
            }
            case "FQDN" -> fullyQualified(address, at, checks);
            default -> {
                // the type itself has been refused
            }
        }
    }

    private static void fullyQualified(String name, FieldPath at, Checks checks) {
        if (name.isEmpty()) {
            checks.required(at);
            return;
        }
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        Checks faults = new Checks();
        faults.dnsSubdomain(bare, at);
        if (!faults.isEmpty()) {
            checks.add(faults.errors());
        } else if (bare.indexOf('.') < 0) {
            checks.invalid(at, bare, "should be a domain with at least two segments separated by dots");
        }
    }

    private static void hints(ObjectValue hints, FieldPath at, Checks checks) {
        named(hints.list("forZones").objects(), MOST_ZONE_HINTS, Labels::value, at.child("forZones"), checks);
        named(hints.list("forNodes").objects(), MOST_NODE_HINTS, Names::dnsSubdomain, at.child("forNodes"), checks);
    }

    private static void named(
            List<ObjectValue> hints, int most, Function<String, List<String>> problems, FieldPath at, Checks checks) {
        if (hints.size() > most) {
            checks.add(FieldError.tooMany(at, hints.size(), most));
            return;
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < hints.size(); i++) {
            String name = hints.get(i).string("name");
            FieldPath there = at.index(i).child("name");
            if (!seen.add(name)) {
                checks.duplicate(there, name);
            }
            checks.problems(there, name, problems.apply(name));
        }
    }

    private static void ports(List<ObjectValue> ports, Checks checks) {
        FieldPath at = FieldPath.of("ports");
        if (ports.size() > MOST_PORTS) {
            checks.add(FieldError.tooMany(at, ports.size(), MOST_PORTS));
            return;
        }
        var names = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectValue port = ports.get(i);
            FieldPath here = at.index(i);
            String name = port.string("name");
            if (!name.isEmpty()) {
                checks.dnsLabel(name, here.child("name"));
            }
            if (!names.add(name)) {
                checks.duplicate(here.child("name"), name);
            }
            checks.oneOf(port, "protocol", here, PROTOCOLS.toArray(new String[0]));
            if (port.has("appProtocol")) {
                checks.qualifiedName(port.string("appProtocol"), here.child("appProtocol"));
            }
        }
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<String>();
        String type = object.string("addressType");
        if (type.equals("FQDN")) {
            warnings.add("spec.addressType: FQDN endpoints are deprecated");
            return warnings;
        }
        List<ObjectValue> endpoints = object.list("endpoints").objects();
        for (int i = 0; i < endpoints.size(); i++) {
            List<String> addresses = endpoints.get(i).list("addresses").strings();
            for (int j = 0; j < addresses.size(); j++) {
                FieldPath at =
                        FieldPath.of("endpoints").index(i).child("addresses").index(j);
                IpAddress.warning(addresses.get(j), at).ifPresent(warnings::add);
            }
        }
        return warnings;
    }
}
