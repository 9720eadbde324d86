package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;

/**
 * Probes of a container and hooks into its life.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes">Container probes</a>
 */
final class Probes {
    private static final List<String> PROBE_HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final List<String> HOOK_HANDLERS = List.of("exec", "httpGet", "tcpSocket", "sleep");
    private static final List<String> NUMBERS =
            List.of("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold");

    private Probes() {}

    static void check(ObjectValue container, ObjectValue spec, FieldPath at, Checks checks) {
        if (container.has("lifecycle")) {
            ObjectValue lifecycle = container.object("lifecycle");
            for (String hook : List.of("postStart", "preStop")) {
                if (lifecycle.has(hook)) {
                    FieldPath here = at.child("lifecycle").child(hook);
                    handler(lifecycle.object(hook), HOOK_HANDLERS, spec, here, checks);
                }
            }
        }
        probe(container, "livenessProbe", spec, at, checks);
        probe(container, "readinessProbe", spec, at, checks);
        probe(container, "startupProbe", spec, at, checks);
    }

    private static void probe(ObjectValue container, String name, ObjectValue spec, FieldPath at, Checks checks) {
        if (!container.has(name)) {
            return;
        }
        ObjectValue probe = container.object(name);
        FieldPath here = at.child(name);
        handler(probe, PROBE_HANDLERS, spec, here, checks);
        for (String number : NUMBERS) {
            checks.notNegative(probe, number, here);
        }
        FieldPath grace = here.child("terminationGracePeriodSeconds");
        boolean graced = probe.has("terminationGracePeriodSeconds");
        long seconds = probe.integer("terminationGracePeriodSeconds");
        if (graced && seconds <= 0) {
            checks.invalid(grace, seconds, "must be greater than 0");
        }
        if (name.equals("readinessProbe")) {
            if (graced) {
                checks.invalid(grace, seconds, "must not be set for readinessProbes");
            }
        } else if (probe.integer("successThreshold") != 1) {
            checks.invalid(here.child("successThreshold"), probe.integer("successThreshold"), "must be 1");
        }
    }

    /** Exactly one of {@code kinds}; the first one given is the one that is looked at. */
    private static void handler(
            ObjectValue handler, List<String> kinds, ObjectValue spec, FieldPath at, Checks checks) {
        boolean found = false;
        for (String kind : kinds) {
            if (!handler.has(kind)) {
                continue;
            }
            if (found) {
                checks.forbidden(at.child(kind), "may not specify more than 1 handler type");
                continue;
            }
            found = true;
            action(kind, handler.object(kind), spec, at.child(kind), checks);
        }
        if (!found) {
            checks.required(at, "must specify a handler type");
        }
    }

    private static void action(String kind, ObjectValue action, ObjectValue spec, FieldPath at, Checks checks) {
        switch (kind) {
            case "exec" -> {
                if (action.list("command").isEmpty()) {
                    checks.required(at.child("command"));
                }
            }
            case "httpGet" -> httpGet(action, at, checks);
            case "tcpSocket" -> checks.portOrName(action.valueOrNull("port"), at.child("port"));
            case "grpc" -> checks.port(action.integer("port"), at.child("port"));
            case "sleep" -> sleep(action.integer("seconds"), spec, at, checks);
            default -> throw new IllegalArgumentException("no handler is called " + kind);
        }
    }

    private static void httpGet(ObjectValue get, FieldPath at, Checks checks) {
        if (get.string("path").isEmpty()) {
            checks.required(at.child("path"));
        }
        checks.portOrName(get.valueOrNull("port"), at.child("port"));
        String scheme = get.string("scheme");
        if (!scheme.equals("HTTP") && !scheme.equals("HTTPS")) {
            checks.notSupported(at.child("scheme"), scheme, List.of("HTTP", "HTTPS"));
        }
        for (ObjectValue header : get.list("httpHeaders").objects()) {
            String name = header.string("name");
            checks.problems(at.child("httpHeaders"), name, Names.httpHeaderName(name));
        }
    }

    /** Nobody sleeps longer than the pod has to stop; where that is not known, it has been complained of already. */
    private static void sleep(long seconds, ObjectValue spec, FieldPath at, Checks checks) {
        long grace = spec.integer("terminationGracePeriodSeconds");
        if (spec.has("terminationGracePeriodSeconds") && (seconds < 0 || seconds > grace)) {
            checks.invalid(
                    at, seconds, "must be non-negative and less than terminationGracePeriodSeconds (" + grace + ")");
        }
    }
}
