package dev.jarbor.server.admission;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which requests a webhook or a policy is about, and in which version it gets their objects.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules">Matching
 *     requests</a>
 */
public final class RequestMatcher {
    private final Registry registry;

    public RequestMatcher(Registry registry) {
        this.registry = registry;
    }

    /**
     * The version in which {@code rules} name what the review is about: the one asked for, or else an equivalent one;
     * empty where they do not.
     *
     * @param equivalent whether other versions of the same objects count
     */
    public Optional<ServedResource> ruled(List<RequestRule> rules, boolean equivalent, Review review) {
        ServedResource asked = review.resource();
        if (rules.stream().anyMatch(rule -> rule.matches(review, asked))) {
            return Optional.of(asked);
        }
        if (!equivalent || !asked.isStored()) {
            return Optional.empty();
        }
        List<ServedResource> equivalents = equivalents(review);
        for (RequestRule rule : rules) {
            for (ServedResource other : equivalents) {
                if (rule.matches(review, other)) {
                    return Optional.of(other);
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

    /** Whether the review is about an object outside of namespaces, or in one that {@code selector} selects. */
    public static boolean isInNamespace(Selector selector, Review review) {
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

    /** Whether {@code selector} selects what the object was or what it is going to be. */
    public static boolean isSelected(Selector selector, Review review) {
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
}
