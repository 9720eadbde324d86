package dev.jarbor.server.webhook;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.admission.AdmissionRequest;
import dev.jarbor.server.admission.Review;

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
        return AdmissionRequest.of(review, invocation.resource())
                .with("uid", uid)
                .with("object", orNull(invocation.shown(review, review.object())))
                .with("oldObject", orNull(invocation.shown(review, review.before())))
                .with("options", orNull(review.options()));
    }

    private static Value orNull(ObjectValue object) {
        return object.isEmpty() ? NullValue.NULL : object;
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
