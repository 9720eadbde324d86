package dev.jarbor.server.admission;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.UserInfo;
import dev.jarbor.server.registry.ServedResource;

/**
 * What webhooks and expressions are told of a request, beside its objects (admission.k8s.io/v1 AdmissionRequest).
 */
public final class AdmissionRequest {
    private AdmissionRequest() {}

    /**
     * The request of {@code review}; parts that are empty are left out.
     *
     * @param resource the version in which whoever is told gets its objects
     */
    public static ObjectValue of(Review review, ServedResource resource) {
        GroupVersionKind asked = review.kind();
        GroupVersionKind given =
                review.isOfResourceKind() ? resource.definition().groupVersionKind() : asked;
        ObjectValue request = ObjectValue.builder()
                .put("kind", kind(given))
                .put("resource", resource(resource))
                .put("requestKind", kind(asked))
                .put("requestResource", resource(review.resource()))
                .put("operation", review.operation().name())
                .put("userInfo", UserInfo.of(review.user()))
                .put("dryRun", review.dryRun())
                .build();
        request = filled(request, "subResource", review.subresource());
        request = filled(request, "requestSubResource", review.subresource());
        request = filled(request, "name", review.key().name());
        request = filled(request, "namespace", review.namespace());
        return review.options().isEmpty() ? request : request.with("options", review.options());
    }

    private static ObjectValue filled(ObjectValue object, String field, String text) {
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
}
