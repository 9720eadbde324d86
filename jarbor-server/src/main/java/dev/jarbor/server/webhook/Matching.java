package dev.jarbor.server.webhook;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;
import java.util.Map;
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

    private final Registry registry;
    private final Conditions conditions;

    Matching(Registry registry, Conditions conditions) {
        this.registry = registry;
        this.conditions = conditions;
    }

    static boolean isExempt(Review review) {
        return review.resource().kind().group().equals(GROUP)
                && EXEMPT.contains(review.resource().kind().plural());
    }

    /** How {@code webhook} is to be called; empty where it is not. */
    Optional<Invocation> match(Webhook webhook, Review review) {
        if (!isSelected(webhook.objects(), review)) {
            return Optional.empty();
        }
        Optional<Invocation> ruled = ruled(webhook, review);
        if (ruled.isEmpty() || !isInNamespace(webhook.namespaces(), review)) {
            return Optional.empty();
        }
        return webhook.conditions().isEmpty() || holds(ruled.get(), review) ? ruled : Optional.empty();
    }

    private Optional<Invocation> ruled(Webhook webhook, Review review) {
        ServedResource asked = review.resource();
        if (webhook.rules().stream().anyMatch(rule -> rule.matches(review, asked))) {
            return Optional.of(new Invocation(webhook, asked));
        }
        if (!webhook.equivalent() || !asked.isStored()) {
            return Optional.empty();
        }
        List<ServedResource> equivalents = equivalents(review);
        for (Rule rule : webhook.rules()) {
            for (ServedResource equivalent : equivalents) {
                if (rule.matches(review, equivalent)) {
                    return Optional.of(new Invocation(webhook, equivalent));
                }
            }
        }
        return Optional.empty();
    }

    /** The other versions, and the other groups, that serve the same objects. */
    private List<ServedResource> equivalents(Review review) {
        ServedResource asked = review.resource();
        return registry.served().stream()
                .filter(other -> other.storage().equals(asked.storage())
                        && !other.kind().equals(asked.kind())
                        && (review.subresource().isEmpty()
                                || other.definition()
                                        .subresource(review.subresource())
                                        .isPresent()))
                .toList();
    }

    private static boolean isInNamespace(Selector selector, Review review) {
        String namespace = review.namespace();
        if ((namespace.isEmpty() && !review.resource().is("", "namespaces"))
                || selector.equals(Selector.everything())) {
            return true;
        }
        return selector.matches(labels(namespace(review, namespace)));
    }

    /** A namespace that is written counts as what it is going to be. */
    private static ObjectValue namespace(Review review, String name) {
        boolean written = review.isAbout("", "namespaces")
                && (review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE);
        return written
                ? review.object()
                : review.now()
                        .get("namespaces", ObjectKey.cluster(name))
                        .orElseThrow(() -> ApiException.notFound(new GroupResource("", "namespaces"), name));
    }

    /** Either what the object was or what it is going to be. */
    private static boolean isSelected(Selector selector, Review review) {
        return selector.equals(Selector.everything())
                || matches(selector, review.object())
                || matches(selector, review.before());
    }

    private static boolean matches(Selector selector, ObjectValue object) {
        return object.has("metadata") && selector.matches(labels(object));
    }

    private static Map<String, String> labels(ObjectValue object) {
        return object.object("metadata").object("labels").strings();
    }

    private boolean holds(Invocation invocation, Review review) {
        try {
            return conditions.hold(
                    invocation.webhook().conditions(),
                    review,
                    invocation.shown(review, review.object()),
                    invocation.shown(review, review.before()));
        } catch (IllegalArgumentException undecided) {
            throw ApiException.forbidden(
                    review.resource().groupResource(), review.key().name(), String.valueOf(undecided.getMessage()));
        }
    }
}
