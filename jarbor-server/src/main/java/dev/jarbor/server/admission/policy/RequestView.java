package dev.jarbor.server.admission.policy;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.cel.admission.RequestTypes;
import dev.jarbor.cel.library.Access;
import dev.jarbor.cel.value.Values;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.ServedResource;
import java.util.Map;
import java.util.TreeMap;

/**
 * A review as expressions see it: {@code request}, {@code object}, {@code oldObject}, {@code namespaceObject}, {@code
 * authorizer}.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#validation-expression">Validation
 *     expression</a>
 */
final class RequestView {
    private RequestView() {}

    /**
     * @param resource the version in which the policy named the resource
     * @param object in that version; empty where there is none
     * @param before in that version; empty where there is none
     */
    static Map<String, Object> of(
            Review review, ServedResource resource, ObjectValue object, ObjectValue before, Authorizer authorizer) {
        var values = new TreeMap<String, Object>();
        values.put("object", view(object));
        values.put("oldObject", view(before));
        values.put("request", Values.of(request(review, resource), RequestTypes.REQUEST));
        values.put(
                "namespaceObject",
                review.namespaceObject()
                        .map(namespace -> Values.of(shown(namespace), RequestTypes.NAMESPACE))
                        .orElse(NullValue.NULL));
        var access = new RequestAccess(authorizer, review.user());
        values.put("authorizer", Access.authorizer(access));
        values.put(
                "authorizer.requestResource",
                Access.resource(
                        access,
                        review.resource().kind().group(),
                        review.resource().kind().plural(),
                        review.subresource(),
                        review.namespace(),
                        review.key().name()));
        return values;
    }

    static Object view(ObjectValue object) {
        return object.isEmpty() ? NullValue.NULL : Values.of(object);
    }

    /** A namespace without what expressions are not told. */
    private static ObjectValue shown(ObjectValue namespace) {
        return namespace.update(
                "metadata", metadata -> metadata.without("managedFields").without("ownerReferences"));
    }

    private static ObjectValue request(Review review, ServedResource resource) {
        GroupVersionKind asked = review.kind();
        GroupVersionKind given =
                review.isOfResourceKind() ? resource.definition().groupVersionKind() : asked;
        ObjectValue request = ObjectValue.EMPTY
                .with("kind", kind(given))
                .with("resource", resource(resource))
                .with("requestKind", kind(asked))
                .with("requestResource", resource(review.resource()))
                .with("operation", review.operation().name())
                .with("userInfo", user(review.user()))
                .with("dryRun", review.dryRun());
        request = textIfAny(request, "subResource", review.subresource());
        request = textIfAny(request, "requestSubResource", review.subresource());
        request = textIfAny(request, "name", review.key().name());
        request = textIfAny(request, "namespace", review.namespace());
        return review.options().isEmpty() ? request : request.with("options", review.options());
    }

    private static ObjectValue textIfAny(ObjectValue object, String field, String text) {
        return text.isEmpty() ? object : object.with(field, text);
    }

    private static ObjectValue kind(GroupVersionKind kind) {
        return ObjectValue.EMPTY
                .with("group", kind.group())
                .with("version", kind.version())
                .with("kind", kind.kind());
    }

    private static ObjectValue resource(ServedResource resource) {
        return ObjectValue.EMPTY
                .with("group", resource.kind().group())
                .with("version", resource.kind().version())
                .with("resource", resource.kind().plural());
    }

    private static ObjectValue user(User user) {
        ObjectValue shown = ObjectValue.EMPTY.with("username", user.name());
        shown = textIfAny(shown, "uid", user.uid());
        if (!user.groups().isEmpty()) {
            shown = shown.with("groups", ListValue.ofStrings(user.groups()));
        }
        if (!user.extra().isEmpty()) {
            var extra = new TreeMap<String, Value>();
            user.extra().forEach((key, texts) -> extra.put(key, ListValue.ofStrings(texts)));
            shown = shown.with("extra", ObjectValue.of(extra));
        }
        return shown;
    }
}
