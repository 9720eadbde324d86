package dev.jarbor.server.webhook;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.ServedResource;

/**
 * What a webhook is sent: an AdmissionReview with a request.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-request-and-response">Webhook
 *     request and response</a>
 */
final class AdmissionReview {
    static final String GROUP = "admission.k8s.io";
    static final String KIND = "AdmissionReview";

    private AdmissionReview() {}

    static ObjectValue of(Invocation invocation, Review review, String uid) {
        return ObjectValue.builder()
                .put("kind", KIND)
                .put("apiVersion", GROUP + "/" + invocation.webhook().reviewVersion())
                .put("request", request(invocation, review, uid))
                .build();
    }

    private static ObjectValue request(Invocation invocation, Review review, String uid) {
        var request = ObjectValue.builder()
                .put("uid", uid)
                .put("kind", kind(invocation.kind(review)))
                .put("resource", resource(invocation.resource()));
        putFilled(request, "subResource", review.subresource());
        request.put("requestKind", kind(review.kind())).put("requestResource", resource(review.resource()));
        putFilled(request, "requestSubResource", review.subresource());
        putFilled(request, "name", review.key().name());
        putFilled(request, "namespace", review.namespace());
        return request.put("operation", review.operation().name())
                .put("userInfo", user(review.user()))
                .put("object", orNull(invocation.shown(review, review.object())))
                .put("oldObject", orNull(invocation.shown(review, review.before())))
                .put("dryRun", review.dryRun())
                .put("options", orNull(review.options()))
                .build();
    }

    private static void putFilled(ObjectValue.Builder builder, String field, String text) {
        if (!text.isEmpty()) {
            builder.put(field, text);
        }
    }

    private static Value orNull(ObjectValue object) {
        return object.isEmpty() ? NullValue.NULL : object;
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
        var info = ObjectValue.builder();
        putFilled(info, "username", user.name());
        putFilled(info, "uid", user.uid());
        if (!user.groups().isEmpty()) {
            info.put("groups", ListValue.ofStrings(user.groups()));
        }
        if (!user.extra().isEmpty()) {
            var extra = ObjectValue.builder();
            user.extra().forEach((name, values) -> extra.put(name, ListValue.ofStrings(values)));
            info.put("extra", extra.build());
        }
        return info.build();
    }

    /**
     * The response in {@code answer}, checked as the reference checks it.
     *
     * @throws WebhookCallException when it is none to what was asked
     */
    static ObjectValue response(ObjectValue answer, String version, String uid, boolean mutating) {
        if (!(answer.valueOrNull("response") instanceof ObjectValue response)) {
            throw new WebhookCallException("webhook response was absent");
        }
        if (version.equals("v1")) {
            checkFirstVersion(answer, response, uid, mutating);
        }
        return response;
    }

    private static void checkFirstVersion(ObjectValue answer, ObjectValue response, String uid, boolean mutating) {
        if (!response.string("uid").equals(uid)) {
            throw new WebhookCallException(
                    "expected response.uid=" + GoText.quote(uid) + ", got " + GoText.quote(response.string("uid")));
        }
        var wanted = new GroupVersionKind(GROUP, "v1", KIND);
        GroupVersionKind found = GroupVersionKind.of(answer.string("apiVersion"), answer.string("kind"));
        if (!found.equals(wanted)) {
            throw new WebhookCallException("expected webhook response of " + wanted + ", got " + found);
        }
        boolean patched = !response.string("patch").isEmpty();
        boolean typed = !response.valueOrNull("patchType").equals(NullValue.NULL);
        if (!mutating && patched) {
            throw new WebhookCallException("validating webhook may not return response.patch");
        }
        if (!mutating && typed) {
            throw new WebhookCallException("validating webhook may not return response.patchType");
        }
        if (patched && !typed) {
            throw new WebhookCallException("webhook returned response.patch but not response.patchType");
        }
        if (!patched && typed) {
            throw new WebhookCallException("webhook returned response.patchType but not response.patch");
        }
        if (typed && response.string("patchType").isEmpty()) {
            throw new WebhookCallException("webhook returned invalid response.patchType of \"\"");
        }
    }
}
