package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.flow.BootstrapFlows;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Strategy;
import java.util.List;
import java.util.Set;

/**
 * The rules of FlowSchemas.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/flow-schema-v1/">FlowSchema v1</a>
 */
final class Flows {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> VERBS =
            List.of("*", "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch");
    private static final String OTHERS = "if '*' is present, must not specify other ";

    private Flows() {}

    static Strategy schemas() {
        return Simple.defaulting(object ->
                        Edits.always(object, "spec", spec -> Edits.positive(spec, "matchingPrecedence", 1000)))
                .checking(Flows::check);
    }

    private static void check(ObjectValue object, Checks checks) {
        String name = object.object("metadata").string("name");
        ObjectValue spec = object.object("spec");
        BootstrapFlows.fixedSpec("FlowSchema", name)
                .filter(fixed -> !fixed.equals(spec))
                .ifPresent(fixed -> checks.add(
                        FieldError.invalid(SPEC, spec, "spec of '" + name + "' must equal the fixed value")));
        checkPrecedence(name, spec.integer("matchingPrecedence"), checks);
        if (spec.has("distinguisherMethod")) {
            checks.oneOf(
                    spec.object("distinguisherMethod"),
                    "type",
                    SPEC.child("distinguisherMethod"),
                    "ByNamespace",
                    "ByUser");
        }
        FieldPath level = SPEC.child("priorityLevelConfiguration", "name");
        String named = spec.object("priorityLevelConfiguration").string("name");
        if (named.isEmpty()) {
            checks.add(FieldError.required(level, "must reference a priority level"));
        } else {
            checks.dnsSubdomain(named, level);
        }
        each(spec, "rules", SPEC, (rule, here) -> checkRule(rule, here, checks));
    }

    private static void checkPrecedence(String name, long precedence, Checks checks) {
        FieldPath here = SPEC.child("matchingPrecedence");
        if (precedence <= 0) {
            checks.add(FieldError.invalid(here, precedence, "must be a positive value"));
        }
        if (precedence > 10_000) {
            checks.add(FieldError.invalid(here, precedence, "must not be greater than 10000"));
        }
        if (precedence == 1 && !name.equals("exempt")) {
            checks.add(FieldError.invalid(
                    here, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
        }
    }

    private static void checkRule(ObjectValue rule, FieldPath here, Checks checks) {
        if (rule.list("subjects").isEmpty()) {
            checks.add(FieldError.required(here.child("subjects"), "subjects must contain at least one value"));
        }
        each(rule, "subjects", here, (subject, at) -> checkSubject(subject, at, checks));
        if (rule.list("resourceRules").isEmpty()
                && rule.list("nonResourceRules").isEmpty()) {
            checks.add(FieldError.required(
                    here, "at least one of resourceRules and nonResourceRules has to be non-empty"));
        }
        each(rule, "resourceRules", here, (each, at) -> checkResources(each, at, checks));
        each(rule, "nonResourceRules", here, (each, at) -> checkPaths(each, at, checks));
    }

    private static void checkSubject(ObjectValue subject, FieldPath here, Checks checks) {
        String kind = subject.string("kind");
        String field = switch (kind) {
            case "User" -> "user";
            case "Group" -> "group";
            case "ServiceAccount" -> "serviceAccount";
            default -> "";
        };
        if (field.isEmpty()) {
            checks.add(FieldError.notSupported(here.child("kind"), kind, List.of("Group", "ServiceAccount", "User")));
            return;
        }
        if (subject.has(field)) {
            checkNames(kind, subject.object(field), here.child(field), checks);
        } else {
            checks.add(
                    FieldError.required(here.child(field), field + " is required when subject kind is '" + kind + "'"));
        }
        for (String other : List.of("user", "group", "serviceAccount")) {
            if (!other.equals(field) && subject.has(other)) {
                String its = other.equals("user") ? "User" : other.equals("group") ? "Group" : "ServiceAccount";
                checks.add(FieldError.forbidden(
                        here.child(other), other + " is forbidden when subject kind is not '" + its + "'"));
            }
        }
    }

    private static void checkNames(String kind, ObjectValue named, FieldPath here, Checks checks) {
        String name = named.string("name");
        if (name.isEmpty()) {
            checks.add(FieldError.required(here.child("name"), ""));
        }
        if (!kind.equals("ServiceAccount")) {
            return;
        }
        if (!name.isEmpty() && !name.equals("*")) {
            checks.dnsSubdomain(name, here.child("name"));
        }
        String namespace = named.string("namespace");
        if (namespace.isEmpty()) {
            checks.add(FieldError.required(here.child("namespace"), "must specify namespace for service account"));
        } else {
            checks.dnsLabel(namespace, here.child("namespace"));
        }
    }

    private static void checkVerbs(ObjectValue rule, FieldPath here, Checks checks) {
        List<String> verbs = rule.list("verbs").strings();
        if (verbs.isEmpty()) {
            checks.add(FieldError.required(here.child("verbs"), "verbs must contain at least one value"));
        }
        if (verbs.contains("*") && verbs.size() > 1) {
            checks.add(FieldError.invalid(here.child("verbs"), rule.list("verbs"), OTHERS + "verbs"));
        } else if (!VERBS.containsAll(verbs)) {
            checks.add(FieldError.notSupported(here.child("verbs"), rule.list("verbs"), VERBS));
        }
    }

    private static void checkResources(ObjectValue rule, FieldPath here, Checks checks) {
        checkVerbs(rule, here, checks);
        atLeastOne(rule, "apiGroups", here, "resource rules must supply at least one api group", "api groups", checks);
        atLeastOne(rule, "resources", here, "resource rules must supply at least one resource", "resources", checks);
        List<String> namespaces = rule.list("namespaces").strings();
        FieldPath at = here.child("namespaces");
        if (namespaces.isEmpty() && !rule.bool("clusterScope")) {
            checks.add(FieldError.required(
                    at, "resource rules that are not cluster scoped must supply at least one namespace"));
        } else if (namespaces.contains("*")) {
            if (namespaces.size() > 1) {
                checks.add(FieldError.invalid(at, rule.list("namespaces"), OTHERS + "namespaces"));
            }
        } else {
            for (int i = 0; i < namespaces.size(); i++) {
                for (String problem : Names.dnsLabel(namespaces.get(i))) {
                    checks.add(FieldError.invalid(at.index(i), namespaces.get(i), "nonsensical namespace: " + problem));
                }
            }
        }
    }

    private static void checkPaths(ObjectValue rule, FieldPath here, Checks checks) {
        checkVerbs(rule, here, checks);
        String none = "nonResourceURLs must contain at least one value";
        if (atLeastOne(rule, "nonResourceURLs", here, none, "non-resource URLs", checks)) {
            List<String> paths = rule.list("nonResourceURLs").strings();
            for (int i = 0; i < paths.size(); i++) {
                String problem = pathProblem(paths.get(i));
                if (!problem.isEmpty()) {
                    checks.add(FieldError.invalid(here.child("nonResourceURLs").index(i), paths.get(i), problem));
                }
            }
        }
    }

    private static String pathProblem(String path) {
        if (path.isEmpty()) {
            return "must not be empty";
        }
        if (path.equals("/") || path.equals("*")) {
            return "";
        }
        if (!path.startsWith("/")) {
            return "must start with slash";
        }
        if (path.contains(" ")) {
            return "must not contain white-space";
        }
        if (path.contains("//")) {
            return "must not contain double slash";
        }
        int star = path.indexOf('*');
        return star >= 0 && !(star == path.length() - 1 && path.endsWith("/*"))
                ? "wildcard can only do suffix matching"
                : "";
    }

    /** Whether the list is worth looking at item by item. */
    private static boolean atLeastOne(
            ObjectValue rule, String field, FieldPath here, String none, String others, Checks checks) {
        ListValue list = rule.list(field);
        Set<String> items = Set.copyOf(list.strings());
        if (items.isEmpty()) {
            checks.add(FieldError.required(here.child(field), none));
            return false;
        }
        if (items.contains("*") && list.size() > 1) {
            checks.add(FieldError.invalid(here.child(field), list, OTHERS + others));
            return false;
        }
        return true;
    }

    private interface Item {
        void check(ObjectValue item, FieldPath here);
    }

    private static void each(ObjectValue object, String field, FieldPath path, Item item) {
        List<ObjectValue> items = object.list(field).objects();
        for (int i = 0; i < items.size(); i++) {
            item.check(items.get(i), path.child(field).index(i));
        }
    }
}
