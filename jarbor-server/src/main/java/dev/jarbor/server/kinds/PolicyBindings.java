package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import dev.jarbor.server.registry.Strategy;
import java.util.HashSet;
import java.util.List;

/**
 * Bindings of validating and mutating admission policies.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/validating-admission-policy-binding-v1/">ValidatingAdmissionPolicyBinding</a>
 */
final class PolicyBindings {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");

    private PolicyBindings() {}

    static Strategy validating() {
        return Simple.defaulting(PolicyBindings::withDefaults).checking((binding, checks) -> {
            common(binding.object("spec"), checks);
            actions(binding.object("spec").list("validationActions"), SPEC.child("validationActions"), checks);
        });
    }

    static Strategy mutating() {
        return Simple.defaulting(PolicyBindings::withDefaults)
                .checking((binding, checks) -> common(binding.object("spec"), checks));
    }

    private static ObjectValue withDefaults(ObjectValue binding) {
        return Edits.inside(
                binding,
                "spec",
                spec -> Edits.inside(
                        Edits.inside(
                                spec,
                                "paramRef",
                                reference -> Edits.text(reference, "parameterNotFoundAction", "Deny")),
                        "matchResources",
                        PolicyMatching::withDefaults));
    }

    private static void common(ObjectValue spec, Checks checks) {
        if (checks.required(spec, "policyName", SPEC)) {
            checks.dnsSubdomain(spec.string("policyName"), SPEC.child("policyName"));
        }
        if (spec.has("paramRef")) {
            paramRef(spec.object("paramRef"), SPEC.child("paramRef"), checks);
        }
        if (spec.has("matchResources")) {
            PolicyMatching.check(spec.object("matchResources"), SPEC.child("matchResources"), checks);
        }
    }

    private static void paramRef(ObjectValue reference, FieldPath path, Checks checks) {
        String name = reference.string("name");
        boolean both = !name.isEmpty() && reference.has("selector");
        String words = "name and selector are mutually exclusive";
        if (!name.isEmpty()) {
            Names.pathSegment(name)
                    .forEach(problem -> checks.add(FieldError.invalid(path.child("name"), name, problem)));
        }
        if (both) {
            checks.add(FieldError.forbidden(path.child("name"), words));
        }
        if (reference.has("selector")) {
            LabelSelectors.check(reference.object("selector"), path.child("selector"), checks);
        }
        if (both) {
            checks.add(FieldError.forbidden(path.child("selector"), words));
        }
        if (name.isEmpty() && !reference.has("selector")) {
            checks.add(FieldError.required(path, "one of name or selector must be specified"));
        }
        checks.oneOf(reference, "parameterNotFoundAction", path, "Deny", "Allow");
    }

    private static void actions(ListValue actions, FieldPath path, Checks checks) {
        List<String> names = actions.strings();
        var seen = new HashSet<String>();
        for (int i = 0; i < names.size(); i++) {
            String action = names.get(i);
            if (!ACTIONS.contains(action)) {
                checks.add(FieldError.notSupported(path.index(i), action, ACTIONS));
            }
            if (!seen.add(action)) {
                checks.add(FieldError.duplicate(path.index(i), action));
            }
        }
        if (seen.contains("Deny") && seen.contains("Warn")) {
            checks.add(FieldError.invalid(
                    path,
                    actions,
                    "must not contain both Deny and Warn (repeating the same validation failure information in the API"
                            + " response and headers serves no purpose)"));
        }
        if (seen.isEmpty()) {
            checks.add(FieldError.required(path, "at least one validation action is required"));
        }
    }
}
