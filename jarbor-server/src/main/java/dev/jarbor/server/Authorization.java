package dev.jarbor.server;

import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Requirement;
import dev.jarbor.api.select.Selector;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.Forbidden;
import dev.jarbor.server.auth.User;
import java.util.List;

/** The authorising step: what a request asks, in the words that rules use, and the refusal in the reference's. */
public final class Authorization {
    private final Authorizer authorizer;
    private final AuthorizationMetrics metrics;

    Authorization(Authorizer authorizer, AuthorizationMetrics metrics) {
        this.authorizer = authorizer;
        this.metrics = metrics;
    }

    /** Refuses {@code request} unless {@code user} may make it; what was decided and why is noted in {@code annotations}. */
    void require(User user, ApiRequest request, AuditAnnotations annotations) {
        require(attributes(user, request, request.verb()), annotations);
    }

    void require(Attributes asked, AuditAnnotations annotations) {
        Authorizer.Decision decision = metrics.decide(authorizer, asked);
        annotations.add("authorization.k8s.io/decision", decision.allowed() ? "allow" : "forbid");
        annotations.add("authorization.k8s.io/reason", decision.reason());
        if (!decision.allowed()) {
            throw Forbidden.refusal(asked, decision.reason());
        }
    }

    /** Refuses an update that would create its object unless {@code user} may create it. */
    void requireCreation(User user, ApiRequest request) {
        require(attributes(user, request, Verb.CREATE));
    }

    private void require(Attributes asked) {
        Authorizer.Decision decision = authorizer.decide(asked);
        if (!decision.allowed()) {
            throw Forbidden.refusal(asked, decision.reason());
        }
    }

    /** What {@code request} asks when {@code user} makes it. */
    public static Attributes attributes(User user, ApiRequest request) {
        return attributes(user, request, request.verb());
    }

    private static Attributes attributes(User user, ApiRequest request, Verb verb) {
        ResourcePath path = request.path();
        // A namespace counts as being in itself: so a role in it can allow to read it.
        boolean namespace = path.group().isEmpty() && path.plural().equals("namespaces");
        return new Attributes(
                user,
                verb.word(),
                path.group(),
                path.version(),
                path.plural(),
                path.subresource(),
                namespace ? path.name() : path.namespace(),
                name(request),
                "",
                fields(request),
                labels(request));
    }

    /** What a selector asks; a malformed one is refused later and narrows nothing. */
    private static List<FieldSelector.Term> fields(ApiRequest request) {
        try {
            return selects(request)
                    ? FieldSelector.parse(request.query().string("fieldSelector"))
                            .terms()
                    : List.of();
        } catch (InvalidSelectorException malformed) {
            return List.of();
        }
    }

    private static List<Requirement> labels(ApiRequest request) {
        try {
            return selects(request)
                    ? Selector.parse(request.query().string("labelSelector")).requirements()
                    : List.of();
        } catch (InvalidSelectorException malformed) {
            return List.of();
        }
    }

    private static boolean selects(ApiRequest request) {
        return switch (request.verb()) {
            case LIST, WATCH, DELETECOLLECTION -> true;
            case GET, CREATE, UPDATE, PATCH, DELETE -> false;
        };
    }

    /** A list or watch of one name is as good as a request for that name. */
    private static String name(ApiRequest request) {
        String selector = request.query().string("fieldSelector");
        boolean many = request.verb() == Verb.LIST || request.verb() == Verb.WATCH;
        if (!many || selector.isEmpty() || !request.path().name().isEmpty()) {
            return request.path().name();
        }
        try {
            return FieldSelector.parse(selector).exactValue("metadata.name").orElse("");
        } catch (InvalidSelectorException malformed) {
            return "";
        }
    }
}
