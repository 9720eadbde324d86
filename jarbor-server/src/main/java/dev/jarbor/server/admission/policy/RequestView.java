package dev.jarbor.server.admission.policy;

import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.admission.RequestTypes;
import dev.jarbor.cel.library.Access;
import dev.jarbor.cel.value.Values;
import dev.jarbor.server.admission.AdmissionRequest;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Authorizer;
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
        values.put("request", Values.of(AdmissionRequest.of(review, resource), RequestTypes.REQUEST));
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
}
