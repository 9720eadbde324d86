package dev.jarbor.server.rbac;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.Attributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One rule of a role: some verbs on some resources, or on some URL paths that are no resources.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">Using RBAC Authorization</a>
 */
public record Rule(
        List<String> verbs, List<String> groups, List<String> resources, List<String> names, List<String> urls) {
    private static final String ALL = "*";

    public Rule {
        verbs = List.copyOf(verbs);
        groups = List.copyOf(groups);
        resources = List.copyOf(resources);
        names = List.copyOf(names);
        urls = List.copyOf(urls);
    }

    public static Rule read(ObjectValue rule) {
        return new Rule(
                rule.list("verbs").strings(),
                rule.list("apiGroups").strings(),
                rule.list("resources").strings(),
                rule.list("resourceNames").strings(),
                rule.list("nonResourceURLs").strings());
    }

    /** The rule as roles hold it. */
    ObjectValue value() {
        var rule = ObjectValue.builder();
        put(rule, "verbs", verbs);
        put(rule, "apiGroups", groups);
        put(rule, "resources", resources);
        put(rule, "resourceNames", names);
        put(rule, "nonResourceURLs", urls);
        return rule.build();
    }

    private static void put(ObjectValue.Builder rule, String field, List<String> words) {
        if (!words.isEmpty()) {
            rule.put(field, ListValue.ofStrings(words));
        }
    }

    /** Whether the rule allows what is asked. */
    public boolean allows(Attributes asked) {
        if (!has(verbs, asked.verb())) {
            return false;
        }
        return asked.path().isEmpty()
                ? has(groups, asked.group())
                        && coversResource(asked.resource(), asked.subresource())
                        && (names.isEmpty() || names.contains(asked.name()))
                : urls.stream().anyMatch(url -> coversUrl(url, asked.path()));
    }

    private static boolean has(List<String> words, String word) {
        return words.contains(ALL) || words.contains(word);
    }

    private boolean coversResource(String resource, String subresource) {
        String combined = subresource.isEmpty() ? resource : resource + "/" + subresource;
        for (String covered : resources) {
            if (covered.equals(ALL)
                    || covered.equals(combined)
                    || (!subresource.isEmpty() && covered.equals("*/" + subresource))) {
                return true;
            }
        }
        return false;
    }

    private static boolean coversUrl(String url, String path) {
        return url.equals(ALL)
                || url.equals(path)
                || (url.endsWith(ALL) && path.startsWith(url.substring(0, url.length() - 1)));
    }

    /** The rule cut into pieces of one verb on one thing each: what a grant is compared by. */
    List<Rule> pieces() {
        var pieces = new ArrayList<Rule>();
        for (String verb : verbs) {
            for (String url : urls) {
                pieces.add(new Rule(List.of(verb), List.of(), List.of(), List.of(), List.of(url)));
            }
            for (String group : groups) {
                for (String resource : resources) {
                    if (names.isEmpty()) {
                        pieces.add(new Rule(List.of(verb), List.of(group), List.of(resource), List.of(), List.of()));
                    }
                    for (String name : names) {
                        pieces.add(
                                new Rule(List.of(verb), List.of(group), List.of(resource), List.of(name), List.of()));
                    }
                }
            }
        }
        return pieces;
    }

    /** Pieces of the same resource (and name) as one rule with all their verbs, in the order of the first of each. */
    static List<Rule> compact(List<Rule> pieces) {
        var compact = new LinkedHashMap<List<List<String>>, Rule>();
        for (Rule piece : pieces) {
            compact.merge(
                    List.of(
                            piece.groups,
                            piece.resources,
                            piece.names,
                            piece.urls,
                            piece.urls.isEmpty() ? List.of() : piece.verbs),
                    piece,
                    Rule::withVerbsOf);
        }
        return List.copyOf(compact.values());
    }

    private Rule withVerbsOf(Rule other) {
        var all = new ArrayList<>(verbs);
        all.addAll(other.verbs);
        return new Rule(all, groups, resources, names, urls);
    }

    /** Whether whoever holds this rule holds {@code piece}, one of {@link #pieces}, too. */
    boolean covers(Rule piece) {
        if (!has(verbs, piece.verbs.getFirst())) {
            return false;
        }
        if (!piece.urls.isEmpty()) {
            String wanted = piece.urls.getFirst();
            return urls.stream().anyMatch(url -> coversUrl(url, wanted));
        }
        String resource = piece.resources.getFirst();
        int slash = resource.indexOf('/');
        boolean names = this.names.isEmpty() || (!piece.names.isEmpty() && this.names.contains(piece.names.getFirst()));
        return names
                && has(groups, piece.groups.getFirst())
                && (slash < 0
                        ? has(resources, resource)
                        : coversResource(resource.substring(0, slash), resource.substring(slash + 1)));
    }

    /** The reference's print of a rule, in messages about missing permissions. */
    @Override
    public String toString() {
        var parts = new ArrayList<String>();
        part(parts, "APIGroups", groups);
        part(parts, "Resources", resources);
        part(parts, "ResourceNames", names);
        part(parts, "NonResourceURLs", urls);
        part(parts, "Verbs", verbs);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void part(List<String> parts, String name, List<String> words) {
        if (!words.isEmpty()) {
            parts.add(name + ":[" + words.stream().map(GoText::quote).collect(Collectors.joining(" ")) + "]");
        }
    }
}
