package dev.jarbor.server.webhook;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.server.admission.RequestMatcher;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.Registry;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which webhooks a review concerns, and in which version they get its object.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-configuration">Webhook
 *     configuration</a>
 */
final class Matching {
    private static final String GROUP = "admissionregistration.k8s.io";

    /** What configures admission is never subject to it, so that a mistake in it can be repaired. */
    private static final Set<String> EXEMPT = Set.of(
            "mutatingwebhookconfigurations",
            "validatingwebhookconfigurations",
            "mutatingadmissionpolicies",
            "mutatingadmissionpolicybindings",
            "validatingadmissionpolicies",
            "validatingadmissionpolicybindings");

    private final RequestMatcher matcher;
    private final Conditions conditions;

    Matching(Registry registry, Conditions conditions) {
        this.matcher = new RequestMatcher(registry);
        this.conditions = conditions;
    }

    static boolean isExempt(Review review) {
        return review.resource().kind().group().equals(GROUP)
                && EXEMPT.contains(review.resource().kind().plural());
    }

    /** How {@code webhook} is to be called; empty where it is not. */
    Optional<Invocation> match(Webhook webhook, Review review) {
        if (!RequestMatcher.isSelected(webhook.objects(), review)) {
            return Optional.empty();
        }
        Optional<Invocation> ruled = matcher.ruled(webhook.rules(), webhook.equivalent(), review)
                .map(resource -> new Invocation(webhook, resource));
        if (ruled.isEmpty() || !RequestMatcher.isInNamespace(webhook.namespaces(), review)) {
            return Optional.empty();
        }
        return webhook.conditions().isEmpty() || holds(ruled.get(), review) ? ruled : Optional.empty();
    }

    private boolean holds(Invocation invocation, Review review) {
        try {
            return conditions.hold(
                    invocation.webhook().conditions(),
                    review,
                    invocation.shown(review, review.object()),
                    invocation.shown(review, review.before()));
        } catch (IllegalArgumentException undecided) {
            if (invocation.webhook().failsOpen()) {
                return false;
            }
            throw ApiException.forbidden(
                    review.resource().groupResource(), review.key().name(), String.valueOf(undecided.getMessage()));
        }
    }
}
