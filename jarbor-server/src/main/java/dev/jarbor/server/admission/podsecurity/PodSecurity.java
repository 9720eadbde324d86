package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Holds pods to the standards that their namespace names: refuses them, warns, or writes it into the audit log. What
 * makes pods is never refused, only warned of.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-admission/">Pod Security Admission</a>
 */
public final class PodSecurity implements Admission {
    private static final Set<String> HARMLESS =
            Set.of("exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status");

    private final PodSecuritySettings settings;
    private final NamespacePolicies namespaces;

    public PodSecurity(PodSecuritySettings settings) {
        this.settings = settings;
        this.namespaces = new NamespacePolicies(settings);
    }

    @Override
    public void validate(Review review) {
        if (review.operation() != Operation.CREATE && review.operation() != Operation.UPDATE) {
            return;
        }
        if (review.resource().is("", "namespaces")) {
            if (review.subresource().isEmpty()) {
                namespaces.validate(review);
            }
        } else if (review.resource().is("", "pods")) {
            if (!HARMLESS.contains(review.subresource())) {
                pod(review);
            }
        } else if (review.subresource().isEmpty()) {
            Templates.of(review).ifPresent(template -> template(review, template));
        }
    }

    private void pod(Review review) {
        if (isExempt(review)) {
            return;
        }
        Policy.Read read = policy(review);
        if (read.errors().isEmpty() && read.policy().isPrivileged()) {
            annotate(review, "enforce-policy", read.policy().enforce().toString());
            return;
        }
        boolean same =
                review.operation() == Operation.UPDATE && !PodChanges.areSignificant(review.before(), review.object());
        if (!same) {
            evaluate(review, read, review.object(), true);
        }
    }

    private void template(Review review, ObjectValue template) {
        if (isExempt(review)) {
            return;
        }
        Policy.Read read = policy(review);
        boolean silent =
                read.policy().audit().isPrivileged() && read.policy().warn().isPrivileged();
        if (!read.errors().isEmpty() || !silent) {
            evaluate(review, read, template, false);
        }
    }

    private boolean isExempt(Review review) {
        if (settings.namespaces().contains(review.key().namespace())) {
            annotate(review, "exempt", "namespace");
            return true;
        }
        if (settings.users().contains(review.user().name())) {
            annotate(review, "exempt", "user");
            return true;
        }
        return false;
    }

    private Policy.Read policy(Review review) {
        ObjectValue labels = review.namespaceObject()
                .orElse(ObjectValue.EMPTY)
                .object("metadata")
                .object("labels");
        return Policy.of(labels, settings.defaults());
    }

    private void evaluate(Review review, Policy.Read read, ObjectValue pod, boolean enforce) {
        String runtimeClass = pod.object("spec").string("runtimeClassName");
        if (!runtimeClass.isEmpty() && settings.runtimeClasses().contains(runtimeClass)) {
            annotate(review, "exempt", "runtimeClass");
            return;
        }
        if (!read.errors().isEmpty()) {
            annotate(review, "error", "Failed to parse policy: " + FieldError.aggregate(read.errors()));
        }
        Policy policy = read.policy();
        Map<Standard, List<Check.Violation>> known = new HashMap<>();
        Function<Standard, List<Check.Violation>> violations = standard -> known.computeIfAbsent(
                standard, one -> Standards.violations(one, pod.object("metadata"), pod.object("spec")));
        if (enforce) {
            annotate(review, "enforce-policy", policy.enforce().toString());
        }
        if (!violations.apply(policy.audit()).isEmpty()) {
            annotate(
                    review,
                    "audit-violations",
                    "would violate " + text(policy.audit(), violations.apply(policy.audit())));
        }
        if (enforce && !violations.apply(policy.enforce()).isEmpty()) {
            throw Refusal.forbidden(review, "violates " + text(policy.enforce(), violations.apply(policy.enforce())));
        }
        if (!violations.apply(policy.warn()).isEmpty()) {
            review.warnings().add("would violate " + text(policy.warn(), violations.apply(policy.warn())));
        }
    }

    private static String text(Standard standard, List<Check.Violation> violations) {
        String list = violations.stream().map(Check.Violation::toString).collect(Collectors.joining(", "));
        return "PodSecurity \"" + standard + "\": " + list;
    }

    private static void annotate(Review review, String key, String value) {
        review.annotations().add(Policy.PREFIX + key, value);
    }
}
