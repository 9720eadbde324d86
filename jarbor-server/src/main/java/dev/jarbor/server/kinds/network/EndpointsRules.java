package dev.jarbor.server.kinds.network;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.IpAddress;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of Endpoints.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/service/#endpoints">Endpoints</a>
 */
public final class EndpointsRules implements Strategy {
    private static final FieldPath SUBSETS = FieldPath.of("subsets");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.each(
                object, "subsets", subset -> Edits.each(subset, "ports", port -> Edits.text(port, "protocol", "TCP")));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        List<ObjectValue> subsets = object.list("subsets").objects();
        for (int i = 0; i < subsets.size(); i++) {
            subset(subsets.get(i), SUBSETS.index(i), checks);
        }
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        // Subsets that stay as they are stay valid.
        return before.list("subsets").equals(after.list("subsets")) ? List.of() : validate(after);
    }

    private static void subset(ObjectValue subset, FieldPath at, Checks checks) {
        List<ObjectValue> ready = subset.list("addresses").objects();
        List<ObjectValue> notReady = subset.list("notReadyAddresses").objects();
        if (ready.isEmpty() && notReady.isEmpty()) {
            checks.required(at, "must specify `addresses` or `notReadyAddresses`");
        }
        for (int i = 0; i < ready.size(); i++) {
            address(ready.get(i), at.child("addresses").index(i), checks);
        }
        for (int i = 0; i < notReady.size(); i++) {
            address(notReady.get(i), at.child("notReadyAddresses").index(i), checks);
        }
        List<ObjectValue> ports = subset.list("ports").objects();
        for (int i = 0; i < ports.size(); i++) {
            port(ports.get(i), ports.size() > 1, at.child("ports").index(i), checks);
        }
    }

    private static void address(ObjectValue address, FieldPath at, Checks checks) {
        String ip = address.string("ip");
        IpAddress.check(ip, at.child("ip"), checks);
        if (!address.string("hostname").isEmpty()) {
            checks.dnsLabel(address.string("hostname"), at.child("hostname"));
        }
        if (address.has("nodeName")) {
            checks.dnsSubdomain(address.string("nodeName"), at.child("nodeName"));
        }
        if (IpAddress.parse(ip).isPresent()) {
            SpecialAddresses.check(ip, at.child("ip"), checks);
        }
    }

    private static void port(ObjectValue port, boolean named, FieldPath at, Checks checks) {
        String name = port.string("name");
        if (named && name.isEmpty()) {
            checks.required(at.child("name"));
        } else if (!name.isEmpty()) {
            checks.dnsLabel(name, at.child("name"));
        }
        checks.port(port.integer("port"), at.child("port"));
        checks.oneOf(port, "protocol", at, PROTOCOLS.toArray(new String[0]));
        if (port.has("appProtocol")) {
            checks.qualifiedName(port.string("appProtocol"), at.child("appProtocol"));
        }
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<String>();
        List<ObjectValue> subsets = object.list("subsets").objects();
        for (int i = 0; i < subsets.size(); i++) {
            for (String field : List.of("addresses", "notReadyAddresses")) {
                List<ObjectValue> addresses = subsets.get(i).list(field).objects();
                for (int j = 0; j < addresses.size(); j++) {
                    FieldPath at = SUBSETS.index(i).child(field).index(j).child("ip");
                    IpAddress.warning(addresses.get(j).string("ip"), at).ifPresent(warnings::add);
                }
            }
        }
        return warnings;
    }
}
