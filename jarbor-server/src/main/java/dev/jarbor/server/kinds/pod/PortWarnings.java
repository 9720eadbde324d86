package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Ports of a pod's containers that are in each other's way. */
final class PortWarnings {
    private record Known(FieldPath at, ObjectValue port) {}

    private PortWarnings() {}

    static void add(ObjectValue spec, FieldPath at, List<String> warnings) {
        Map<String, List<Known>> known = new HashMap<>();
        Containers.each(spec, at, (container, here) -> {
            List<ObjectValue> ports = container.list("ports").objects();
            for (int i = 0; i < ports.size(); i++) {
                var port = new Known(here.child("ports").index(i), ports.get(i));
                unbound(port, warnings);
                List<Known> others = known.computeIfAbsent(
                        ports.get(i).integer("containerPort") + "/"
                                + ports.get(i).string("protocol"),
                        key -> new ArrayList<>(1));
                others.forEach(other -> pair(port, other, warnings));
                others.add(port);
            }
        });
        Map<String, FieldPath> names = new HashMap<>();
        Containers.each(spec, at, (container, here) -> {
            List<ObjectValue> ports = container.list("ports").objects();
            for (int i = 0; i < ports.size(); i++) {
                String name = ports.get(i).string("name");
                FieldPath path = here.child("ports").index(i);
                FieldPath other = name.isEmpty() ? null : names.putIfAbsent(name, path);
                if (other != null) {
                    warnings.add(path + ": duplicate port name \"" + name + "\" with " + other
                            + ", services and probes that select ports by name will use " + other);
                }
            }
        });
    }

    private static void unbound(Known known, List<String> warnings) {
        ObjectValue port = known.port();
        if (!port.string("hostIP").isEmpty() && port.integer("hostPort") == 0) {
            warnings.add(known.at() + ": hostIP set without hostPort: {Name:" + port.string("name") + " HostPort:0"
                    + " ContainerPort:" + port.integer("containerPort") + " Protocol:" + port.string("protocol")
                    + " HostIP:" + port.string("hostIP") + "}");
        }
    }

    /** Two ports with the same number and protocol in containers that share one network. */
    private static void pair(Known port, Known other, List<String> warnings) {
        long host = port.port().integer("hostPort");
        long otherHost = other.port().integer("hostPort");
        String ip = port.port().string("hostIP");
        String otherIp = other.port().string("hostIP");
        if (ip.equals(otherIp) && host == otherHost) {
            warnings.add(port.at() + ": duplicate port definition with " + other.at());
        } else if (host == 0 || otherHost == 0) {
            warnings.add(port.at() + ": overlapping port definition with " + other.at());
        } else if (host == otherHost && ip.isEmpty() != otherIp.isEmpty()) {
            warnings.add(port.at() + ": dangerously ambiguous port definition with " + other.at());
        }
    }
}
