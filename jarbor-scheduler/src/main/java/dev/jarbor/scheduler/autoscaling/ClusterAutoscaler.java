package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.time.GoDuration;
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
    private final Provisioning provisioning;
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
        this.provisioning = new Provisioning(settings.provisionTime());
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
        Instant now = runtime.now();
        provisioning.look(nodes.list(), groups, now).forEach(this::giveUp);
        removeUnregistered();
        ClusterView view = new ClusterView(
                nodes.list(),
                pods.list(),
                namespaces.list(),
                daemonSets.list(),
                budgets.list(),
                groups,
                provisioning.lost(nodes.list(), now),
                groups.stream()
                        .filter(group -> provisioning.resting(group, now).isPresent())
                        .map(NodeGroup::name)
                        .collect(Collectors.toCollection(TreeSet::new)));
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
        status.write(view, provisioning, unneeded.candidates().size(), grown, calm, !going.isEmpty());
    }

    private void giveUp(Provisioning.TimedOut late) {
        String after = GoDuration.text(late.after());
        String name = late.group().name();
        tell(true, "ScaleUpTimedOut", "Nodes added to group " + name + " failed to register within " + after);
        provisioning.failed(
                late.group(),
                new Provisioning.Failure("timeout", "Scale-up timed out for node group " + name + " after " + after),
                runtime.now());
    }

    /** About the whole cluster. */
    private void tell(boolean warning, String reason, String message) {
        status.find().ifPresent(map -> {
            if (warning) {
                events.warning(map, reason, message);
            } else {
                events.normal(map, reason, message);
            }
        });
    }

    /** What should have registered long ago is given back, as far as its group may shrink. */
    private void removeUnregistered() {
        var overdue = provisioning.neverRegistered(runtime.now());
        for (NodeGroup group : groups) {
            for (String name : group.nodes()) {
                if (overdue.contains(name) && group.targetSize() > group.minSize()) {
                    group.delete(List.of(name));
                    tell(false, "DeleteUnregistered", "Removed unregistered node " + name);
                }
            }
        }
    }

    private boolean passed(Instant since, Duration time) {
        return Duration.between(since, runtime.now()).compareTo(time) >= 0;
    }

    /** Whether nodes were added. */
    private boolean grow(ClusterView view) {
        ScaleUp scaleUp = ScaleUp.of(view, settings.expander(), settings.balance(), runtime.random());
        boolean added = scaleUp.chosen()
                .filter(option -> add(option, scaleUp.growths()))
                .isPresent();
        for (Pod pod : view.unschedulable()) {
            List<String> reasons = scaleUp.helpless().get(pod.key());
            if (reasons != null) {
                events.normal(pod, "NotTriggerScaleUp", ScaleUp.message(reasons));
            }
        }
        return added;
    }

    /** Whether any were. */
    private boolean add(Option option, List<Growth> growths) {
        var done = new ArrayList<Growth>();
        for (Growth growth : growths) {
            if (add(growth)) {
                done.add(growth);
            }
        }
        if (!done.isEmpty()) {
            lastAdded = runtime.now();
            String changes = done.stream().map(Growth::toString).collect(Collectors.joining(" "));
            option.pods()
                    .forEach(
                            pod -> events.normal(pod, "TriggeredScaleUp", "pod triggered scale-up: [" + changes + "]"));
        }
        return !done.isEmpty();
    }

    private boolean add(Growth growth) {
        NodeGroup group = growth.group();
        String change = group.name() + " size %s " + growth.after() + " instead of " + growth.before() + " (max: "
                + group.maxSize() + ")";
        tell(false, "ScaledUpGroup", "Scale-up: setting group " + change.formatted("to"));
        try {
            group.increase(growth.after() - growth.before());
        } catch (IllegalStateException none) {
            tell(true, "FailedToScaleUpGroup", "Scale-up failed for group " + group.name() + ": " + none.getMessage());
            provisioning.failed(
                    group,
                    new Provisioning.Failure("cloudProviderError", String.valueOf(none.getMessage())),
                    runtime.now());
            return false;
        }
        provisioning.asked(group, growth.after() - growth.before(), runtime.now());
        tell(false, "ScaledUpGroup", "Scale-up: group " + change.formatted("set to"));
        return true;
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
        tell(false, reason, message);
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
