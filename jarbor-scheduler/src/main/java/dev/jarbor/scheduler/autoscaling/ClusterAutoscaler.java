package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The loop of the cluster autoscaler: looks at the cluster again and again, adds nodes for pods that find none, and removes
 * those that nobody has needed for a while. What it remembers (since when a node is unneeded) begins anew after a restart.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md">Cluster Autoscaler FAQ</a>
 */
public final class ClusterAutoscaler implements AutoCloseable {
    /** Whose events they are. */
    public static final String NAME = "cluster-autoscaler";

    private static final System.Logger LOG = System.getLogger(ClusterAutoscaler.class.getName());

    private final Runtime runtime;
    private final EventRecorder events;
    private final AutoscalerSettings settings;
    private final List<NodeGroup> groups;
    private final Informers informers;
    private final Informer<Node> nodes;
    private final Informer<Pod> pods;
    private final Informer<Namespace> namespaces;
    private final Informer<DaemonSet> daemonSets;
    private final Informer<PodDisruptionBudget> budgets;
    private final Draining draining;
    private final StatusMap status;
    private final Map<String, Instant> unneededSince = new TreeMap<>();
    private final Map<String, Instant> going = new TreeMap<>();
    private Instant lastAdded = Instant.EPOCH;
    private Instant lastFailed = Instant.EPOCH;
    private volatile boolean closed;

    public ClusterAutoscaler(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            AutoscalerSettings settings,
            List<NodeGroup> groups) {
        this.runtime = runtime;
        this.events = events;
        this.settings = settings;
        this.groups = List.copyOf(groups);
        this.informers = informers;
        this.nodes = informers.of(Node.KIND);
        this.pods = informers.of(Pod.KIND);
        this.namespaces = informers.of(Namespace.KIND);
        this.daemonSets = informers.of(DaemonSet.KIND);
        this.budgets = informers.of(PodDisruptionBudget.KIND);
        this.draining = new Draining(api, runtime, events);
        this.status = new StatusMap(api, runtime);
    }

    /** Begins to look, once what there is has been heard of. */
    public void start() {
        informers.whenSynced(() -> runtime.schedule(NAME, settings.scanInterval(), this::scan));
    }

    @Override
    public void close() {
        closed = true;
    }

    private void scan() {
        if (closed) {
            return;
        }
        try {
            look();
        } catch (ApiException refused) {
            LOG.log(System.Logger.Level.WARNING, "the autoscaler looks again: {0}", refused.getMessage());
        } finally {
            runtime.schedule(NAME, settings.scanInterval(), this::scan);
        }
    }

    private void look() {
        ClusterView view = new ClusterView(
                nodes.list(), pods.list(), namespaces.list(), daemonSets.list(), budgets.list(), groups);
        boolean grown = grow(view);
        Unneeded unneeded = Unneeded.of(view, settings.utilization(), runtime.random());
        remember(unneeded);
        removeGone();
        boolean calm = !grown
                && passed(lastAdded, settings.delayAfterAdd())
                && passed(lastFailed, settings.delayAfterFailure());
        if (calm) {
            shrink(unneeded);
        }
        status.write(view, unneeded.candidates().size(), grown, calm, !going.isEmpty());
    }

    private boolean passed(Instant since, Duration time) {
        return Duration.between(since, runtime.now()).compareTo(time) >= 0;
    }

    /** Whether nodes were added. */
    private boolean grow(ClusterView view) {
        ScaleUp scaleUp = ScaleUp.of(view, settings.expander(), runtime.random());
        scaleUp.chosen().ifPresent(this::add);
        for (Pod pod : view.unschedulable()) {
            List<String> reasons = scaleUp.helpless().get(pod.key());
            if (reasons != null) {
                events.normal(pod, "NotTriggerScaleUp", ScaleUp.message(reasons));
            }
        }
        return scaleUp.chosen().isPresent();
    }

    private void add(Option option) {
        NodeGroup group = option.group();
        int before = group.targetSize();
        int after = before + option.count();
        group.increase(option.count());
        lastAdded = runtime.now();
        String change = group.name() + " " + before + "->" + after + " (max: " + group.maxSize() + ")";
        option.pods()
                .forEach(pod -> events.normal(pod, "TriggeredScaleUp", "pod triggered scale-up: [{" + change + "}]"));
        status.find()
                .ifPresent(map -> events.normal(
                        map,
                        "ScaledUpGroup",
                        "Scale-up: group " + group.name() + " size set to " + after + " instead of " + before
                                + " (max: " + group.maxSize() + ")"));
    }

    private void remember(Unneeded unneeded) {
        var found = new TreeSet<String>();
        unneeded.candidates().forEach(candidate -> found.add(candidate.node()));
        for (String name : List.copyOf(unneededSince.keySet())) {
            if (!found.contains(name)) {
                unneededSince.remove(name);
                draining.unmark(name, Draining.CANDIDATE);
            }
        }
        for (String name : found) {
            if (unneededSince.putIfAbsent(name, runtime.now()) == null) {
                draining.markCandidate(name);
            }
        }
    }

    /** Nodes without pods go together, of the others one at a time. */
    private void shrink(Unneeded unneeded) {
        List<Unneeded.Candidate> due = unneeded.candidates().stream()
                .filter(candidate -> Optional.ofNullable(unneededSince.get(candidate.node()))
                        .filter(since -> passed(since, settings.unneededTime()))
                        .isPresent())
                .toList();
        List<Unneeded.Candidate> empty = due.stream()
                .filter(Unneeded.Candidate::isEmpty)
                .limit(settings.emptyAtOnce())
                .toList();
        if (!empty.isEmpty()) {
            empty.forEach(candidate ->
                    begin(candidate, "ScaleDownEmpty", "Scale-down: removing empty node \"" + candidate.node() + "\""));
        } else if (going.isEmpty() && !due.isEmpty()) {
            Unneeded.Candidate first = due.getFirst();
            begin(
                    first,
                    "ScaleDown",
                    "Scale-down: removing node " + first.node() + ", utilization: " + first.utilization()
                            + ", pods to reschedule: "
                            + first.moved().stream().map(Pod::name).collect(Collectors.joining(",")));
        }
        removeGone();
    }

    private void begin(Unneeded.Candidate candidate, String reason, String message) {
        if (!draining.mark(candidate.node())) {
            return;
        }
        going.put(candidate.node(), runtime.now());
        unneededSince.remove(candidate.node());
        status.find().ifPresent(map -> events.normal(map, reason, message));
        draining.evict(candidate.moved());
    }

    /** Nodes that go and have no pods left are taken from their groups; those that take too long stay. */
    private void removeGone() {
        for (Map.Entry<String, Instant> one : List.copyOf(going.entrySet())) {
            String name = one.getKey();
            List<Pod> left = new ArrayList<>();
            for (Pod pod : pods.list()) {
                boolean own = pod.spec().nodeName().equals(name) && !PodRules.isFinished(pod);
                if (own && !PodRules.isOfDaemonSet(pod) && !PodRules.isMirror(pod)) {
                    left.add(pod);
                }
            }
            if (left.isEmpty()) {
                nodes.get(ObjectKey.cluster(name))
                        .ifPresent(node -> events.normal(node, "ScaleDown", "node removed by cluster autoscaler"));
                groups.stream()
                        .filter(group -> group.nodes().contains(name))
                        .forEach(group -> group.delete(List.of(name)));
                going.remove(name);
            } else if (passed(one.getValue(), settings.drainPatience())) {
                nodes.get(ObjectKey.cluster(name))
                        .ifPresent(node -> events.warning(
                                node, "ScaleDownFailed", "failed to drain the node, aborting ScaleDown"));
                draining.unmark(name, Draining.TAINT);
                going.remove(name);
                lastFailed = runtime.now();
            } else {
                draining.evict(left.stream()
                        .filter(pod -> !pod.metadata().hasDeletionTimestamp())
                        .toList());
            }
        }
    }
}
