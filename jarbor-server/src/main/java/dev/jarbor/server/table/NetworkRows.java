package dev.jarbor.server.table;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The rows of what connects pods. */
final class NetworkRows {
    private NetworkRows() {}

    static ListValue service(Row row) {
        String ports = row.spec().list("ports").objects().stream()
                .map(NetworkRows::port)
                .collect(Collectors.joining(","));
        return RowPrinter.row(
                row.name(),
                row.spec().string("type"),
                clusterIp(row.spec()),
                externalIp(row),
                Row.or(ports, Row.NONE),
                row.age(),
                Row.labels(row.spec().object("selector")));
    }

    private static String clusterIp(ObjectValue spec) {
        ListValue all = spec.list("clusterIPs");
        return Row.or(all.isEmpty() ? spec.string("clusterIP") : all.strings().getFirst(), Row.NONE);
    }

    private static String port(ObjectValue port) {
        long node = port.integer("nodePort");
        return port.integer("port") + (node > 0 ? ":" + node : "") + "/" + port.string("protocol");
    }

    private static String externalIp(Row row) {
        List<String> external = row.spec().list("externalIPs").strings();
        return switch (row.spec().string("type")) {
            case "ExternalName" -> row.spec().string("externalName");
            case "LoadBalancer" -> {
                var all = new ArrayList<>(balancers(row.status()));
                all.addAll(external);
                yield all.isEmpty() ? "<pending>" : String.join(",", all);
            }
            default -> external.isEmpty() ? Row.NONE : String.join(",", external);
        };
    }

    private static List<String> balancers(ObjectValue status) {
        var addresses = new TreeSet<String>();
        for (ObjectValue ingress : status.object("loadBalancer").list("ingress").objects()) {
            addresses.add(Row.or(ingress.string("ip"), ingress.string("hostname")));
        }
        addresses.remove("");
        return List.copyOf(addresses);
    }

    static ListValue endpoints(Row row) {
        var all = new ArrayList<String>();
        for (ObjectValue subset : row.object().list("subsets").objects()) {
            List<ObjectValue> ports = subset.list("ports").objects();
            for (ObjectValue address : subset.list("addresses").objects()) {
                if (ports.isEmpty()) {
                    all.add(address.string("ip"));
                }
                ports.forEach(port -> all.add(hostPort(address.string("ip"), port.integer("port"))));
            }
        }
        return RowPrinter.row(row.name(), Row.some(all, 3, " + %d more..."), row.age());
    }

    private static String hostPort(String host, long port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    static ListValue endpointSlice(Row row) {
        List<String> ports = row.object().list("ports").objects().stream()
                .map(port -> port.has("port") ? Long.toString(port.integer("port")) : Row.or(port.string("name"), "*"))
                .toList();
        List<String> addresses = row.object().list("endpoints").objects().stream()
                .flatMap(endpoint -> endpoint.list("addresses").strings().stream())
                .toList();
        return RowPrinter.row(
                row.name(),
                row.object().string("addressType"),
                ports.isEmpty() ? Row.UNSET : Row.some(ports, 3, " + %d more..."),
                addresses.isEmpty() ? Row.UNSET : Row.some(addresses, 3, " + %d more..."),
                row.age());
    }

    static ListValue ingress(Row row) {
        List<ObjectValue> rules = row.spec().list("rules").objects();
        List<String> hosts = rules.stream()
                .map(rule -> rule.string("host"))
                .filter(host -> !host.isEmpty())
                .toList();
        return RowPrinter.row(
                row.name(),
                Row.or(row.spec().string("ingressClassName"), Row.NONE),
                hosts.isEmpty() ? "*" : Row.some(hosts, 3, " + %d more..."),
                String.join(",", balancers(row.status())),
                row.spec().list("tls").isEmpty() ? "80" : "80, 443",
                row.age());
    }

    static ListValue ingressClass(Row row) {
        ObjectValue parameters = row.spec().object("parameters");
        String group = parameters.string("apiGroup");
        String shown = parameters.isEmpty()
                ? Row.NONE
                : parameters.string("kind") + (group.isEmpty() ? "" : "." + group) + "/" + parameters.string("name");
        return RowPrinter.row(row.name(), row.spec().string("controller"), shown, row.age());
    }

    static ListValue networkPolicy(Row row) {
        return RowPrinter.row(row.name(), Row.selector(row.spec().object("podSelector")), row.age());
    }

    static ListValue serviceCidr(Row row) {
        return RowPrinter.row(
                row.name(), String.join(",", row.spec().list("cidrs").strings()), row.age());
    }

    static ListValue ipAddress(Row row) {
        ObjectValue parent = row.spec().object("parentRef");
        String group = parent.string("group");
        String shown = parent.isEmpty()
                ? Row.NONE
                : parent.string("resource") + (group.isEmpty() ? "" : "." + group) + "/"
                        + (parent.string("namespace").isEmpty() ? "" : parent.string("namespace") + "/")
                        + parent.string("name");
        // the reference sends an age too, to which there is no column
        return RowPrinter.row(row.name(), shown, row.age());
    }
}
