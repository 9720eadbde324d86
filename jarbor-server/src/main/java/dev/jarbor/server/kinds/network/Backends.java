package dev.jarbor.server.kinds.network;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;

/** Where an Ingress sends what it takes in, and references to objects by group, kind and name. */
final class Backends {
    private Backends() {}

    static void check(ObjectValue backend, FieldPath at, Checks checks) {
        boolean resource = backend.has("resource");
        boolean service = backend.has("service");
        if (resource && service) {
            checks.invalid(at, "", "cannot set both resource and service backends");
        } else if (resource) {
            reference(backend.object("resource"), at.child("resource"), checks);
        } else if (service) {
            service(backend.object("service"), at, checks);
        } else {
            checks.invalid(at, "", "resource or service backend is required");
        }
    }

    private static void service(ObjectValue service, FieldPath at, Checks checks) {
        if (checks.required(service, "name", at.child("service"))) {
            String name = service.string("name");
            checks.problems(at.child("service", "name"), name, Names.dnsLabel(name));
        }
        ObjectValue port = service.object("port");
        String name = port.string("name");
        long number = port.integer("number");
        if (!name.isEmpty() && number != 0) {
            checks.invalid(at, "", "cannot set both port name & port number");
        } else if (!name.isEmpty()) {
            checks.problems(at.child("service", "port", "name"), name, Names.portName(name));
        } else if (number != 0) {
            checks.port(number, at.child("service", "port", "number"));
        } else {
            checks.required(at, "port name or number is required");
        }
    }

    /** A reference to an object by group, kind and name. */
    static void reference(ObjectValue reference, FieldPath at, Checks checks) {
        if (reference.has("apiGroup")) {
            checks.dnsSubdomain(reference.string("apiGroup"), at.child("apiGroup"));
        }
        segment(reference, "kind", at, checks);
        segment(reference, "name", at, checks);
    }

    /** A text that must be there and could be one segment of a URL path. */
    static void segment(ObjectValue object, String field, FieldPath at, Checks checks) {
        if (checks.required(object, field, at)) {
            String text = object.string(field);
            checks.problems(at.child(field), text, Names.pathSegment(text));
        }
    }
}
