package dev.jarbor.server.customresources;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.WebhookClients;
import dev.jarbor.server.tls.Pem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with how a definition converts between its versions. */
final class ConversionChecks {
    private static final List<String> STRATEGIES = List.of("None", "Webhook");
    private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");

    private ConversionChecks() {}

    /**
     * @param before how the definition converted before; empty for a new one
     * @param established whether the definition is being used
     */
    static List<FieldError> check(ObjectValue conversion, ObjectValue before, boolean established, FieldPath path) {
        var errors = new ArrayList<FieldError>();
        String strategy = conversion.string("strategy");
        if (strategy.isEmpty()) {
            errors.add(FieldError.required(path.child("strategy"), ""));
        } else if (!STRATEGIES.contains(strategy)) {
            errors.add(FieldError.notSupported(path.child("strategy"), strategy, STRATEGIES));
        }
        ObjectValue webhook = conversion.object("webhook");
        FieldPath client = path.child("webhookClientConfig");
        FieldPath reviews = path.child("conversionReviewVersions");
        if (!strategy.equals("Webhook")) {
            String why = "should not be set when strategy is not set to Webhook";
            if (webhook.has("clientConfig")) {
                errors.add(FieldError.forbidden(client, why));
            }
            if (!reviewVersions(conversion).isEmpty()) {
                errors.add(FieldError.forbidden(reviews, why));
            }
            return errors;
        }
        if (!webhook.has("clientConfig")) {
            errors.add(FieldError.required(client, "required when strategy is set to Webhook"));
        } else {
            errors.addAll(client(webhook.object("clientConfig"), client));
            String bundle = bundle(conversion);
            if (established
                    && (bundle(before).isEmpty() || fault(bundle(before)).isEmpty())) {
                String fault = fault(bundle);
                if (!fault.isEmpty()) {
                    errors.add(FieldError.invalid(client.child("caBundle"), bundle, fault));
                }
            }
        }
        List<String> known = reviewVersions(before);
        boolean recognised = known.isEmpty() || known.stream().anyMatch(REVIEW_VERSIONS::contains);
        reviewVersions(webhook, recognised, reviews, errors);
        return errors;
    }

    private static List<String> reviewVersions(ObjectValue conversion) {
        return conversion.object("webhook").list("conversionReviewVersions").strings();
    }

    private static List<FieldError> client(ObjectValue config, FieldPath path) {
        var checks = new Checks();
        WebhookClients.check(config, path, checks);
        return checks.errors();
    }

    private static String bundle(ObjectValue conversion) {
        return conversion.object("webhook").object("clientConfig").string("caBundle");
    }

    /** Why nobody can be trusted by a caBundle, or "". */
    private static String fault(String bundle) {
        String fault = bundle.isEmpty()
                ? ""
                : Pem.bundleFault(new String(Base64.getDecoder().decode(bundle), StandardCharsets.ISO_8859_1));
        return fault.isEmpty() ? "" : "unable to load root certificates: " + fault;
    }

    private static void reviewVersions(
            ObjectValue webhook, boolean recognised, FieldPath path, List<FieldError> errors) {
        List<String> versions = webhook.list("conversionReviewVersions").strings();
        if (versions.isEmpty()) {
            errors.add(FieldError.required(path, ""));
            return;
        }
        Set<String> seen = new HashSet<>();
        boolean known = false;
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i);
            if (!seen.add(version)) {
                errors.add(FieldError.invalid(path.index(i), version, "duplicate version"));
                continue;
            }
            for (String problem : Names.dns1035Label(version)) {
                errors.add(FieldError.invalid(path.index(i), version, problem));
            }
            known |= REVIEW_VERSIONS.contains(version);
        }
        if (recognised && !known) {
            errors.add(FieldError.invalid(
                    path,
                    webhook.list("conversionReviewVersions"),
                    "must include at least one of " + String.join(", ", REVIEW_VERSIONS)));
        }
    }
}
