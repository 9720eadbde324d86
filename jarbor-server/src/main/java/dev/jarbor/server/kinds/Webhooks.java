package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import dev.jarbor.server.kinds.rules.WebhookClients;
import dev.jarbor.server.registry.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Mutating and validating webhook configurations.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/mutating-webhook-configuration-v1/">MutatingWebhookConfiguration</a>
 */
final class Webhooks {
    private static final List<String> REVIEW_VERSIONS = List.of("v1", "v1beta1");
    private static final String[] SIDE_EFFECTS = {"None", "NoneOnDryRun"};
    private static final int MOST_SECONDS = 30;

    private Webhooks() {}

    static Strategy validating() {
        return Simple.defaulting(object -> Edits.each(object, "webhooks", Webhooks::withDefaults))
                .checking((object, checks) -> check(object, checks, false));
    }

    static Strategy mutating() {
        return Simple.defaulting(object -> Edits.each(
                        object,
                        "webhooks",
                        webhook -> Edits.text(withDefaults(webhook), "reinvocationPolicy", "Never")))
                .checking((object, checks) -> check(object, checks, true));
    }

    private static ObjectValue withDefaults(ObjectValue webhook) {
        ObjectValue filled = Edits.text(webhook, "failurePolicy", "Fail");
        filled = Edits.text(filled, "matchPolicy", "Equivalent");
        filled = Edits.absent(filled, "namespaceSelector", ObjectValue.EMPTY);
        filled = Edits.absent(filled, "objectSelector", ObjectValue.EMPTY);
        filled = Edits.absent(filled, "timeoutSeconds", 10);
        filled = Edits.inside(
                filled,
                "clientConfig",
                config -> Edits.inside(config, "service", service -> Edits.absent(service, "port", 443)));
        return Edits.each(filled, "rules", rule -> Edits.text(rule, "scope", "*"));
    }

    private static void check(ObjectValue configuration, Checks checks, boolean mutating) {
        List<ObjectValue> webhooks = configuration.list("webhooks").objects();
        var names = new HashSet<String>();
        for (int i = 0; i < webhooks.size(); i++) {
            FieldPath path = FieldPath.of("webhooks").index(i);
            ObjectValue webhook = webhooks.get(i);
            webhook(webhook, path, checks, mutating);
            reviewVersions(webhook.list("admissionReviewVersions"), path.child("admissionReviewVersions"), checks);
            String name = webhook.string("name");
            if (!name.isEmpty() && !names.add(name)) {
                checks.add(FieldError.duplicate(path.child("name"), name));
            }
        }
    }

    private static void webhook(ObjectValue webhook, FieldPath path, Checks checks, boolean mutating) {
        fullyQualified(webhook.string("name"), path.child("name"), checks);
        List<ObjectValue> rules = webhook.list("rules").objects();
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), path.child("rules").index(i), checks);
        }
        checks.oneOfIfSet(webhook, "failurePolicy", path, "Fail", "Ignore");
        checks.oneOfIfSet(webhook, "matchPolicy", path, "Equivalent", "Exact");
        if (!webhook.has("sideEffects")) {
            checks.add(FieldError.required(
                    path.child("sideEffects"), "must specify one of " + String.join(", ", SIDE_EFFECTS)));
        }
        checks.oneOfIfSet(webhook, "sideEffects", path, SIDE_EFFECTS);
        long seconds = webhook.integer("timeoutSeconds");
        if (webhook.has("timeoutSeconds") && (seconds < 1 || seconds > MOST_SECONDS)) {
            checks.add(FieldError.invalid(
                    path.child("timeoutSeconds"), seconds, "the timeout value must be between 1 and 30 seconds"));
        }
        for (String selector : List.of("namespaceSelector", "objectSelector")) {
            LabelSelectors.check(webhook.object(selector), path.child(selector), checks);
        }
        if (mutating) {
            checks.oneOfIfSet(webhook, "reinvocationPolicy", path, "IfNeeded", "Never");
        }
        WebhookClients.check(webhook.object("clientConfig"), path.child("clientConfig"), checks);
        MatchConditions.check(webhook.list("matchConditions").objects(), path.child("matchConditions"), false, checks);
    }

    private static void fullyQualified(String name, FieldPath path, Checks checks) {
        List<String> problems = Names.dnsSubdomain(name);
        if (name.isEmpty()) {
            checks.add(FieldError.required(path, ""));
        } else if (!problems.isEmpty()) {
            checks.add(FieldError.invalid(path, name, String.join(",", problems)));
        } else if (name.split("\\.", -1).length < 3) {
            checks.add(FieldError.invalid(
                    path, name, "should be a domain with at least three segments separated by dots"));
        }
    }

    private static void reviewVersions(ListValue versions, FieldPath path, Checks checks) {
        String accepted = String.join(", ", REVIEW_VERSIONS);
        if (versions.isEmpty()) {
            checks.add(FieldError.required(path, "must specify one of " + accepted));
            return;
        }
        var seen = new HashSet<String>();
        List<String> texts = versions.strings();
        for (int i = 0; i < texts.size(); i++) {
            String version = texts.get(i);
            FieldPath at = path.index(i);
            if (!seen.add(version)) {
                checks.add(FieldError.invalid(at, version, "duplicate version"));
            } else {
                Names.dns1035Label(version).forEach(problem -> checks.add(FieldError.invalid(at, version, problem)));
            }
        }
        if (texts.stream().noneMatch(REVIEW_VERSIONS::contains)) {
            checks.add(FieldError.invalid(path, versions, "must include at least one of " + accepted));
        }
    }

    /** One of the rules that say which requests a webhook or a policy is about. */
    static void rule(ObjectValue rule, FieldPath path, Checks checks) {
        ListValue operations = rule.list("operations");
        FieldPath at = path.child("operations");
        oneWildcard(operations, at, "operations", checks);
        List<String> named = operations.strings();
        for (int i = 0; i < named.size(); i++) {
            if (!Set.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE").contains(named.get(i))) {
                checks.add(FieldError.notSupported(
                        at.index(i), named.get(i), List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE")));
            }
        }
        oneWildcard(rule.list("apiGroups"), path.child("apiGroups"), "API groups", checks);
        ListValue versions = rule.list("apiVersions");
        oneWildcard(versions, path.child("apiVersions"), "API versions", checks);
        for (int i = 0; i < versions.size(); i++) {
            if (versions.strings().get(i).isEmpty()) {
                checks.add(FieldError.required(path.child("apiVersions").index(i), ""));
            }
        }
        resources(rule.list("resources"), path.child("resources"), checks);
        checks.oneOfIfSet(rule, "scope", path, "*", "Cluster", "Namespaced");
    }

    private static void oneWildcard(ListValue names, FieldPath path, String what, Checks checks) {
        if (names.isEmpty()) {
            checks.add(FieldError.required(path, ""));
        }
        if (names.size() > 1 && names.strings().contains("*")) {
            checks.add(FieldError.invalid(path, names, "if '*' is present, must not specify other " + what));
        }
    }

    private static void resources(ListValue resources, FieldPath path, Checks checks) {
        if (resources.isEmpty()) {
            checks.add(FieldError.required(path, ""));
        }
        var anyPartOf = new HashSet<String>();
        var partOfAny = new HashSet<String>();
        boolean plain = false;
        List<String> names = resources.strings();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            int slash = name.indexOf('/');
            if (name.isEmpty()) {
                checks.add(FieldError.required(path.index(i), ""));
            } else if (slash < 0) {
                plain = !name.equals("*");
            } else {
                String resource = name.substring(0, slash);
                String part = name.substring(slash + 1);
                if (anyPartOf.contains(resource)) {
                    checks.add(FieldError.invalid(
                            path.index(i), name, "if '" + resource + "/*' is present, must not specify " + name));
                }
                if (partOfAny.contains(part)) {
                    checks.add(FieldError.invalid(
                            path.index(i), name, "if '*/" + part + "' is present, must not specify " + name));
                }
                if (part.equals("*")) {
                    anyPartOf.add(resource);
                }
                if (resource.equals("*")) {
                    partOfAny.add(part);
                }
            }
        }
        if (names.size() > 1 && names.contains("*/*")) {
            checks.add(FieldError.invalid(path, resources, "if '*/*' is present, must not specify other resources"));
        }
        if (names.contains("*") && plain) {
            checks.add(FieldError.invalid(
                    path, resources, "if '*' is present, must not specify other resources without subresources"));
        }
    }
}
