package dev.jarbor.server.audit;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is recorded: a {@code Policy} of {@code audit.k8s.io/v1}. The first rule that matches a request counts; where none
 * does, nothing is recorded.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy">Audit policy</a>
 */
public final class AuditPolicy {
    private static final List<String> STAGES =
            List.of("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic");

    /** Records nothing. */
    public static final AuditPolicy NOTHING = new AuditPolicy(List.of());

    private final List<AuditRule> rules;

    private AuditPolicy(List<AuditRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** @throws IllegalArgumentException naming what is wrong and where */
    public static AuditPolicy of(ObjectValue policy) {
        if (!policy.string("apiVersion").equals("audit.k8s.io/v1")
                || !policy.string("kind").equals("Policy")) {
            throw new IllegalArgumentException("it is no Policy of audit.k8s.io/v1");
        }
        List<ObjectValue> said = policy.list("rules").objects();
        if (said.isEmpty()) {
            throw new IllegalArgumentException("it has no rules: nothing would be recorded");
        }
        List<String> omitted = stages(policy, "omitStages");
        var rules = new ArrayList<AuditRule>();
        for (int i = 0; i < said.size(); i++) {
            rules.add(rule(said.get(i), "rules[" + i + "]", omitted, policy.bool("omitManagedFields")));
        }
        return new AuditPolicy(rules);
    }

    private static AuditRule rule(ObjectValue rule, String where, List<String> omitted, boolean omitManagedFields) {
        AuditLevel level = AuditLevel.of(rule.string("level"))
                .orElseThrow(() -> new IllegalArgumentException(where + ".level: \"" + rule.string("level")
                        + "\" is none of None, Metadata, Request, RequestResponse"));
        boolean resources = rule.has("resources") || rule.has("namespaces");
        if (resources && rule.has("nonResourceURLs")) {
            throw new IllegalArgumentException(
                    where + ".nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs");
        }
        var stages = new ArrayList<>(omitted);
        stages.addAll(stages(rule, where + ".omitStages"));
        return new AuditRule(
                level,
                rule.list("users").strings(),
                rule.list("userGroups").strings(),
                rule.list("verbs").strings(),
                rule.list("resources").objects(),
                rule.list("namespaces").strings(),
                rule.list("nonResourceURLs").strings(),
                stages,
                rule.has("omitManagedFields") ? rule.bool("omitManagedFields") : omitManagedFields);
    }

    private static List<String> stages(ObjectValue object, String where) {
        List<String> stages = object.list("omitStages").strings();
        for (String stage : stages) {
            if (!STAGES.contains(stage)) {
                throw new IllegalArgumentException(
                        where + ": \"" + stage + "\" is none of " + String.join(", ", STAGES));
            }
        }
        return stages;
    }

    /** The rule for a request; empty where nothing is recorded of it. */
    Optional<AuditRule> rule(Attributes asked) {
        for (AuditRule rule : rules) {
            if (rule.matches(asked)) {
                return rule.level() == AuditLevel.NONE ? Optional.empty() : Optional.of(rule);
            }
        }
        return Optional.empty();
    }
}
