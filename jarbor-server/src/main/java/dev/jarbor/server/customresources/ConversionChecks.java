package dev.jarbor.server.customresources;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with how a definition converts between its versions. */
final class ConversionChecks {
    private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");

    private ConversionChecks() {}

    static List<FieldError> check(ObjectValue conversion, FieldPath path) {
        var errors = new ArrayList<FieldError>();
        String strategy = conversion.string("strategy");
        List<String> strategies = List.of("None", "Webhook");
        if (strategy.isEmpty()) {
            errors.add(FieldError.required(path.child("strategy"), ""));
        } else if (!strategies.contains(strategy)) {
            errors.add(FieldError.notSupported(path.child("strategy"), strategy, strategies));
        }
        ObjectValue webhook = conversion.object("webhook");
        FieldPath client = path.child("webhookClientConfig");
        if (!strategy.equals("Webhook")) {
            if (webhook.has("clientConfig")) {
                errors.add(FieldError.forbidden(client, "should not be set when strategy is not set to Webhook"));
            }
            if (!webhook.list("conversionReviewVersions").isEmpty()) {
                errors.add(FieldError.forbidden(
                        path.child("conversionReviewVersions"),
                        "should not be set when strategy is not set to Webhook"));
            }
            return errors;
        }
        if (!webhook.has("clientConfig")) {
            errors.add(FieldError.required(client, "required when strategy is set to Webhook"));
        } else {
            client(webhook.object("clientConfig"), client, errors);
        }
        reviewVersions(webhook, path.child("conversionReviewVersions"), errors);
        return errors;
    }

    private static void client(ObjectValue config, FieldPath path, List<FieldError> errors) {
        boolean url = config.has("url");
        if (url == config.has("service")) {
            errors.add(FieldError.required(path, "exactly one of url or service is required"));
        } else if (url) {
            url(config.string("url"), path.child("url"), errors);
        } else {
            service(config.object("service"), path.child("service"), errors);
        }
    }

    private static void url(String text, FieldPath path, List<FieldError> errors) {
        String form = "; desired format: https://host[/path]";
        try {
            var url = new URI(text);
            if (!"https".equals(url.getScheme())) {
                errors.add(FieldError.invalid(
                        path,
                        url.getScheme() == null ? "" : url.getScheme(),
                        "'https' is the only allowed URL scheme" + form));
            }
            if (url.getHost() == null || url.getHost().isEmpty()) {
                errors.add(FieldError.invalid(path, "", "host must be specified" + form));
            }
            if (url.getUserInfo() != null) {
                errors.add(FieldError.invalid(path, url.getUserInfo(), "user information is not permitted in the URL"));
            }
            if (url.getRawFragment() != null) {
                errors.add(FieldError.invalid(path, url.getRawFragment(), "fragments are not permitted in the URL"));
            }
            if (url.getRawQuery() != null) {
                errors.add(
                        FieldError.invalid(path, url.getRawQuery(), "query parameters are not permitted in the URL"));
            }
        } catch (URISyntaxException malformed) {
            errors.add(FieldError.required(path, "url must be a valid URL: " + malformed.getMessage() + form));
        }
    }

    private static void service(ObjectValue service, FieldPath path, List<FieldError> errors) {
        for (String field : List.of("name", "namespace")) {
            if (service.string(field).isEmpty()) {
                errors.add(FieldError.required(path.child(field), "service " + field + " is required"));
            }
        }
        long port = service.has("port") ? service.integer("port") : 443;
        for (String problem : Names.portNumber(port)) {
            errors.add(FieldError.invalid(path.child("port"), port, "port is not valid: " + problem));
        }
        String where = service.string("path");
        if (!where.isEmpty() && !where.startsWith("/")) {
            errors.add(FieldError.invalid(path.child("path"), where, "must start with a '/'"));
        }
    }

    private static void reviewVersions(ObjectValue webhook, FieldPath path, List<FieldError> errors) {
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
        if (!known) {
            errors.add(FieldError.invalid(
                    path,
                    webhook.list("conversionReviewVersions"),
                    "must include at least one of " + String.join(", ", REVIEW_VERSIONS)));
        }
    }
}
