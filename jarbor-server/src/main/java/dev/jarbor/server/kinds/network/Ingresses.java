package dev.jarbor.server.kinds.network;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.IpAddress;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * The rules of Ingresses.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/ingress/">Ingress</a>
 */
public final class Ingresses implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
    private static final List<String> PATH_TYPES = List.of("Exact", "ImplementationSpecific", "Prefix");
    private static final List<String> REFUSED_WITHIN = List.of("//", "/./", "/../", "%2f", "%2F");
    private static final List<String> REFUSED_AT_END = List.of("/..", "/.");

    /** What objects that exist already may go on having. */
    private record Leniency(boolean secretNames, boolean wildcardRules) {
        static final Leniency NONE = new Leniency(false, false);

        static Leniency of(ObjectValue before) {
            boolean secrets = before.object("spec").list("tls").objects().stream()
                    .anyMatch(
                            tls -> !secretNameProblems(tls.string("secretName")).isEmpty());
            boolean rules = before.object("spec").list("rules").objects().stream()
                    .anyMatch(rule -> {
                        var checks = new Checks();
                        paths(rule, FieldPath.NONE, checks);
                        return rule.string("host").contains("*") && !checks.isEmpty();
                    });
            return new Leniency(secrets, rules);
        }
    }

    @Override
    public ObjectValue beforeCreate(ObjectValue object) {
        return object.with("status", ObjectValue.of("loadBalancer", ObjectValue.EMPTY));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        Checks checks = check(object, Leniency.NONE);
        ObjectValue annotations = object.object("metadata").object("annotations");
        ObjectValue spec = object.object("spec");
        String annotated = annotations.string(CLASS_ANNOTATION);
        if (annotations.has(CLASS_ANNOTATION)
                && spec.has("ingressClassName")
                && !annotated.equals(spec.string("ingressClassName"))) {
            checks.invalid(
                    FieldPath.of("annotations").child(CLASS_ANNOTATION),
                    annotated,
                    "must match `ingressClassName` when both are specified");
        }
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        return check(after, Leniency.of(before)).errors();
    }

    private static Checks check(ObjectValue object, Leniency leniency) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        List<ObjectValue> rules = spec.list("rules").objects();
        if (rules.isEmpty() && !spec.has("defaultBackend")) {
            checks.invalid(SPEC, spec.list("rules"), "either `defaultBackend` or `rules` must be specified");
        }
        if (spec.has("defaultBackend")) {
            Backends.check(spec.object("defaultBackend"), SPEC.child("defaultBackend"), checks);
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), leniency, SPEC.child("rules").index(i), checks);
        }
        List<ObjectValue> tls = spec.list("tls").objects();
        for (int i = 0; i < tls.size(); i++) {
            tls(tls.get(i), leniency, SPEC.child("tls").index(i), checks);
        }
        if (spec.has("ingressClassName")) {
            checks.dnsSubdomain(spec.string("ingressClassName"), SPEC.child("ingressClassName"));
        }
        return checks;
    }

    private static void rule(ObjectValue rule, Leniency leniency, FieldPath at, Checks checks) {
        String host = rule.string("host");
        if (IpAddress.parse(host).isPresent()) {
            checks.invalid(at.child("host"), host, "must be a DNS name, not an IP address");
        }
        if (!host.isEmpty()) {
            checks.problems(at.child("host"), host, hostProblems(host));
        }
        if (!host.contains("*") || !leniency.wildcardRules()) {
            paths(rule, at, checks);
        }
    }

    private static List<String> hostProblems(String host) {
        return host.contains("*") ? Names.wildcardSubdomain(host) : Names.dnsSubdomain(host);
    }

    private static void paths(ObjectValue rule, FieldPath at, Checks checks) {
        if (!rule.has("http")) {
            return;
        }
        FieldPath here = at.child("http", "paths");
        List<ObjectValue> paths = rule.object("http").list("paths").objects();
        if (paths.isEmpty()) {
            checks.required(here);
        }
        for (int i = 0; i < paths.size(); i++) {
            path(paths.get(i), here.index(i), checks);
        }
    }

    private static void path(ObjectValue path, FieldPath at, Checks checks) {
        if (!path.has("pathType")) {
            checks.required(at.child("pathType"), "pathType must be specified");
            return;
        }
        String text = path.string("path");
        switch (path.string("pathType")) {
            case "Exact", "Prefix" -> {
                absolute(text, at, checks);
                REFUSED_WITHIN.stream()
                        .filter(text::contains)
                        .forEach(part -> checks.invalid(at.child("path"), text, "must not contain '" + part + "'"));
                REFUSED_AT_END.stream()
                        .filter(text::endsWith)
                        .forEach(part -> checks.invalid(at.child("path"), text, "cannot end with '" + part + "'"));
            }
            case "ImplementationSpecific" -> {
                if (!text.isEmpty()) {
                    absolute(text, at, checks);
                }
            }
            default -> checks.notSupported(at.child("pathType"), path.string("pathType"), PATH_TYPES);
        }
        Backends.check(path.object("backend"), at.child("backend"), checks);
    }

    private static void absolute(String path, FieldPath at, Checks checks) {
        if (!path.startsWith("/")) {
            checks.invalid(at.child("path"), path, "must be an absolute path");
        }
    }

    private static void tls(ObjectValue tls, Leniency leniency, FieldPath at, Checks checks) {
        List<String> hosts = tls.list("hosts").strings();
        for (int i = 0; i < hosts.size(); i++) {
            checks.problems(at.child("hosts").index(i), hosts.get(i), hostProblems(hosts.get(i)));
        }
        if (!leniency.secretNames()) {
            String name = tls.string("secretName");
            checks.problems(at.child("secretName"), name, secretNameProblems(name));
        }
    }

    private static List<String> secretNameProblems(String name) {
        return name.isEmpty() ? List.of() : Names.dnsSubdomain(name);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return LoadBalancers.check(before, after);
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        return object.object("metadata").object("annotations").has(CLASS_ANNOTATION)
                ? List.of("annotation \"" + CLASS_ANNOTATION
                        + "\" is deprecated, please use 'spec.ingressClassName' instead")
                : List.of();
    }

    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return List.of();
    }
}
