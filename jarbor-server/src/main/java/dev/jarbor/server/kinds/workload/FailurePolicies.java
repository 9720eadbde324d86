package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Internal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the failure of a pod means for its job.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy">Pod failure policy</a>
 */
final class FailurePolicies {
    private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
    private static final List<String> OPERATORS = List.of("In", "NotIn");
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");
    private static final int MOST_RULES = 20;
    private static final int MOST_PATTERNS = 20;
    private static final int MOST_CODES = 255;

    private FailurePolicies() {}

    static void check(ObjectValue spec, FieldPath at, Checks checks) {
        List<ObjectValue> rules = spec.object("podFailurePolicy").list("rules").objects();
        if (rules.size() > MOST_RULES) {
            checks.add(FieldError.tooMany(at.child("rules"), rules.size(), MOST_RULES));
        }
        ObjectValue pod = spec.object("template").object("spec");
        var containers = new HashSet<String>();
        for (String list : List.of("containers", "initContainers")) {
            pod.list(list).objects().forEach(container -> containers.add(container.string("name")));
        }
        boolean indexed = spec.has("backoffLimitPerIndex");
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), indexed, containers, at.child("rules").index(i), checks);
        }
    }

    private static void rule(ObjectValue rule, boolean indexed, Set<String> containers, FieldPath at, Checks checks) {
        String action = rule.string("action");
        if (action.isEmpty()) {
            checks.required(at.child("action"), valid(ACTIONS));
        } else if (action.equals("FailIndex")) {
            if (!indexed) {
                checks.invalid(at.child("action"), action, "requires the backoffLimitPerIndex to be set");
            }
        } else if (!ACTIONS.contains(action)) {
            checks.notSupported(at.child("action"), action, ACTIONS);
        }
        ListValue conditions = rule.list("onPodConditions");
        boolean codes = rule.has("onExitCodes");
        if (codes) {
            exitCodes(rule.object("onExitCodes"), containers, at.child("onExitCodes"), checks);
        }
        conditions(conditions.objects(), at.child("onPodConditions"), checks);
        if (codes && !conditions.isEmpty()) {
            checks.add(Internal.invalid(at, "specifying both OnExitCodes and OnPodConditions is not supported"));
        }
        if (!codes && conditions.isEmpty()) {
            checks.add(Internal.invalid(at, "specifying one of OnExitCodes and OnPodConditions is required"));
        }
    }

    /** Go prints a list of quoted texts in brackets, without commas. */
    private static String valid(List<String> values) {
        return "valid values: [\"" + String.join("\" \"", values) + "\"]";
    }

    private static void conditions(List<ObjectValue> patterns, FieldPath at, Checks checks) {
        if (patterns.size() > MOST_PATTERNS) {
            checks.add(FieldError.tooMany(at, patterns.size(), MOST_PATTERNS));
        }
        for (int i = 0; i < patterns.size(); i++) {
            checks.qualifiedName(patterns.get(i).string("type"), at.index(i).child("type"));
            String status = patterns.get(i).string("status");
            if (status.isEmpty()) {
                checks.required(at.index(i).child("status"), valid(STATUSES));
            } else if (!STATUSES.contains(status)) {
                checks.notSupported(at.index(i).child("status"), status, STATUSES);
            }
        }
    }

    private static void exitCodes(ObjectValue codes, Set<String> containers, FieldPath at, Checks checks) {
        String operator = codes.string("operator");
        if (operator.isEmpty()) {
            checks.required(at.child("operator"), valid(OPERATORS));
        } else if (!OPERATORS.contains(operator)) {
            checks.notSupported(at.child("operator"), operator, OPERATORS);
        }
        if (codes.has("containerName") && !containers.contains(codes.string("containerName"))) {
            checks.invalid(
                    at.child("containerName"),
                    codes.string("containerName"),
                    "must be one of the container or initContainer names in the pod template");
        }
        ListValue values = codes.list("values");
        FieldPath list = at.child("values");
        if (values.isEmpty()) {
            checks.invalid(list, codes.valueOrNull("values"), "at least one value is required");
        } else if (values.size() > MOST_CODES) {
            checks.add(FieldError.tooMany(list, values.size(), MOST_CODES));
        }
        var seen = new HashSet<Long>();
        boolean ordered = true;
        long last = Long.MIN_VALUE;
        for (int i = 0; i < values.size(); i++) {
            long code = values.get(i) instanceof IntegerValue(long number) ? number : 0;
            if (operator.equals("In") && code == 0) {
                checks.invalid(list.index(i), code, "must not be 0 for the In operator");
            }
            if (!seen.add(code)) {
                checks.add(FieldError.duplicate(list.index(i), Value.of(code)));
            }
            ordered &= last <= code;
            last = code;
        }
        if (!ordered) {
            checks.invalid(list, values, "must be ordered");
        }
    }
}
