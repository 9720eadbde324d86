package dev.jarbor.server.webhook;

import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.RequestRule;
import dev.jarbor.store.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One webhook as its configuration says it.
 *
 * @param configuration the name of the object that it stands in
 * @param index its place among all webhooks of its sort
 * @param reviewVersion of AdmissionReview: the first of its versions that this server speaks; "" where it speaks none
 * @param conditions {@code matchConditions}: each a name and an expression
 * @param failsOpen whether a request goes on when the webhook cannot be asked
 * @param reinvoked whether it wants to see what later webhooks make of the object
 */
record Webhook(
        String configuration,
        int index,
        String name,
        ClientConfig client,
        String reviewVersion,
        List<RequestRule> rules,
        boolean equivalent,
        Selector namespaces,
        Selector objects,
        List<ObjectValue> conditions,
        String sideEffects,
        Duration timeout,
        boolean failsOpen,
        boolean reinvoked) {
    static final String MUTATING = "mutatingwebhookconfigurations.admissionregistration.k8s.io";
    static final String VALIDATING = "validatingwebhookconfigurations.admissionregistration.k8s.io";

    private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");
    private static final int DEFAULT_SECONDS = 10;

    /** All webhooks kept at {@code storage}, by the name of their configuration, then in the order given there. */
    static List<Webhook> all(Snapshot now, String storage) {
        var configurations = now.all(storage);
        if (configurations.isEmpty()) {
            return List.of();
        }
        var webhooks = new ArrayList<Webhook>();
        configurations.forEach((key, configuration) -> configuration
                .list("webhooks")
                .objects()
                .forEach(webhook -> webhooks.add(read(key.name(), webhooks.size(), webhook))));
        return webhooks;
    }

    private static Webhook read(String configuration, int index, ObjectValue value) {
        return new Webhook(
                configuration,
                index,
                value.string("name"),
                ClientConfig.of(value.object("clientConfig")),
                value.list("admissionReviewVersions").strings().stream()
                        .filter(REVIEW_VERSIONS::contains)
                        .findFirst()
                        .orElse(""),
                value.list("rules").objects().stream().map(RequestRule::read).toList(),
                value.string("matchPolicy").equals("Equivalent"),
                selector(value.object("namespaceSelector")),
                selector(value.object("objectSelector")),
                value.list("matchConditions").objects(),
                value.string("sideEffects"),
                Duration.ofSeconds(value.has("timeoutSeconds") ? value.integer("timeoutSeconds") : DEFAULT_SECONDS),
                value.string("failurePolicy").equals("Ignore"),
                value.string("reinvocationPolicy").equals("IfNeeded"));
    }

    private static Selector selector(ObjectValue selector) {
        try {
            return selector.isEmpty() ? Selector.everything() : Selector.ofObject(selector);
        } catch (InvalidSelectorException malformed) {
            throw ApiException.internalError(malformed);
        }
    }

    /** Tells it apart from all others. */
    String id() {
        return configuration + "/" + name + "/" + index;
    }

    /** Whether it may be called where nothing is to be changed. */
    boolean toleratesDryRun() {
        return sideEffects.equals("None") || sideEffects.equals("NoneOnDryRun");
    }
}
