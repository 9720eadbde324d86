package dev.jarbor.server.kinds.network;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.IpAddress;
import java.util.List;

/** The addresses in the status of Services and Ingresses, at which traffic from outside arrives. */
final class LoadBalancers {
    private static final FieldPath INGRESS = FieldPath.of("status", "loadBalancer", "ingress");

    private LoadBalancers() {}

    /** What is wrong with the status; addresses that it had before are not looked at again. */
    static List<FieldError> check(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        List<String> known = ingress(before).stream()
                .map(point -> point.string("ip"))
                .filter(ip -> !ip.isEmpty())
                .toList();
        List<ObjectValue> points = ingress(after);
        for (int i = 0; i < points.size(); i++) {
            point(points.get(i), known, INGRESS.index(i), checks);
        }
        return checks.errors();
    }

    private static void point(ObjectValue point, List<String> known, FieldPath at, Checks checks) {
        String ip = point.string("ip");
        if (!ip.isEmpty() && !known.contains(ip)) {
            IpAddress.check(ip, at.child("ip"), checks);
        }
        String host = point.string("hostname");
        if (!host.isEmpty()) {
            checks.problems(at.child("hostname"), host, Names.dnsSubdomain(host));
            if (IpAddress.parse(host).isPresent()) {
                checks.invalid(at.child("hostname"), host, "must be a DNS name, not an IP address");
            }
        }
    }

    private static List<ObjectValue> ingress(ObjectValue object) {
        return object.object("status").object("loadBalancer").list("ingress").objects();
    }
}
