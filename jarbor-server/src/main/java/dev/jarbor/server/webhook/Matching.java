package dev.jarbor.server.webhook;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.AdmissionMetrics;
import dev.jarbor.server.admission.RequestMatcher;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.Registry;
import java.time.Duration;
import java.time.Instant;
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

    private final Runtime runtime;
    private final AdmissionMetrics metrics;
    private final String type;

    /** @param type of admission, as it is counted */
    Matching(Registry registry, Conditions conditions, Runtime runtime, AdmissionMetrics metrics, String type) {
        this.matcher = new RequestMatcher(registry);
        this.conditions = conditions;
        this.runtime = runtime;
        this.metrics = metrics;
        this.type = type;
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
        Instant begun = runtime.now();
        try {
            boolean hold = conditions.hold(
                    invocation.webhook().conditions(),
                    review,
                    invocation.shown(review, review.object()),
                    invocation.shown(review, review.before()));
            counted(invocation.webhook(), review, begun, hold, false);
            return hold;
        } catch (IllegalArgumentException undecided) {
            counted(invocation.webhook(), review, begun, false, true);
            if (invocation.webhook().failsOpen()) {
                return false;
            }
            throw ApiException.forbidden(
                    review.resource().groupResource(), review.key().name(), String.valueOf(undecided.getMessage()));
        }
    }

    private void counted(Webhook webhook, Review review, Instant begun, boolean hold, boolean failed) {
        Duration took = Duration.between(begun, runtime.now());
        metrics.conditions(webhook.name(), "webhook", type, review.operation(), hold, failed, took);
    }
}
