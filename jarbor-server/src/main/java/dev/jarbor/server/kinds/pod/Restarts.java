package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashSet;
import java.util.List;

/**
 * When a container is started again: after it ended, and when its resources change.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restart-rules">Container
 *     restart rules</a>
 */
final class Restarts {
    private static final List<String> POLICIES = List.of("Always", "Never", "OnFailure");
    private static final List<String> ACTIONS = List.of("Restart", "RestartAllContainers");
    private static final int MOST_RULES = 20;
    private static final int MOST_CODES = 255;
    private static final String POLICY_NEEDED = "must specify restartPolicy when restart rules are used";

    private Restarts() {}

    static void check(ObjectValue container, FieldPath at, Checks checks) {
        List<ObjectValue> rules = container.list("restartPolicyRules").objects();
        String policy = container.string("restartPolicy");
        if (!container.has("restartPolicy")) {
            if (rules.isEmpty()) {
                return;
            }
            checks.required(at.child("restartPolicy"), POLICY_NEEDED);
        } else if (!POLICIES.contains(policy)) {
            checks.notSupported(at.child("restartPolicy"), policy, POLICIES);
        }
        FieldPath list = at.child("restartPolicyRules");
        if (rules.size() > MOST_RULES) {
            checks.add(FieldError.tooMany(list, rules.size(), MOST_RULES));
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), list.index(i), checks);
        }
    }

    /** Init containers without a policy follow their pod's, and then have no rules. */
    static void checkInit(ObjectValue container, FieldPath at, Checks checks) {
        if (container.has("restartPolicy")) {
            check(container, at, checks);
        } else if (!container.list("restartPolicyRules").isEmpty()) {
            checks.required(at.child("restartPolicy"), POLICY_NEEDED);
        }
    }

    private static void rule(ObjectValue rule, FieldPath at, Checks checks) {
        String action = rule.string("action");
        if (!ACTIONS.contains(action)) {
            checks.notSupported(at.child("action"), action, ACTIONS);
        }
        if (!rule.has("exitCodes")) {
            checks.required(at.child("exitCodes"), "must be specified");
            return;
        }
        ObjectValue codes = rule.object("exitCodes");
        String operator = codes.string("operator");
        if (!operator.equals("In") && !operator.equals("NotIn")) {
            checks.notSupported(at.child("exitCodes").child("operator"), operator, List.of("In", "NotIn"));
        }
        int count = codes.list("values").size();
        if (count > MOST_CODES) {
            checks.add(FieldError.tooMany(at.child("exitCodes").child("values"), count, MOST_CODES));
        }
    }

    /** What a change of resources does to a container. The reference names the list, not the item, in most faults. */
    static void onResize(ObjectValue container, boolean neverRestarts, FieldPath at, Checks checks) {
        List<ObjectValue> policies = container.list("resizePolicy").objects();
        var seen = new HashSet<String>();
        for (int i = 0; i < policies.size(); i++) {
            String resource = policies.get(i).string("resourceName");
            String policy = policies.get(i).string("restartPolicy");
            if (!seen.add(resource)) {
                checks.duplicate(at.index(i), resource);
            }
            one(resource, List.of("cpu", "memory"), at, checks);
            one(policy, List.of("NotRequired", "RestartContainer"), at, checks);
            if (neverRestarts && !policy.equals("NotRequired")) {
                checks.invalid(at, policy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
            }
        }
    }

    private static void one(String text, List<String> supported, FieldPath at, Checks checks) {
        if (text.isEmpty()) {
            checks.required(at);
        } else if (!supported.contains(text)) {
            checks.notSupported(at, text, supported);
        }
    }

    /** An init container that ends cannot be restarted for a resize. */
    static void noRestartOnResize(ObjectValue container, FieldPath at, Checks checks) {
        List<ObjectValue> policies = container.list("resizePolicy").objects();
        for (int i = 0; i < policies.size(); i++) {
            if (policies.get(i).string("restartPolicy").equals("RestartContainer")) {
                checks.invalid(
                        at.index(i).child("restartPolicy"),
                        "RestartContainer",
                        "must not be set to 'RestartContainer' for non-sidecar initContainers");
            }
        }
    }
}
