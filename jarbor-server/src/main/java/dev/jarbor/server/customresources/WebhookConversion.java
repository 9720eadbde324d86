package dev.jarbor.server.customresources;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayList;
import java.util.List;

/**
 * Converts by asking a webhook: strategy {@code Webhook}. The webhook may change everything but what tells objects apart;
 * of metadata, only labels and annotations are taken from it.
 *
 * @param client where the webhook is
 * @param reviewVersions the versions of ConversionReview that it understands, best first
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-request-and-response">Webhook
 *     request and response</a>
 */
record WebhookConversion(ObjectValue client, List<String> reviewVersions, ConversionCall call, Runtime runtime)
        implements VersionConverter {
    private static final String GROUP = "apiextensions.k8s.io/";
    private static final List<String> KNOWN = List.of("v1", "v1beta1");

    WebhookConversion {
        reviewVersions = List.copyOf(reviewVersions);
    }

    @Override
    public List<ObjectValue> convert(List<ObjectValue> objects, String apiVersion) {
        if (objects.isEmpty()) {
            return objects;
        }
        ObjectValue first = objects.getFirst();
        String subject =
                "conversion webhook for " + GroupVersionKind.of(first.string("apiVersion"), first.string("kind"));
        String version = reviewVersions.stream()
                .filter(KNOWN::contains)
                .findFirst()
                .orElseThrow(() -> ApiException.unknown("no supported conversion review versions"));
        String uid = runtime.newUid();
        ObjectValue review = ObjectValue.builder()
                .put("apiVersion", GROUP + version)
                .put("kind", "ConversionReview")
                .put(
                        "request",
                        ObjectValue.builder()
                                .put("uid", uid)
                                .put("desiredAPIVersion", apiVersion)
                                .put("objects", ListValue.of(objects))
                                .build())
                .build();
        List<ObjectValue> converted = answered(subject, version, uid, review);
        if (converted.size() != objects.size()) {
            throw ApiException.unknown(
                    subject + " returned " + converted.size() + " objects, expected " + objects.size());
        }
        var checked = new ArrayList<ObjectValue>(objects.size());
        for (int i = 0; i < objects.size(); i++) {
            checked.add(checked(subject, i, objects.get(i), converted.get(i), apiVersion));
        }
        return checked;
    }

    private List<ObjectValue> answered(String subject, String version, String uid, ObjectValue review) {
        ObjectValue answer;
        try {
            answer = call.post(client, review);
        } catch (ApiException failed) {
            throw failed(subject, failed.status().message());
        }
        if (version.equals("v1")) {
            String wanted = GROUP + "v1, Kind=ConversionReview";
            String got = answer.string("apiVersion") + ", Kind=" + answer.string("kind");
            if (!got.equals(wanted)) {
                throw failed(subject, "expected webhook response of " + wanted + ", got " + got);
            }
        }
        if (!answer.has("response")) {
            throw failed(subject, "no response provided");
        }
        ObjectValue response = answer.object("response");
        if (version.equals("v1") && !response.string("uid").equals(uid)) {
            throw failed(subject, "expected response.uid=\"" + uid + "\", got \"" + response.string("uid") + "\"");
        }
        ObjectValue result = response.object("result");
        if (!result.string("status").equals("Success")) {
            throw failed(
                    subject,
                    result.string("message").isEmpty()
                            ? "response.result.status was '" + result.string("status") + "', not 'Success'"
                            : result.string("message"));
        }
        return response.list("convertedObjects").objects();
    }

    private static ApiException failed(String subject, String why) {
        return ApiException.unknown(subject + " failed: " + why);
    }

    private static ObjectValue checked(
            String subject, int index, ObjectValue before, ObjectValue after, String apiVersion) {
        String place = subject + " returned invalid converted object at index " + index + ": ";
        if (!after.string("apiVersion").equals(apiVersion)) {
            throw ApiException.unknown(place + "invalid groupVersion (expected " + apiVersion + ", received "
                    + after.string("apiVersion") + ")");
        }
        if (!after.string("kind").equals(before.string("kind"))) {
            throw ApiException.unknown(place + "invalid kind (expected " + before.string("kind") + ", received "
                    + after.string("kind") + ")");
        }
        ObjectValue old = before.object("metadata");
        ObjectValue said = after.object("metadata");
        same(place, "name", old.string("name"), said.string("name"));
        same(place, "namespace", old.string("namespace"), said.string("namespace"));
        same(place, "UID", old.string("uid"), said.string("uid"));
        String metadata = subject + " returned invalid metadata in object at index " + index + ": ";
        if (!(after.valueOrNull("metadata") instanceof ObjectValue)) {
            throw ApiException.unknown(metadata + "missing metadata in converted object");
        }
        ObjectValue kept = taken(metadata, taken(metadata, old, said, "labels"), said, "annotations");
        return after.with("metadata", kept);
    }

    private static void same(String place, String what, String before, String after) {
        if (!before.equals(after)) {
            throw ApiException.unknown(place + "must have the same " + what + ": " + before + " != " + after);
        }
    }

    private static ObjectValue taken(String place, ObjectValue metadata, ObjectValue said, String field) {
        Value value = said.valueOrNull(field);
        if (value instanceof NullValue) {
            return metadata.without(field);
        }
        if (!(value instanceof ObjectValue texts)) {
            throw ApiException.unknown(place + "invalid metadata." + field + " in converted object");
        }
        for (int i = 0; i < texts.size(); i++) {
            String key = texts.name(i);
            if (!(texts.value(i) instanceof StringValue(String text))) {
                throw ApiException.unknown(
                        place + "metadata." + field + "[" + key + "] must be a string in converted object");
            }
            List<String> problems = new ArrayList<>(Labels.key(key));
            problems.addAll(field.equals("labels") ? Labels.value(text) : List.of());
            if (!problems.isEmpty()) {
                throw ApiException.unknown(
                        place + "metadata." + field + ": Invalid value: \"" + key + "\": " + problems.getFirst());
            }
        }
        return metadata.with(field, texts);
    }
}
