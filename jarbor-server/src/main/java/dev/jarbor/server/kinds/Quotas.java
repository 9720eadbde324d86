package dev.jarbor.server.kinds;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.rules.ResourceNames;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Quotas of resources: which ones they may bound, and for which objects of a namespace.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">Resource Quotas</a>
 */
final class Quotas implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath SCOPES = SPEC.child("scopes");
    private static final FieldPath EXPRESSIONS = SPEC.child("scopeSelector").child("matchExpressions");
    private static final List<String> SHAPE = List.of("MatchExpressions");

    private static final Set<String> KNOWN = Set.of(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "VolumeAttributesClass",
            "CrossNamespacePodAffinity");
    /** Scopes that a pod is in or is not in, without a value. */
    private static final Set<String> PLAIN =
            Set.of("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity");

    private static final Set<String> OF_PODS =
            Set.of("pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory");
    private static final Set<String> OF_CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        check(object, checks);
        amounts(object, checks);
        return checks.errors();
    }

    private static void check(ObjectValue object, Checks checks) {
        ObjectValue spec = object.object("spec");
        ResourceNames.quota(spec.object("hard"), SPEC.child("hard"), checks);
        scopes(spec, checks);
        if (spec.has("scopeSelector")) {
            selected(spec, checks);
        }
    }

    private static void amounts(ObjectValue object, Checks checks) {
        ObjectValue status = object.object("status");
        ResourceNames.quota(status.object("hard"), STATUS.child("hard"), checks);
        ResourceNames.quota(status.object("used"), STATUS.child("used"), checks);
    }

    private static void scopes(ObjectValue spec, Checks checks) {
        var scopes = spec.list("scopes");
        for (String scope : scopes.strings()) {
            if (!KNOWN.contains(scope)) {
                checks.invalid(SCOPES, scopes, "unsupported scope");
            }
            for (int misfits = misfits(scope, spec); misfits > 0; misfits--) {
                checks.invalid(SCOPES, scopes, "unsupported scope applied to resource");
            }
        }
        conflicts(Set.copyOf(scopes.strings()), SCOPES, spec, checks);
    }

    /** How many of the bounded resources {@code scope} says nothing about. */
    private static int misfits(String scope, ObjectValue spec) {
        ObjectValue hard = spec.object("hard");
        int misfits = 0;
        for (int i = 0; i < hard.size(); i++) {
            misfits += ResourceNames.isQuota(hard.name(i)) && !isOf(scope, hard.name(i)) ? 1 : 0;
        }
        return misfits;
    }

    private static boolean isOf(String scope, String resource) {
        return switch (scope) {
            case "BestEffort" -> resource.equals("pods");
            case "Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity" ->
                OF_PODS.contains(resource);
            case "VolumeAttributesClass" -> OF_CLAIMS.contains(resource);
            default -> true;
        };
    }

    private static void conflicts(Set<String> scopes, FieldPath at, ObjectValue spec, Checks checks) {
        if (scopes.contains("BestEffort") && scopes.contains("NotBestEffort")) {
            checks.invalid(at, spec.valueOrNull("scopes"), "conflicting scopes");
        }
        if (scopes.contains("Terminating") && scopes.contains("NotTerminating")) {
            checks.invalid(at, spec.valueOrNull("scopes"), "conflicting scopes");
        }
    }

    private static void selected(ObjectValue spec, Checks checks) {
        ObjectValue selector = spec.object("scopeSelector");
        Set<String> scopes = new HashSet<>();
        for (ObjectValue expression : selector.list("matchExpressions").objects()) {
            String scope = expression.string("scopeName");
            scopes.add(scope);
            if (!KNOWN.contains(scope)) {
                checks.invalid(EXPRESSIONS.child("scopeName"), scope, "unsupported scope");
            }
            for (int misfits = misfits(scope, spec); misfits > 0; misfits--) {
                checks.add(Internal.invalid(EXPRESSIONS, selector, SHAPE, "unsupported scope applied to resource"));
            }
            expression(expression, checks);
        }
        conflicts(scopes, EXPRESSIONS, spec, checks);
    }

    private static void expression(ObjectValue expression, Checks checks) {
        String operator = expression.string("operator");
        var values = expression.list("values");
        if (PLAIN.contains(expression.string("scopeName")) && !operator.equals("Exists")) {
            checks.invalid(
                    EXPRESSIONS.child("operator"),
                    operator,
                    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
                            + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                            + " ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
        }
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    checks.required(
                            EXPRESSIONS.child("values"),
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    checks.invalid(
                            EXPRESSIONS.child("values"),
                            values,
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                }
            }
            default -> checks.invalid(EXPRESSIONS.child("operator"), operator, "not a valid selector operator");
        }
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        check(after, checks);
        var old = before.object("spec").list("scopes").strings();
        var scopes = after.object("spec").list("scopes").strings();
        if (!Set.copyOf(old).equals(Set.copyOf(scopes))) {
            checks.invalid(SCOPES, after.object("spec").valueOrNull("scopes"), Checks.IMMUTABLE);
        }
        return checks.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        amounts(after, checks);
        return checks.errors();
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        ObjectValue hard = object.object("spec").object("hard");
        var warnings = new ArrayList<String>();
        for (String name : List.of("cpu", "memory", "storage", "ephemeral-storage")) {
            String request = "requests." + name;
            if (!hard.has(request) && (name.equals("cpu") || name.equals("memory"))) {
                request = name;
            }
            String limit = "limits." + name;
            if (hard.has(request) && hard.has(limit)) {
                Quantity asked = Quantity.read(hard.valueOrNull(request));
                Quantity most = Quantity.read(hard.valueOrNull(limit));
                if (asked.compareTo(most) > 0) {
                    warnings.add("ResourceQuota " + request + " (" + asked + ") should be less than " + limit + " ("
                            + most + ")");
                }
            }
        }
        return warnings;
    }

    @Override
    public List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return List.of();
    }
}
