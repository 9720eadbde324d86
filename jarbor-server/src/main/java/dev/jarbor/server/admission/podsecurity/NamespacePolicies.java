package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A namespace's labels must say what they mean; who makes them stricter is told which pods do not keep to them. */
final class NamespacePolicies {
    /** So many pods are looked at when a namespace becomes stricter. */
    private static final int MOST_PODS = 3000;

    private final PodSecuritySettings settings;

    NamespacePolicies(PodSecuritySettings settings) {
        this.settings = settings;
    }

    void validate(Review review) {
        Policy.Read read = Policy.of(labels(review.object()), settings.defaults());
        String name = review.object().object("metadata").string("name");
        boolean update = review.operation() == Operation.UPDATE;
        Policy.Read old = update ? Policy.of(labels(review.before()), settings.defaults()) : read;
        if (!read.errors().isEmpty() && (!update || !read.errors().equals(old.errors()))) {
            throw ApiException.invalid(review.resource().groupKind(), name, read.errors());
        }
        Standard enforce = read.policy().enforce();
        boolean stricter = update && isStricter(old.policy().enforce(), enforce);
        if (settings.namespaces().contains(name)) {
            if (!update || stricter) {
                warnOfExemption(review, name, read.policy());
            }
            return;
        }
        if (stricter) {
            pods(review, name, enforce).forEach(review.warnings()::add);
        }
    }

    private static ObjectValue labels(ObjectValue namespace) {
        return namespace.object("metadata").object("labels");
    }

    private static boolean isStricter(Standard before, Standard after) {
        boolean relaxed =
                before.version().equals(after.version()) && after.level().compareTo(before.level()) <= 0;
        return !after.equals(before) && !after.isPrivileged() && !relaxed;
    }

    private void warnOfExemption(Review review, String name, Policy policy) {
        if (policy.isPrivileged() || policy.equals(settings.defaults())) {
            return;
        }
        ObjectValue labels = labels(review.object());
        var modes = new ArrayList<String>();
        mode(labels, "enforce", policy.enforce(), modes);
        mode(labels, "audit", policy.audit(), modes);
        mode(labels, "warn", policy.warn(), modes);
        review.warnings()
                .add("namespace \"" + name + "\" is exempt from Pod Security, and the policy ("
                        + String.join(", ", modes) + ") will be ignored");
    }

    private static void mode(ObjectValue labels, String mode, Standard standard, List<String> modes) {
        boolean said = labels.has(Policy.PREFIX + mode) || labels.has(Policy.PREFIX + mode + "-version");
        if (said && !standard.isPrivileged()) {
            modes.add(mode + "=" + standard);
        }
    }

    /** What to say about the pods that are there already, those that do the same together. */
    private List<String> pods(Review review, String namespace, Standard enforce) {
        List<ObjectValue> pods =
                prioritized(List.copyOf(review.now().in("pods", namespace).values()));
        List<ObjectValue> checked = pods.subList(0, Math.min(pods.size(), MOST_PODS));
        var violating = new TreeMap<String, TreeSet<String>>();
        for (ObjectValue pod : checked) {
            String reasons = Standards.violations(enforce, pod.object("metadata"), pod.object("spec")).stream()
                    .map(Check.Violation::reason)
                    .collect(Collectors.joining(", "));
            if (!reasons.isEmpty()) {
                violating
                        .computeIfAbsent(reasons, key -> new TreeSet<>())
                        .add(pod.object("metadata").string("name"));
            }
        }
        var warnings = new ArrayList<String>();
        if (checked.size() < pods.size()) {
            warnings.add("new PodSecurity enforce level only checked against the first " + checked.size() + " of "
                    + pods.size() + " existing pods");
        }
        if (!violating.isEmpty()) {
            warnings.add("existing pods in namespace \"" + namespace + "\" violate the new PodSecurity enforce level \""
                    + enforce + "\"");
        }
        var lines = new TreeSet<String>();
        violating.forEach((reasons, names) -> lines.add(names.first() + others(names.size() - 1) + ": " + reasons));
        warnings.addAll(lines);
        return warnings;
    }

    private static String others(int others) {
        return others == 0 ? "" : " (and " + others + (others == 1 ? " other pod)" : " other pods)");
    }

    /** One pod of each owner first: the others are most likely like it. */
    private List<ObjectValue> prioritized(List<ObjectValue> pods) {
        var first = new ArrayList<ObjectValue>();
        var rest = new ArrayList<ObjectValue>();
        var owners = new HashSet<String>();
        for (ObjectValue pod : pods) {
            if (settings.runtimeClasses().contains(pod.object("spec").string("runtimeClassName"))) {
                continue;
            }
            String owner = pod.object("metadata").list("ownerReferences").objects().stream()
                    .filter(reference -> reference.bool("controller"))
                    .map(reference -> reference.string("uid"))
                    .findFirst()
                    .orElse("");
            (owner.isEmpty() || owners.add(owner) ? first : rest).add(pod);
        }
        first.addAll(rest);
        return first;
    }
}
