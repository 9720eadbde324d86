package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.each;
import static dev.jarbor.server.kinds.rules.Edits.inside;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/** The rules of what leads traffic: endpoints, ingresses, network policies. */
final class Network {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private Network() {}

    static Strategy endpoints() {
        return Simple.defaulting(object ->
                each(object, "subsets", subset -> each(subset, "ports", port -> text(port, "protocol", "TCP"))));
    }

    static Strategy endpointSlices() {
        return Simple.defaulting(object -> each(
                        object, "ports", port -> text(Edits.absent(port, "name", Value.of("")), "protocol", "TCP")))
                .checking(
                        (object, checks) -> checks.oneOf(object, "addressType", FieldPath.NONE, "FQDN", "IPv4", "IPv6"))
                .keeping((before, after, checks) -> checks.immutable(before, after, "addressType", FieldPath.NONE));
    }

    static Strategy ingresses() {
        return Simple.defaulting(object -> object).checking((object, checks) -> {
            ObjectValue spec = object.object("spec");
            List<ObjectValue> rules = spec.list("rules").objects();
            if (rules.isEmpty() && !spec.has("defaultBackend")) {
                checks.add(FieldError.invalid(
                        SPEC, spec.list("rules"), "either `defaultBackend` or `rules` must be specified"));
            }
            if (spec.has("defaultBackend")) {
                backend(spec.object("defaultBackend"), SPEC.child("defaultBackend"), checks);
            }
            for (int i = 0; i < rules.size(); i++) {
                List<ObjectValue> paths =
                        rules.get(i).object("http").list("paths").objects();
                FieldPath here = SPEC.child("rules").index(i).child("http", "paths");
                if (rules.get(i).has("http") && paths.isEmpty()) {
                    checks.add(FieldError.required(here, ""));
                }
                for (int j = 0; j < paths.size(); j++) {
                    path(paths.get(j), here.index(j), checks);
                }
            }
        });
    }

    private static void path(ObjectValue path, FieldPath here, Checks checks) {
        String type = path.string("pathType");
        if (type.isEmpty()) {
            checks.add(FieldError.required(here.child("pathType"), "pathType must be specified"));
        } else {
            checks.oneOfIfSet(path, "pathType", here, "Exact", "ImplementationSpecific", "Prefix");
        }
        String text = path.string("path");
        if (!type.equals("ImplementationSpecific") && !text.startsWith("/")) {
            checks.add(FieldError.invalid(here.child("path"), text, "must be an absolute path"));
        }
        backend(path.object("backend"), here.child("backend"), checks);
    }

    private static void backend(ObjectValue backend, FieldPath here, Checks checks) {
        boolean service = backend.has("service");
        if (service == backend.has("resource")) {
            checks.add(
                    service
                            ? FieldError.invalid(here, "", "cannot set both resource and service backends")
                            : FieldError.required(here, "must specify a service or resource backend"));
            return;
        }
        if (service) {
            ObjectValue target = backend.object("service");
            checks.required(target, "name", here.child("service"));
            ObjectValue port = target.object("port");
            if (port.string("name").isEmpty() && port.integer("number") == 0) {
                checks.add(FieldError.required(here, "port name or number is required"));
            }
        }
    }

    static Strategy networkPolicies() {
        return Simple.defaulting(object -> inside(object, "spec", spec -> {
                    spec = each(spec, "ingress", rule -> each(rule, "ports", port -> text(port, "protocol", "TCP")));
                    spec = each(spec, "egress", rule -> each(rule, "ports", port -> text(port, "protocol", "TCP")));
                    if (spec.list("policyTypes").isEmpty()) {
                        var types = new ArrayList<Value>();
                        types.add(Value.of("Ingress"));
                        if (!spec.list("egress").isEmpty()) {
                            types.add(Value.of("Egress"));
                        }
                        spec = spec.with("policyTypes", ListValue.of(types));
                    }
                    return spec;
                }))
                .checking((object, checks) -> {
                    ObjectValue spec = object.object("spec");
                    checks.selector(spec, "podSelector", SPEC);
                });
    }
}
