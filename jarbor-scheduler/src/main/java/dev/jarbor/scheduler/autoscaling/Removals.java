package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.scheduler.autoscaling.AutoscalerSettings.Shrinking;
import dev.jarbor.scheduler.autoscaling.Unneeded.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Nodes that go, from the mark that keeps new pods away until their group gives them up. A moment after the mark it is looked
 * at anew what is on the node, and whether that may be moved; those pods are asked to leave for two minutes at most, and then
 * awaited. A node that cannot be emptied stays.
 *
 * <p>One owner; bounded by how many nodes may go at once.
 */
final class Removals {
    /** Between the mark and the next look at a node, for what was under way. */
    static final Duration SETTLING = Duration.ofSeconds(5);
    /** So much longer than their pods may take are nodes waited for. */
    private static final Duration HEADROOM = Duration.ofSeconds(30);

    private static final String DAEMONS_TOO = "cluster-autoscaler.kubernetes.io/enable-ds-eviction";
    private static final String GOES = "ScaleDown";
    private static final String FAILED = "ScaleDownFailed";

    private final Draining draining;
    private final EventRecorder events;
    private final AutoscalerMetrics metrics;
    private final Shrinking settings;
    private final Supplier<List<Pod>> pods;
    private final Function<Pod, PodRules.Verdict> rules;
    private final ClusterEvents cluster;
    private final Map<String, Removal> going = new TreeMap<>();
    /** Nodes that stay after all, and whose mark could not be taken away yet. */
    private final Set<String> marked = new TreeSet<>();

    private static final class Removal {
        private final Candidate candidate;
        private final Instant since;
        /** Those that have to leave, once that has been looked at. */
        private List<Pod> leaving = List.of();

        private final Map<ObjectKey, String> held = new TreeMap<>();
        private Instant deadline = Instant.MAX;
        private boolean begun;

        Removal(Candidate candidate, Instant since) {
            this.candidate = candidate;
            this.since = since;
        }
    }

    /** What came of a look. */
    enum Outcome {
        CALM,
        FAILED
    }

    /** @param rules what becomes of a pod, as things are now */
    Removals(
            Draining draining,
            EventRecorder events,
            ClusterEvents cluster,
            AutoscalerMetrics metrics,
            Shrinking settings,
            Supplier<List<Pod>> pods,
            Function<Pod, PodRules.Verdict> rules) {
        this.draining = draining;
        this.events = events;
        this.cluster = cluster;
        this.metrics = metrics;
        this.settings = settings;
        this.pods = pods;
        this.rules = rules;
    }

    Removable.Going going() {
        var byGroup = new TreeMap<String, Integer>();
        going.values().forEach(one -> byGroup.merge(one.candidate.group().name(), 1, Integer::sum));
        int drained = (int)
                going.values().stream().filter(one -> !one.candidate.isEmpty()).count();
        return new Removable.Going(byGroup, going.size(), drained);
    }

    boolean has(String node) {
        return going.containsKey(node);
    }

    /** Begins with {@code all}, where each of them can be marked. */
    Outcome begin(List<Candidate> all, Instant now) {
        var begun = new ArrayList<Candidate>();
        for (Candidate candidate : all) {
            Optional<String> refused = draining.mark(candidate.name());
            if (refused.isPresent()) {
                events.warning(
                        candidate.node(),
                        FAILED,
                        "failed to mark the node as toBeDeleted/unschedulable: " + refused.get());
                begun.forEach(one -> stays(one.name()));
                return Outcome.FAILED;
            }
            events.normal(candidate.node(), GOES, "marked the node as toBeDeleted/unschedulable");
            begun.add(candidate);
        }
        for (Candidate candidate : begun) {
            if (candidate.isEmpty()) {
                cluster.normal("ScaleDownEmpty", "Scale-down: removing empty node \"" + candidate.name() + "\"");
            } else {
                cluster.normal(
                        GOES,
                        "Scale-down: removing node " + candidate.name() + ", utilization: " + candidate.utilization()
                                + ", pods to reschedule: "
                                + candidate.moved().stream().map(Pod::name).collect(Collectors.joining(",")));
            }
            going.put(candidate.name(), new Removal(candidate, now));
        }
        return Outcome.CALM;
    }

    /** Goes on with all. */
    Outcome look(Instant now) {
        marked.removeIf(name -> draining.unmark(name, Draining.TAINT));
        Outcome outcome = Outcome.CALM;
        for (Removal removal : List.copyOf(going.values())) {
            if (removal.since.plus(SETTLING).isAfter(now)) {
                continue;
            }
            Optional<String> failure = step(removal, now);
            if (failure.isPresent()) {
                fail(removal, failure.get());
                outcome = Outcome.FAILED;
            }
        }
        return outcome;
    }

    /** Why the node has to stay; nothing where it is on its way. */
    private Optional<String> step(Removal removal, Instant now) {
        Candidate candidate = removal.candidate;
        if (!removal.begun) {
            removal.begun = true;
            var leaving = new ArrayList<Pod>();
            for (Pod pod : on(candidate.name())) {
                switch (rules.apply(pod)) {
                    case PodRules.Verdict.Stays ignored -> {}
                    case PodRules.Verdict.Moves ignored -> leaving.add(pod);
                    case PodRules.Verdict.Blocks(String ignored, String why) -> {
                        return Optional.of("GetPodsToMove for \"" + candidate.name() + "\" returned error: " + why);
                    }
                }
            }
            removal.leaving = leaving;
            if (candidate.isEmpty() && !removal.leaving.isEmpty()) {
                return Optional.of("failed to delete empty node \"" + candidate.name() + "\", new pods scheduled");
            }
            removal.leaving.forEach(pod -> {
                events.normal(pod, GOES, "deleting pod for node scale down");
                removal.held.put(pod.key(), "");
            });
            evictDaemons(candidate);
        }
        if (!removal.held.isEmpty()) {
            evict(removal);
            if (!removal.held.isEmpty()) {
                boolean late = !removal.since
                        .plus(SETTLING)
                        .plus(settings.evictionTime())
                        .isAfter(now);
                return late ? Optional.of(givenUp(removal)) : Optional.empty();
            }
            removal.deadline = now.plus(settings.termination()).plus(HEADROOM);
        }
        List<ObjectKey> left = on(candidate.name()).stream().map(Pod::key).toList();
        if (removal.leaving.stream().noneMatch(pod -> left.contains(pod.key()))) {
            return delete(candidate);
        }
        return removal.deadline.isAfter(now)
                ? Optional.empty()
                : Optional.of("Failed to drain node /" + candidate.name() + ": pods remaining after timeout");
    }

    private List<Pod> on(String node) {
        return pods.get().stream()
                .filter(pod -> pod.spec().nodeName().equals(node) && !PodRules.isFinished(pod))
                .toList();
    }

    private void evict(Removal removal) {
        for (Pod pod : removal.leaving) {
            if (removal.held.containsKey(pod.key())) {
                Optional<String> refused = draining.evict(pod, settings.termination());
                if (refused.isPresent()) {
                    removal.held.put(pod.key(), refused.get());
                } else {
                    removal.held.remove(pod.key());
                    metrics.evicted(true);
                }
            }
        }
    }

    private String givenUp(Removal removal) {
        var errors = new ArrayList<String>();
        for (Pod pod : removal.leaving) {
            String last = removal.held.get(pod.key());
            if (last != null) {
                events.warning(pod, FAILED, "failed to delete pod for ScaleDown");
                metrics.evicted(false);
                errors.add("failed to evict pod " + pod.key() + " within allowed timeout (last error: " + last + ")");
            }
        }
        return "Failed to drain node /" + removal.candidate.name() + ", due to following errors: ["
                + String.join(" ", errors) + "]";
    }

    /** Daemons of a node with other pods are asked too, once; nobody waits for them. */
    private void evictDaemons(Candidate candidate) {
        for (Pod pod : on(candidate.name())) {
            String said =
                    pod.metadata().annotations().getOrDefault(DAEMONS_TOO, Boolean.toString(!candidate.isEmpty()));
            if (PodRules.isOfDaemonSet(pod) && !PodRules.isMirror(pod) && said.equals("true")) {
                events.normal(pod, GOES, "deleting pod for node scale down");
                draining.evict(pod, settings.termination());
            }
        }
    }

    private Optional<String> delete(Candidate candidate) {
        String name = candidate.name();
        try {
            candidate.group().delete(List.of(name));
        } catch (IllegalStateException refused) {
            return Optional.of(
                    "failed to delete nodes from group " + candidate.group().name() + ": " + refused.getMessage());
        }
        events.normal(candidate.node(), GOES, "nodes removed by cluster autoscaler");
        Node node = candidate.node();
        metrics.removed(!Readiness.isReady(node) ? "unready" : candidate.isEmpty() ? "empty" : "underutilized");
        if (candidate.isEmpty()) {
            cluster.normal("ScaleDownEmpty", "Scale-down: empty node " + name + " removed");
        } else {
            cluster.normal(GOES, "Scale-down: node " + name + " removed with drain");
        }
        going.remove(name);
        return Optional.empty();
    }

    private void fail(Removal removal, String why) {
        Candidate candidate = removal.candidate;
        events.warning(
                candidate.node(),
                FAILED,
                (candidate.isEmpty() ? "failed to delete empty node: " : "failed to drain and delete node: ") + why);
        stays(candidate.name());
        going.remove(candidate.name());
    }

    private void stays(String node) {
        if (!draining.unmark(node, Draining.TAINT)) {
            marked.add(node);
        }
    }
}
