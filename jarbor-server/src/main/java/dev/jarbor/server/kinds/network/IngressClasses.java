package dev.jarbor.server.kinds.network;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.registry.Strategy;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rules of IngressClasses.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class">Ingress class</a>
 */
public final class IngressClasses implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int LONGEST_CONTROLLER = 250;
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.inside(
                object,
                "spec",
                spec -> Edits.inside(spec, "parameters", parameters -> Edits.text(parameters, "scope", "Cluster")));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        check(object, checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        checks.immutable(before.object("spec"), after.object("spec"), "controller", SPEC);
        check(after, checks);
        return checks.errors();
    }

    private static void check(ObjectValue object, Checks checks) {
        ObjectValue spec = object.object("spec");
        if (checks.required(spec, "controller", SPEC)) {
            controller(spec.string("controller"), SPEC.child("controller"), checks);
        }
        if (spec.has("parameters")) {
            parameters(spec.object("parameters"), SPEC.child("parameters"), checks);
        }
    }

    private static void controller(String text, FieldPath at, Checks checks) {
        if (Texts.bytes(text) > LONGEST_CONTROLLER) {
            checks.add(FieldError.tooLong(at, LONGEST_CONTROLLER));
        }
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            checks.invalid(at, text, "must be a domain-prefixed path (such as \"acme.io/foo\")");
            return;
        }
        checks.dnsSubdomain(text.substring(0, slash), at);
        String path = text.substring(slash + 1);
        if (!PATH.matcher(path).matches()) {
            checks.invalid(at, path, "Invalid path (regex used for validation is '" + PATH + "')");
        }
    }

    private static void parameters(ObjectValue parameters, FieldPath at, Checks checks) {
        Backends.reference(parameters, at, checks);
        String scope = parameters.string("scope");
        switch (scope) {
            case "Namespace" -> {
                if (!parameters.has("namespace")) {
                    checks.required(at.child("namespace"), "`parameters.scope` is set to 'Namespace'");
                } else {
                    String namespace = parameters.string("namespace");
                    checks.problems(at.child("namespace"), namespace, Names.dnsLabel(namespace));
                }
            }
            case "Cluster" -> {
                if (parameters.has("namespace")) {
                    checks.forbidden(at.child("namespace"), "`parameters.scope` is set to 'Cluster'");
                }
            }
            default -> checks.notSupported(at.child("scope"), scope, List.of("Cluster", "Namespace"));
        }
    }
}
