package dev.jarbor.server.admission.general;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import java.util.List;
import java.util.Optional;

/**
 * Bounds how many events are written in a second: altogether, in a namespace, by a user, or about one object.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#eventratelimit">EventRateLimit</a>
 */
public final class EventRateLimit implements Admission {
    private static final List<String> TYPES = List.of("Server", "Namespace", "User", "SourceAndObject");

    private final List<Limit> limits;

    private record Limit(String type, TokenBuckets buckets) {}

    /**
     * @param configuration a Configuration of eventratelimit.admission.k8s.io/v1alpha1
     * @throws IllegalArgumentException where it sets no limit, or an impossible one
     */
    public EventRateLimit(Runtime runtime, ObjectValue configuration) {
        this.limits = configuration.list("limits").objects().stream()
                .map(limit -> limit(runtime, limit))
                .toList();
        if (limits.isEmpty()) {
            throw new IllegalArgumentException("EventRateLimit: limits: Invalid value: \"\": limits must not be empty");
        }
    }

    private static Limit limit(Runtime runtime, ObjectValue limit) {
        String type = limit.string("type");
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException("EventRateLimit: limits.type: Unsupported value: \"" + type
                    + "\": supported values: \"" + String.join("\", \"", TYPES) + "\"");
        }
        if (limit.integer("qps") <= 0 || limit.integer("burst") <= 0 || limit.integer("cacheSize") < 0) {
            throw new IllegalArgumentException(
                    "EventRateLimit: limits of " + type + ": qps and burst must be positive");
        }
        int size = type.equals("Server") ? 1 : (int) (limit.has("cacheSize") ? limit.integer("cacheSize") : 4096);
        return new Limit(
                type, new TokenBuckets(runtime, limit.integer("qps"), limit.integer("burst"), Math.max(1, size)));
    }

    @Override
    public void validate(Review review) {
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        boolean event = review.isAbout("", "events") || review.isAbout("events.k8s.io", "events");
        if (!write || !event) {
            return;
        }
        // Every limit counts the event, also after one has refused it; the last one that refuses has the word.
        Optional<ApiException> refused = Optional.empty();
        for (Limit limit : limits) {
            String key = key(limit.type(), review);
            if (!limit.buckets().take(key)) {
                refused = Optional.of(
                        ApiException.tooManyRequests("limit reached on type " + limit.type() + " for key " + key, 0));
            }
        }
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    private static String key(String type, Review review) {
        return switch (type) {
            case "Namespace" -> review.key().namespace();
            case "User" -> review.user().name();
            case "SourceAndObject" -> sourceAndObject(review.object());
            default -> "";
        };
    }

    private static String sourceAndObject(ObjectValue event) {
        ObjectValue source = event.object("source");
        ObjectValue about = event.object("involvedObject");
        return source.string("component")
                + source.string("host")
                + about.string("kind")
                + about.string("namespace")
                + about.string("name")
                + about.string("uid")
                + about.string("apiVersion");
    }
}
