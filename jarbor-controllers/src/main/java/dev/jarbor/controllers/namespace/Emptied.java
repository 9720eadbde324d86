package dev.jarbor.controllers.namespace;

import dev.jarbor.api.core.v1.NamespaceCondition;
import dev.jarbor.api.core.v1.NamespaceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one pass over a dying namespace found.
 *
 * @param remaining how many objects are left of each resource, such as {@code pods.}
 * @param finalizers how many of them wait for each finalizer
 * @param failures what could not be listed or deleted, and why
 * @param silent versions of groups that another server should answer for, and does not
 */
record Emptied(
        Map<String, Integer> remaining, Map<String, Integer> finalizers, List<String> failures, Set<String> silent) {
    Emptied {
        remaining = new TreeMap<>(remaining);
        finalizers = new TreeMap<>(finalizers);
        failures = failures.stream().sorted().toList();
        silent = new TreeSet<>(silent);
    }

    boolean isDone() {
        return remaining.isEmpty() && failures.isEmpty() && silent.isEmpty();
    }

    /** The status with the five conditions that tell why a namespace is not gone yet, in the reference's words. */
    NamespaceStatus told(NamespaceStatus before, Instant now) {
        var conditions = new ArrayList<>(before.conditions());
        put(
                conditions,
                now,
                "NamespaceDeletionDiscoveryFailure",
                !silent.isEmpty(),
                silent.isEmpty() ? "ResourcesDiscovered" : "DiscoveryFailed",
                silent.isEmpty()
                        ? "All resources successfully discovered"
                        : "Discovery failed for some groups, " + silent.size()
                                + " failing: unable to retrieve the complete list of server APIs: "
                                + silent.stream()
                                        .map(version -> version + ": stale GroupVersion discovery: " + version)
                                        .collect(Collectors.joining(", ")));
        put(
                conditions,
                now,
                "NamespaceDeletionGroupVersionParsingFailure",
                false,
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed");
        put(
                conditions,
                now,
                "NamespaceDeletionContentFailure",
                !failures.isEmpty(),
                failures.isEmpty() ? "ContentDeleted" : "ContentDeletionFailed",
                failures.isEmpty()
                        ? "All content successfully deleted, may be waiting on finalization"
                        : "Failed to delete all resource types, " + failures.size() + " remaining: "
                                + String.join(", ", failures));
        put(
                conditions,
                now,
                "NamespaceContentRemaining",
                !remaining.isEmpty(),
                remaining.isEmpty() ? "ContentRemoved" : "SomeResourcesRemain",
                remaining.isEmpty()
                        ? "All content successfully removed"
                        : "Some resources are remaining: " + listed(remaining, " has ", " resource instances"));
        put(
                conditions,
                now,
                "NamespaceFinalizersRemaining",
                !finalizers.isEmpty(),
                finalizers.isEmpty() ? "ContentHasNoFinalizers" : "SomeFinalizersRemain",
                finalizers.isEmpty()
                        ? "All content-preserving finalizers finished"
                        : "Some content in the namespace has finalizers remaining: "
                                + listed(finalizers, " in ", " resource instances"));
        return before.withPhase("Terminating").withConditions(conditions);
    }

    private static String listed(Map<String, Integer> counts, String between, String after) {
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .map(entry -> entry.getKey() + between + entry.getValue() + after)
                        .toList());
    }

    private static void put(
            List<NamespaceCondition> conditions,
            Instant now,
            String type,
            boolean holds,
            String reason,
            String message) {
        String status = holds ? "True" : "False";
        Optional<NamespaceCondition> before = conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
        NamespaceCondition after = before.orElse(NamespaceCondition.EMPTY.withType(type))
                .withReason(reason)
                .withMessage(message)
                .withStatus(status);
        if (before.map(NamespaceCondition::status).filter(status::equals).isEmpty()) {
            after = after.withLastTransitionTime(now);
        }
        if (before.isPresent()) {
            conditions.set(conditions.indexOf(before.get()), after);
        } else {
            conditions.add(after);
        }
    }
}
