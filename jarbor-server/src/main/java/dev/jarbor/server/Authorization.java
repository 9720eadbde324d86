package dev.jarbor.server;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;

/** The authorising step: what a request asks, in the words that rules use, and the refusal in the reference's. */
final class Authorization {
    private final Authorizer authorizer;

    Authorization(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** Refuses {@code request} unless {@code user} may make it. */
    void require(User user, ApiRequest request) {
        require(attributes(user, request, request.verb()));
    }

    /** Refuses an update that would create its object unless {@code user} may create it. */
    void requireCreation(User user, ApiRequest request) {
        require(attributes(user, request, Verb.CREATE));
    }

    private void require(Attributes asked) {
        if (!authorizer.decide(asked).allowed()) {
            throw forbidden(asked);
        }
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
                "");
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

    private static ApiException forbidden(Attributes asked) {
        String resource =
                asked.subresource().isEmpty() ? asked.resource() : asked.resource() + "/" + asked.subresource();
        String why = "User " + GoText.quote(asked.user().name()) + " cannot " + asked.verb() + " resource "
                + GoText.quote(resource) + " in API group " + GoText.quote(asked.group())
                + (asked.namespace().isEmpty()
                        ? " at the cluster scope"
                        : " in the namespace " + GoText.quote(asked.namespace()));
        return ApiException.forbidden(new GroupResource(asked.group(), asked.resource()), asked.name(), why);
    }
}
