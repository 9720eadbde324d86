package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What every container must look like.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container">Container</a>
 */
final class ContainerChecks {
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    private ContainerChecks() {}

    static void check(ObjectValue container, PodSpecs.Context context, FieldPath at, Checks checks) {
        String name = container.string("name");
        if (name.isEmpty()) {
            checks.required(at.child("name"));
        } else {
            checks.dnsLabel(name, at.child("name"));
        }
        if (container.string("image").isEmpty()) {
            checks.required(at.child("image"));
        }
        checks.oneOf(container, "terminationMessagePolicy", at, "File", "FallbackToLogsOnError");
        ports(container.list("ports").objects(), at.child("ports"), checks);
        Environment.check(container, at, checks);
        Mounts.check(container, context.volumes(), at, checks);
        checks.oneOf(container, "imagePullPolicy", at, "Always", "IfNotPresent", "Never");
        Requirements.ofContainer(
                container.object("resources"), context.claims(), context.leniency(), at.child("resources"), checks);
        Restarts.onResize(container, context.neverRestarts(), at.child("resizePolicy"), checks);
        ContainerSecurity.check(container, context.hostUsers(), at.child("securityContext"), checks);
    }

    /** Pods, unlike templates, have always had to name their images cleanly. */
    static void trimmedImage(ObjectValue container, FieldPath at, Checks checks) {
        String image = container.string("image");
        if (!image.strip().equals(image)) {
            checks.invalid(at.child("image"), image, "must not have leading or trailing whitespace");
        }
    }

    private static void ports(List<ObjectValue> ports, FieldPath at, Checks checks) {
        var names = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectValue port = ports.get(i);
            FieldPath here = at.index(i);
            name(port.string("name"), names, here.child("name"), checks);
            if (port.integer("containerPort") == 0) {
                checks.required(here.child("containerPort"));
            } else {
                checks.port(port.integer("containerPort"), here.child("containerPort"));
            }
            if (port.integer("hostPort") != 0) {
                checks.port(port.integer("hostPort"), here.child("hostPort"));
            }
            String protocol = port.string("protocol");
            if (protocol.isEmpty()) {
                checks.required(here.child("protocol"));
            } else if (!PROTOCOLS.contains(protocol)) {
                checks.notSupported(here.child("protocol"), protocol, PROTOCOLS);
            }
        }
    }

    private static void name(String name, Set<String> names, FieldPath at, Checks checks) {
        if (name.isEmpty()) {
            return;
        }
        List<String> problems = Names.portName(name);
        checks.problems(at, name, problems);
        if (problems.isEmpty() && !names.add(name)) {
            checks.duplicate(at, name);
        }
    }
}
