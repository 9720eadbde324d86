package dev.jarbor.server.http;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.server.Authorization;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.User;
import java.util.Locale;

/** A request in the words of authorisation, read from its head alone. */
final class RequestAttributes {
    private RequestAttributes() {}

    static Attributes of(User user, RequestTarget target, RequestHead head) {
        return switch (target) {
            case RequestTarget.NonResource(String path) ->
                Attributes.nonResource(user, head.method().toLowerCase(Locale.ROOT), path);
            case RequestTarget.Resource resource -> resource(user, resource, head);
        };
    }

    private static Attributes resource(User user, RequestTarget.Resource target, RequestHead head) {
        String watch = head.query().string("watch");
        boolean watching = watch.equals("true") || watch.equals("1");
        String method = head.method().equals("HEAD") ? "GET" : head.method();
        ResourcePath path = target.path();
        return RequestTarget.verb(method, target, watching)
                .map(verb -> Authorization.attributes(user, ApiRequest.of(verb, path, head.query(), ObjectValue.EMPTY)))
                .orElseGet(() -> new Attributes(
                        user,
                        method.toLowerCase(Locale.ROOT),
                        path.group(),
                        path.version(),
                        path.plural(),
                        path.subresource(),
                        path.namespace(),
                        path.name(),
                        ""));
    }
}
