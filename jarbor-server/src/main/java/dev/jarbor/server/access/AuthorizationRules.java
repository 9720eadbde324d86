package dev.jarbor.server.access;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.webhook.ReviewCondition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the reference refuses in an {@code AuthorizationConfiguration} (apiserver/validation), in its words. */
final class AuthorizationRules {
    static final Duration AUTHORIZED_TTL = Duration.ofMinutes(5);
    static final Duration UNAUTHORIZED_TTL = Duration.ofSeconds(30);

    private static final List<String> TYPES = List.of("ABAC", "AlwaysAllow", "AlwaysDeny", "Node", "RBAC", "Webhook");
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int MOST_CONDITIONS = 64;

    private final List<FieldError> faults = new ArrayList<>();

    /** Everything that is wrong; to be asked once. */
    List<FieldError> check(ObjectValue configuration) {
        FieldPath root = FieldPath.of("authorizers");
        List<ObjectValue> entries = configuration.list("authorizers").objects();
        if (entries.isEmpty()) {
            faults.add(FieldError.required(root, "at least one authorization mode must be defined"));
        }
        var types = new TreeSet<String>();
        var names = new TreeSet<String>();
        for (int i = 0; i < entries.size(); i++) {
            ObjectValue entry = entries.get(i);
            FieldPath at = root.index(i);
            String type = entry.string("type");
            if (type.isEmpty()) {
                faults.add(FieldError.required(at.child("type"), ""));
            } else if (!TYPES.contains(type)) {
                faults.add(FieldError.notSupported(at.child("type"), type, TYPES));
            } else if (!types.add(type) && !type.equals("Webhook")) {
                faults.add(FieldError.duplicate(at.child("type"), type));
            } else {
                name(entry.string("name"), at.child("name"), names);
                if (!type.equals("Webhook")) {
                    if (entry.has("webhook")) {
                        faults.add(FieldError.invalid(
                                at.child("webhook"), "non-null", "may only be specified when type=Webhook"));
                    }
                } else if (!entry.has("webhook")) {
                    faults.add(FieldError.required(at.child("webhook"), "required when type=Webhook"));
                } else {
                    webhook(entry.object("webhook"), at);
                }
            }
        }
        return faults;
    }

    private void name(String name, FieldPath path, Set<String> names) {
        List<String> problems = Names.dnsSubdomain(name);
        if (name.isEmpty()) {
            faults.add(FieldError.required(path, ""));
        } else if (!names.add(name)) {
            faults.add(FieldError.duplicate(path, name));
        } else if (!problems.isEmpty()) {
            faults.add(FieldError.invalid(path, name, "authorizer name is invalid: " + String.join(", ", problems)));
        }
    }

    private void webhook(ObjectValue webhook, FieldPath at) {
        Optional<Duration> timeout = duration(webhook, "timeout");
        if (timeout.isEmpty()) {
            faults.add(FieldError.required(at.child("timeout"), ""));
        } else if (timeout.get().isNegative() || timeout.get().compareTo(LONGEST) > 0) {
            faults.add(FieldError.invalid(at.child("timeout"), webhook.string("timeout"), "must be > 0s and <= 30s"));
        }
        for (String ttl : List.of("authorizedTTL", "unauthorizedTTL")) {
            if (webhook.has(ttl)) {
                Optional<Duration> said = duration(webhook, ttl);
                if (said.isEmpty()) {
                    faults.add(FieldError.required(at.child(ttl), ""));
                } else if (said.get().isNegative()) {
                    faults.add(FieldError.invalid(at.child(ttl), webhook.string(ttl), "must be > 0s"));
                }
            }
        }
        oneOf(webhook, "subjectAccessReviewVersion", List.of("v1", "v1beta1"), at);
        List<ObjectValue> conditions = webhook.list("matchConditions").objects();
        FieldPath version = at.child("matchConditionSubjectAccessReviewVersion");
        if (webhook.string("matchConditionSubjectAccessReviewVersion").isEmpty()) {
            if (!conditions.isEmpty()) {
                faults.add(FieldError.required(version, "required if match conditions are specified"));
            }
        } else {
            oneOf(webhook, "matchConditionSubjectAccessReviewVersion", List.of("v1"), at);
        }
        oneOf(webhook, "failurePolicy", List.of("NoOpinion", "Deny"), at);
        connection(webhook.object("connectionInfo"), at.child("connectionInfo"));
        conditions(conditions, at.child("matchConditions"));
    }

    /** Empty for none, for what is no length of time, and for zero, which the reference takes for none. */
    private static Optional<Duration> duration(ObjectValue webhook, String field) {
        try {
            return Optional.of(GoDuration.parse(webhook.string(field))).filter(one -> !one.isZero());
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private void oneOf(ObjectValue said, String field, List<String> supported, FieldPath at) {
        String value = said.string(field);
        if (value.isEmpty()) {
            faults.add(FieldError.required(at.child(field), ""));
        } else if (!supported.contains(value)) {
            faults.add(FieldError.notSupported(at.child(field), value, supported));
        }
    }

    private void connection(ObjectValue connection, FieldPath path) {
        String file = connection.string("kubeConfigFile");
        FieldPath at = path.child("kubeConfigFile");
        switch (connection.string("type")) {
            case "" -> faults.add(FieldError.required(path.child("type"), ""));
            case "InClusterConfig" -> {
                if (connection.has("kubeConfigFile")) {
                    faults.add(FieldError.invalid(at, file, "can only be set when type=KubeConfigFile"));
                }
            }
            case "KubeConfigFile" -> {
                if (file.isEmpty()) {
                    faults.add(FieldError.required(at, ""));
                } else if (!Path.of(file).isAbsolute()) {
                    faults.add(FieldError.invalid(at, file, "must be an absolute path"));
                } else if (!Files.exists(Path.of(file))) {
                    faults.add(FieldError.invalid(
                            at, file, "error loading file: stat " + file + ": no such file or directory"));
                } else if (!Files.isRegularFile(Path.of(file))) {
                    faults.add(FieldError.invalid(at, file, "must be a regular file"));
                }
            }
            default ->
                faults.add(FieldError.notSupported(
                        path.child("type"), connection, List.of("InClusterConfig", "KubeConfigFile")));
        }
    }

    private void conditions(List<ObjectValue> conditions, FieldPath path) {
        if (conditions.size() > MOST_CONDITIONS) {
            faults.add(FieldError.tooMany(path, conditions.size(), MOST_CONDITIONS));
            return;
        }
        var seen = new TreeSet<String>();
        for (int i = 0; i < conditions.size(); i++) {
            FieldPath at = path.index(i).child("expression");
            String expression = conditions.get(i).string("expression");
            if (expression.isBlank()) {
                faults.add(FieldError.required(at, ""));
            } else if (!seen.add(expression)) {
                faults.add(FieldError.duplicate(at, expression));
            } else {
                try {
                    ReviewCondition.of(expression);
                } catch (IllegalArgumentException refused) {
                    faults.add(FieldError.invalid(at, expression, String.valueOf(refused.getMessage())));
                }
            }
        }
    }
}
