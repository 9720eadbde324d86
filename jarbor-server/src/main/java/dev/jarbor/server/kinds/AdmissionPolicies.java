package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.admission.Expression;
import dev.jarbor.cel.admission.Expressions;
import dev.jarbor.cel.admission.Purpose;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Validating and mutating admission policies: their matching, conditions, variables and expressions. That an expression
 * does not compile is an error of its field.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/validating-admission-policy-v1/">ValidatingAdmissionPolicy</a>
 */
final class AdmissionPolicies {
    private static final String[] REASONS = {"Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"};
    private static final int MOST_ANNOTATIONS = 20;
    private static final int LONGEST_ANNOTATION = 5 * 1024;
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final Pattern LINE_BREAK = Pattern.compile("[\\n\\r]");
    private static final Pattern IDENTIFIER =
            Pattern.compile("(?!(?:true|false|null|in|as|break|const|continue|else|for"
                    + "|function|if|import|let|loop|package|namespace|return|var|void|while)$)[_a-zA-Z][_a-zA-Z0-9]*");

    private AdmissionPolicies() {}

    static Strategy validating() {
        return Simple.defaulting(AdmissionPolicies::withDefaults).checking((policy, checks) -> {
            ObjectValue spec = policy.object("spec");
            Expressions expressions = common(spec, checks);
            validations(policy, spec, expressions, checks);
        });
    }

    static Strategy mutating() {
        return Simple.defaulting(AdmissionPolicies::withDefaults).checking((policy, checks) -> {
            ObjectValue spec = policy.object("spec");
            Expressions expressions = common(spec, checks);
            mutations(spec, expressions, checks);
            checks.oneOf(spec, "reinvocationPolicy", SPEC, "Never", "IfNeeded");
        });
    }

    private static ObjectValue withDefaults(ObjectValue policy) {
        return Edits.inside(
                policy,
                "spec",
                spec -> Edits.inside(
                        Edits.text(spec, "failurePolicy", "Fail"), "matchConstraints", PolicyMatching::withDefaults));
    }

    /** What both sorts have. */
    private static Expressions common(ObjectValue spec, Checks checks) {
        checks.oneOf(spec, "failurePolicy", SPEC, "Fail", "Ignore");
        boolean params = spec.has("paramKind");
        if (params) {
            paramKind(spec.object("paramKind"), SPEC.child("paramKind"), checks);
        }
        FieldPath match = SPEC.child("matchConstraints");
        if (!spec.has("matchConstraints")) {
            checks.add(FieldError.required(match, ""));
        } else {
            PolicyMatching.check(spec.object("matchConstraints"), match, checks);
            if (spec.object("matchConstraints").list("resourceRules").isEmpty()) {
                checks.add(FieldError.required(match.child("resourceRules"), ""));
            }
        }
        MatchConditions.check(spec.list("matchConditions").objects(), SPEC.child("matchConditions"), params, checks);
        return variables(spec, params, checks);
    }

    private static void paramKind(ObjectValue kind, FieldPath path, Checks checks) {
        String apiVersion = kind.string("apiVersion");
        if (checks.required(kind, "apiVersion", path)) {
            FieldPath at = path.child("apiVersion");
            String[] parts = apiVersion.split("/", -1);
            String group = parts.length == 2 ? parts[0] : "";
            String version = parts[parts.length - 1];
            if (parts.length > 2) {
                checks.add(FieldError.invalid(at, apiVersion, "unexpected GroupVersion string: " + apiVersion));
            } else {
                List<String> problems = group.isEmpty() ? List.of() : Names.dnsSubdomain(group);
                if (!problems.isEmpty()) {
                    checks.add(FieldError.invalid(at, group, String.join(",", problems)));
                }
                List<String> versionProblems = Names.dns1035Label(version);
                if (version.isEmpty()) {
                    checks.add(FieldError.invalid(at, apiVersion, "version must be specified"));
                } else if (!versionProblems.isEmpty()) {
                    checks.add(FieldError.invalid(at, version, String.join(",", versionProblems)));
                }
            }
        }
        String name = kind.string("kind");
        if (checks.required(kind, "kind", path)) {
            List<String> problems = Names.dns1035Label(name.toLowerCase(Locale.ROOT));
            if (!problems.isEmpty()) {
                checks.add(FieldError.invalid(
                        path.child("kind"),
                        name,
                        "may have mixed case, but should otherwise match: " + String.join(",", problems)));
            }
        }
    }

    private static Expressions variables(ObjectValue spec, boolean params, Checks checks) {
        List<ObjectValue> definitions = spec.list("variables").objects();
        Expressions expressions = Expressions.with(params, definitions);
        for (int i = 0; i < definitions.size(); i++) {
            FieldPath at = SPEC.child("variables").index(i);
            String name = definitions.get(i).string("name");
            String text = definitions.get(i).string("expression");
            if (name.isBlank()) {
                checks.add(FieldError.required(at.child("name"), "name is not specified"));
            } else if (!IDENTIFIER.matcher(name).matches()) {
                checks.add(FieldError.invalid(at.child("name"), name, "name is not a valid CEL identifier"));
            }
            if (text.isBlank()) {
                checks.add(FieldError.required(at.child("expression"), "expression is not specified"));
            } else {
                Expression compiled = expressions.variables().get(name);
                if (compiled != null && compiled.text().equals(text)) {
                    report(compiled, at.child("expression"), checks);
                }
            }
        }
        return expressions;
    }

    static void report(Expression expression, FieldPath path, Checks checks) {
        if (!expression.isSound()) {
            checks.add(FieldError.invalid(path, expression.text(), expression.fault()));
        }
    }

    private static void validations(ObjectValue policy, ObjectValue spec, Expressions expressions, Checks checks) {
        List<ObjectValue> validations = spec.list("validations").objects();
        List<ObjectValue> annotations = spec.list("auditAnnotations").objects();
        if (validations.isEmpty() && annotations.isEmpty()) {
            String words = "validations or auditAnnotations must contain at least one item";
            checks.add(FieldError.required(SPEC.child("validations"), words));
            checks.add(FieldError.required(SPEC.child("auditAnnotations"), words));
        }
        for (int i = 0; i < validations.size(); i++) {
            validation(validations.get(i), SPEC.child("validations").index(i), expressions, checks);
        }
        FieldPath path = SPEC.child("auditAnnotations");
        if (annotations.size() > MOST_ANNOTATIONS) {
            checks.add(FieldError.invalid(
                    path,
                    spec.valueOrNull("auditAnnotations"),
                    "must not have more than " + MOST_ANNOTATIONS + " auditAnnotations"));
        }
        var keys = new HashSet<String>();
        for (int i = 0; i < annotations.size(); i++) {
            annotation(policy, annotations.get(i), path.index(i), expressions, checks);
            String key = annotations.get(i).string("key");
            if (!keys.add(key)) {
                checks.add(FieldError.duplicate(path.index(i).child("key"), key));
            }
        }
    }

    private static void validation(ObjectValue validation, FieldPath path, Expressions expressions, Checks checks) {
        String text = validation.string("expression");
        if (text.isBlank()) {
            checks.add(FieldError.required(path.child("expression"), "expression is not specified"));
        } else {
            report(expressions.compile(text, Purpose.VALIDATION), path.child("expression"), checks);
        }
        String made = validation.string("messageExpression");
        if (!made.isEmpty() && made.isBlank()) {
            checks.add(FieldError.invalid(path.child("messageExpression"), made, "must be non-empty if specified"));
        } else if (!made.isEmpty()) {
            report(expressions.compile(made, Purpose.MESSAGE), path.child("messageExpression"), checks);
        }
        String message = validation.string("message");
        if (!message.isEmpty() && message.isBlank()) {
            checks.add(FieldError.invalid(path.child("message"), message, "message must be non-empty if specified"));
        } else if (LINE_BREAK.matcher(message.strip()).find()) {
            checks.add(FieldError.invalid(path.child("message"), message, "message must not contain line breaks"));
        }
        checks.oneOfIfSet(validation, "reason", path, REASONS);
    }

    private static void annotation(
            ObjectValue policy, ObjectValue annotation, FieldPath path, Expressions expressions, Checks checks) {
        String name = policy.object("metadata").string("name");
        String key = annotation.string("key");
        if (name.isEmpty()) {
            checks.add(FieldError.invalid(path.child("key"), key, "requires metadata.name be non-empty"));
        } else {
            String whole = name + "/" + key;
            Labels.key(whole).forEach(problem -> checks.add(FieldError.invalid(path.child("key"), whole, problem)));
        }
        FieldPath at = path.child("valueExpression");
        String text = annotation.string("valueExpression");
        if (text.isBlank()) {
            checks.add(FieldError.required(at, "valueExpression is not specified"));
        } else if (text.strip().length() > LONGEST_ANNOTATION) {
            checks.add(FieldError.required(at, "must not exceed " + LONGEST_ANNOTATION + " bytes in length"));
        } else {
            report(expressions.compile(text.strip(), Purpose.AUDIT_ANNOTATION), at, checks);
        }
    }

    private static void mutations(ObjectValue spec, Expressions expressions, Checks checks) {
        List<ObjectValue> mutations = spec.list("mutations").objects();
        if (mutations.isEmpty()) {
            checks.add(FieldError.required(SPEC.child("mutations"), "mutations must contain at least one item"));
        }
        for (int i = 0; i < mutations.size(); i++) {
            ObjectValue mutation = mutations.get(i);
            FieldPath path = SPEC.child("mutations").index(i);
            switch (mutation.string("patchType")) {
                case "ApplyConfiguration" ->
                    patch(mutation, "applyConfiguration", Purpose.APPLY_CONFIGURATION, path, expressions, checks);
                case "JSONPatch" -> patch(mutation, "jsonPatch", Purpose.JSON_PATCH, path, expressions, checks);
                default -> checks.oneOf(mutation, "patchType", path, "ApplyConfiguration", "JSONPatch");
            }
        }
    }

    private static void patch(
            ObjectValue mutation,
            String field,
            Purpose purpose,
            FieldPath path,
            Expressions expressions,
            Checks checks) {
        String other = field.equals("jsonPatch") ? "applyConfiguration" : "jsonPatch";
        String text = mutation.object(field).string("expression");
        FieldPath at = path.child(field, "expression");
        if (mutation.has(other)) {
            checks.add(FieldError.invalid(
                    path.child("patchType"),
                    mutation.string("patchType"),
                    other + " may not be used with patchType " + mutation.string("patchType")));
        }
        if (text.isBlank()) {
            checks.add(FieldError.required(at, "expression is not specified"));
        } else {
            report(expressions.compile(text, purpose), at, checks);
        }
    }
}
