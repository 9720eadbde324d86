package dev.jarbor.api.quota;

import dev.jarbor.api.Fields;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Pods, and what they ask for while they have not ended. */
record PodEvaluator() implements Evaluator {
    private static final String COUNT = "count/pods";
    private static final String REQUESTS = "requests.";
    private static final String HUGE_PAGES = "hugepages-";

    private static final Set<String> NAMES = Set.of(
            COUNT,
            "pods",
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    /** A quota of these makes containers say how much they want; the reference keeps to that for cpu and memory alone. */
    private static final Set<String> MUST_BE_SAID =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    @Override
    public List<String> tracked(Collection<String> hard) {
        return hard.stream().filter(PodEvaluator::isTracked).toList();
    }

    static boolean isTracked(String name) {
        return NAMES.contains(name)
                || name.startsWith(HUGE_PAGES)
                || name.startsWith(REQUESTS + HUGE_PAGES)
                || (name.startsWith(REQUESTS) && !isNative(name));
    }

    private static boolean isNative(String name) {
        return name.indexOf('/') < 0 || name.contains("kubernetes.io/");
    }

    @Override
    public Usage usage(ObjectValue pod, Instant now) {
        Usage count = Usage.of(COUNT, 1);
        return hasEnded(pod, now) ? count : count.plus(usage(PodAmounts.requests(pod), PodAmounts.limits(pod)));
    }

    /** A pod that is being deleted counts until its grace period is over. */
    private static boolean hasEnded(ObjectValue pod, Instant now) {
        String phase = pod.object("status").string("phase");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return true;
        }
        ObjectValue metadata = pod.object("metadata");
        Optional<Instant> deleted = Fields.time(metadata.valueOrNull("deletionTimestamp"));
        return deleted.isPresent()
                && metadata.has("deletionGracePeriodSeconds")
                && now.isAfter(deleted.get().plusSeconds(metadata.integer("deletionGracePeriodSeconds")));
    }

    private static Usage usage(Usage requests, Usage limits) {
        Usage usage = Usage.of("pods", 1);
        for (String name : requests.names()) {
            Quantity amount = requests.of(name);
            boolean plain = name.equals("cpu") || name.equals("memory") || name.equals("ephemeral-storage");
            if (plain || name.startsWith(HUGE_PAGES)) {
                usage = usage.with(name, amount);
            }
            if (plain || name.startsWith(HUGE_PAGES) || isExtended(name)) {
                usage = usage.with(REQUESTS + name, amount);
            }
        }
        for (String name : List.of("cpu", "memory", "ephemeral-storage")) {
            usage = limits.has(name) ? usage.with("limits." + name, limits.of(name)) : usage;
        }
        return usage;
    }

    private static boolean isExtended(String name) {
        return !isNative(name) && !name.startsWith(REQUESTS);
    }

    @Override
    public String missing(Collection<String> names, ObjectValue pod) {
        var unsaid = new TreeMap<String, TreeSet<String>>();
        for (ObjectValue container : containers(pod.object("spec"))) {
            ObjectValue resources = container.object("resources");
            Usage said = usage(Usage.read(resources.object("requests")), Usage.read(resources.object("limits")));
            for (String name : names) {
                if (MUST_BE_SAID.contains(name) && !said.has(name) && !isSaidByPod(pod, name)) {
                    unsaid.computeIfAbsent(name, key -> new TreeSet<>()).add(container.string("name"));
                }
            }
        }
        if (unsaid.isEmpty()) {
            return "";
        }
        var parts = new ArrayList<String>();
        unsaid.forEach((name, containers) -> parts.add(name + " for: " + String.join(",", containers)));
        return "must specify " + String.join("; ", parts);
    }

    /** What the pod says as a whole, its containers need not repeat. */
    private static boolean isSaidByPod(ObjectValue pod, String name) {
        ObjectValue resources = pod.object("spec").object("resources");
        return usage(Usage.read(resources.object("requests")), Usage.read(resources.object("limits")))
                .has(name);
    }

    private static List<ObjectValue> containers(ObjectValue spec) {
        var all = new ArrayList<>(spec.list("containers").objects());
        all.addAll(spec.list("initContainers").objects());
        return all;
    }

    @Override
    public boolean isWithin(Scope scope, ObjectValue pod) {
        ObjectValue spec = pod.object("spec");
        return switch (scope.name()) {
            case "Terminating" -> isTerminating(spec);
            case "NotTerminating" -> !isTerminating(spec);
            case "BestEffort" -> isBestEffort(pod);
            case "NotBestEffort" -> !isBestEffort(pod);
            case "PriorityClass" -> scope.admits(spec.string("priorityClassName"));
            case "CrossNamespacePodAffinity" -> crossesNamespaces(spec.object("affinity"));
            default -> false;
        };
    }

    private static boolean isTerminating(ObjectValue spec) {
        return spec.has("activeDeadlineSeconds") && spec.integer("activeDeadlineSeconds") >= 0;
    }

    private static boolean isBestEffort(ObjectValue pod) {
        String known = pod.object("status").string("qosClass");
        if (!known.isEmpty()) {
            return known.equals("BestEffort");
        }
        ObjectValue spec = pod.object("spec");
        var all = containers(spec);
        all.add(spec);
        return all.stream()
                .map(one -> one.object("resources"))
                .allMatch(resources -> Usage.read(resources.object("requests"))
                        .max(Usage.read(resources.object("limits")))
                        .only(Set.of("cpu", "memory"))
                        .withoutZeros()
                        .isEmpty());
    }

    private static boolean crossesNamespaces(ObjectValue affinity) {
        return List.of("podAffinity", "podAntiAffinity").stream()
                .map(affinity::object)
                .anyMatch(one -> crosses(one.list("requiredDuringSchedulingIgnoredDuringExecution"))
                        || crosses(ListValue.of(
                                one.list("preferredDuringSchedulingIgnoredDuringExecution").objects().stream()
                                        .map(weighted -> weighted.object("podAffinityTerm"))
                                        .toList())));
    }

    private static boolean crosses(ListValue terms) {
        return terms.objects().stream()
                .anyMatch(term -> !term.list("namespaces").isEmpty() || term.has("namespaceSelector"));
    }
}
