package dev.jarbor.server.kinds;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a container of a pod must look like. */
final class ContainerChecks {
    private static final List<String> HANDLERS = List.of("exec", "grpc", "httpGet", "sleep", "tcpSocket");

    private final ObjectValue container;
    private final FieldPath path;
    private final boolean init;
    private final Checks checks;

    ContainerChecks(ObjectValue container, FieldPath path, boolean init, Checks checks) {
        this.container = container;
        this.path = path;
        this.init = init;
        this.checks = checks;
    }

    /** @param volumes the names of the pod's volumes */
    void check(Set<String> volumes) {
        String image = container.string("image");
        if (checks.required(container, "image", path) && !image.strip().equals(image)) {
            checks.add(FieldError.invalid(path.child("image"), image, "must not have leading or trailing whitespace"));
        }
        checks.oneOf(container, "imagePullPolicy", path, "Always", "IfNotPresent", "Never");
        checks.oneOf(container, "terminationMessagePolicy", path, "FallbackToLogsOnError", "File");
        ports();
        variables();
        mounts(volumes);
        resources(container.object("resources"), path.child("resources"), checks);
        probes();
        lifecycle();
    }

    private void ports() {
        var names = new HashSet<String>();
        List<ObjectValue> ports = container.list("ports").objects();
        for (int i = 0; i < ports.size(); i++) {
            ObjectValue port = ports.get(i);
            FieldPath here = path.child("ports").index(i);
            String name = port.string("name");
            if (!name.isEmpty()) {
                Names.portName(name)
                        .forEach(problem -> checks.add(FieldError.invalid(here.child("name"), name, problem)));
                if (!names.add(name)) {
                    checks.add(FieldError.duplicate(here.child("name"), name));
                }
            }
            if (port.integer("containerPort") == 0) {
                checks.add(FieldError.required(here.child("containerPort"), ""));
            } else {
                checks.port(port.integer("containerPort"), here.child("containerPort"));
            }
            if (port.integer("hostPort") != 0) {
                checks.port(port.integer("hostPort"), here.child("hostPort"));
            }
            checks.oneOf(port, "protocol", here, "SCTP", "TCP", "UDP");
        }
    }

    /** No two containers of a pod may want the same port of the node. */
    static void hostPorts(List<ObjectValue> containers, FieldPath path, Checks checks) {
        var taken = new HashSet<String>();
        for (int i = 0; i < containers.size(); i++) {
            List<ObjectValue> ports = containers.get(i).list("ports").objects();
            for (int j = 0; j < ports.size(); j++) {
                ObjectValue port = ports.get(j);
                String wanted = port.string("protocol") + "/" + port.string("hostIP") + "/" + port.integer("hostPort");
                if (port.integer("hostPort") != 0 && !taken.add(wanted)) {
                    checks.add(FieldError.duplicate(
                            path.index(i).child("ports").index(j).child("hostPort"), wanted));
                }
            }
        }
    }

    private void variables() {
        List<ObjectValue> variables = container.list("env").objects();
        for (int i = 0; i < variables.size(); i++) {
            ObjectValue variable = variables.get(i);
            FieldPath here = path.child("env").index(i);
            String name = variable.string("name");
            if (checks.required(variable, "name", here)) {
                Names.relaxedEnvVarName(name)
                        .forEach(problem -> checks.add(FieldError.invalid(here.child("name"), name, problem)));
            }
            ObjectValue source = variable.object("valueFrom");
            if (variable.has("valueFrom")) {
                FieldPath from = here.child("valueFrom");
                if (source.isEmpty()) {
                    checks.add(
                            FieldError.invalid(
                                    from,
                                    "",
                                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"));
                }
                if (source.size() > 1) {
                    checks.add(FieldError.invalid(from, "", "may not have more than one field specified at a time"));
                }
                if (!variable.string("value").isEmpty()) {
                    checks.add(FieldError.invalid(from, "", "may not be specified when `value` is not empty"));
                }
                for (String reference : List.of("configMapKeyRef", "secretKeyRef")) {
                    if (source.has(reference)) {
                        checks.required(source.object(reference), "key", from.child(reference));
                    }
                }
                if (source.has("fieldRef")) {
                    checks.required(source.object("fieldRef"), "fieldPath", from.child("fieldRef"));
                }
            }
        }
    }

    private void mounts(Set<String> volumes) {
        var paths = new HashSet<String>();
        List<ObjectValue> mounts = container.list("volumeMounts").objects();
        for (int i = 0; i < mounts.size(); i++) {
            ObjectValue mount = mounts.get(i);
            FieldPath here = path.child("volumeMounts").index(i);
            String name = mount.string("name");
            if (checks.required(mount, "name", here) && !volumes.contains(name)) {
                checks.add(FieldError.notFound(here.child("name"), mount.valueOrNull("name")));
            }
            String where = mount.string("mountPath");
            if (checks.required(mount, "mountPath", here) && !paths.add(where)) {
                checks.add(FieldError.invalid(here.child("mountPath"), where, "must be unique"));
            }
            if (mount.string("subPath").startsWith("/")) {
                checks.add(
                        FieldError.invalid(here.child("subPath"), mount.string("subPath"), "must be a relative path"));
            }
        }
    }

    /** Amounts are not negative, and a request does not exceed its limit. */
    static void resources(ObjectValue resources, FieldPath path, Checks checks) {
        ObjectValue limits = resources.object("limits");
        ObjectValue requests = resources.object("requests");
        for (String list : List.of("limits", "requests")) {
            ObjectValue amounts = resources.object(list);
            for (int i = 0; i < amounts.size(); i++) {
                if (Quantity.read(amounts.value(i)).signum() < 0) {
                    checks.add(FieldError.invalid(
                            path.child(list).key(amounts.name(i)),
                            amounts.value(i),
                            "must be greater than or equal to 0"));
                }
            }
        }
        for (int i = 0; i < requests.size(); i++) {
            String name = requests.name(i);
            Quantity request = Quantity.read(requests.value(i));
            if (limits.has(name) && request.compareTo(Quantity.read(limits.valueOrNull(name))) > 0) {
                checks.add(FieldError.invalid(
                        path.child("requests"),
                        requests.value(i),
                        "must be less than or equal to " + name + " limit of " + limits.string(name)));
            }
        }
    }

    private void probes() {
        for (String name : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (!container.has(name)) {
                continue;
            }
            FieldPath here = path.child(name);
            if (init && !container.string("restartPolicy").equals("Always")) {
                checks.add(
                        FieldError.forbidden(here, "may not be set for init containers without restartPolicy=Always"));
                continue;
            }
            ObjectValue probe = container.object(name);
            handler(probe, here);
            for (String field : List.of(
                    "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")) {
                checks.notNegative(probe, field, here);
            }
            if (!name.equals("readinessProbe") && probe.integer("successThreshold") != 1) {
                checks.add(FieldError.invalid(
                        here.child("successThreshold"), probe.integer("successThreshold"), "must be 1"));
            }
        }
    }

    private void lifecycle() {
        if (!container.has("lifecycle")) {
            return;
        }
        FieldPath here = path.child("lifecycle");
        if (init && !container.string("restartPolicy").equals("Always")) {
            checks.add(FieldError.forbidden(here, "may not be set for init containers without restartPolicy=Always"));
            return;
        }
        for (String hook : List.of("postStart", "preStop")) {
            if (container.object("lifecycle").has(hook)) {
                handler(container.object("lifecycle").object(hook), here.child(hook));
            }
        }
    }

    private void handler(ObjectValue handler, FieldPath here) {
        Stream<String> given = HANDLERS.stream().filter(handler::has);
        List<String> kinds = given.toList();
        if (kinds.isEmpty()) {
            checks.add(FieldError.required(here, "must specify a handler type"));
        }
        for (String extra : kinds.stream().skip(1).toList()) {
            checks.add(FieldError.forbidden(here.child(extra), "may not specify more than 1 handler type"));
        }
        if (handler.has("exec") && handler.object("exec").list("command").isEmpty()) {
            checks.add(FieldError.required(here.child("exec", "command"), ""));
        }
        for (String kind : List.of("httpGet", "tcpSocket")) {
            if (handler.has(kind)) {
                checks.portOrName(handler.object(kind).valueOrNull("port"), here.child(kind, "port"));
            }
        }
    }
}
