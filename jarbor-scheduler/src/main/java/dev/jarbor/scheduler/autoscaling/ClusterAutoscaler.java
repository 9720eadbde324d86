package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.client.Api;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The loop of the cluster autoscaler: looks at the cluster again and again, adds nodes for pods that find none, and removes
 * those that nobody has needed for a while. What it remembers (since when a node is unneeded) begins anew after a restart,
 * and marks that an earlier life left on nodes are taken away.
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
    private final Informer<ResourceClaim> claims;
    private final Informer<DeviceClass> classes;
    private final Informer<ResourceSlice> slices;
    private final Owners owners;
    private final Draining draining;
    private final StatusMap status;
    private final ClusterEvents cluster;
    private final AutoscalerMetrics metrics;
    private final Provisioning provisioning;
    private final Shrinker shrinker;
    private boolean begun;
    private volatile boolean closed;

    public ClusterAutoscaler(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            AutoscalerSettings settings,
            List<NodeGroup> groups,
            MetricRegistry registry) {
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
        this.claims = informers.of(ResourceClaim.KIND);
        this.classes = informers.of(DeviceClass.KIND);
        this.slices = informers.of(ResourceSlice.KIND);
        this.owners = Owners.of(informers);
        this.draining = new Draining(api, runtime);
        this.status = new StatusMap(api, runtime);
        this.cluster = new ClusterEvents(status, events);
        this.metrics = new AutoscalerMetrics(registry);
        this.provisioning = new Provisioning(settings.provisionTime());
        var removals =
                new Removals(draining, events, cluster, metrics, settings.shrinking(), pods::list, this::verdict);
        this.shrinker = new Shrinker(draining, removals, metrics, settings.shrinking());
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
            metrics.failed("apiCallError");
            LOG.log(System.Logger.Level.WARNING, "the autoscaler looks again: {0}", refused.getMessage());
        } finally {
            runtime.schedule(NAME, settings.scanInterval(), this::scan);
        }
    }

    private void look() {
        Instant now = runtime.now();
        metrics.active("main", now);
        if (!begun) {
            status.begin();
            cleanUp();
            begun = true;
        }
        shrinker.goOn(now);
        provisioning.look(nodes.list(), groups, now).forEach(this::giveUp);
        Fleet fleet = Fleet.of(nodes.list(), groups, provisioning, settings.health(), now);
        removeUnregistered();
        var view = new ClusterView(
                now,
                nodes.list(),
                pods.list(),
                namespaces.list(),
                daemonSets.list(),
                budgets.list(),
                owners,
                groups,
                fleet,
                new ClusterView.Devices(claims.list(), classes.list(), slices.list()));
        metrics.found(found(view));
        try {
            if (fleet.healthy()) {
                if (!isAnyGivenUp(now)) {
                    scale(view);
                }
            } else {
                shrinker.forget();
                cluster.warning("ClusterUnhealthy", "Cluster is unhealthy");
            }
        } finally {
            Fleet after = Fleet.of(nodes.list(), groups, provisioning, settings.health(), now);
            status.write(groups, after, shrinker.candidates());
        }
    }

    private PodRules.Verdict verdict(Pod pod) {
        return PodRules.of(pod, runtime.now(), owners, new Budgets(budgets.list()));
    }

    private AutoscalerMetrics.Found found(ClusterView view) {
        double cores = 0;
        double memory = 0;
        for (Node node : view.nodes()) {
            if (!Draining.isMarked(node)) {
                Map<String, Quantity> capacity = node.status().capacity();
                cores += capacity.getOrDefault("cpu", Quantity.ZERO).doubleValue();
                memory += capacity.getOrDefault("memory", Quantity.ZERO).doubleValue();
            }
        }
        return new AutoscalerMetrics.Found(
                view.fleet(),
                groups.size(),
                view.unschedulable().size(),
                groups.stream().mapToInt(NodeGroup::maxSize).sum(),
                cores,
                memory);
    }

    /** Nodes that were to go when an earlier life of this loop ended stay after all. */
    private void cleanUp() {
        var own = new TreeSet<String>();
        groups.forEach(group -> own.addAll(group.nodes()));
        for (Node node : nodes.list()) {
            if (own.contains(node.name()) && Draining.isMarked(node) && draining.unmark(node.name(), Draining.TAINT)) {
                events.normal(node, "ClusterAutoscalerCleanup", "removed ToBeDeleted taint");
            }
        }
    }

    private void giveUp(Provisioning.TimedOut late) {
        String after = GoDuration.text(late.after());
        String name = late.group().name();
        cluster.warning("ScaleUpTimedOut", "Nodes added to group " + name + " failed to register within " + after);
        failed(late.group(), "timeout", "Scale-up timed out for node group " + name + " after " + after);
    }

    private void failed(NodeGroup group, String code, String message) {
        metrics.failedToAdd(code);
        provisioning.failed(group, new Provisioning.Failure(code, message), runtime.now());
    }

    /** What should have registered long ago is given back, as far as its group may shrink. */
    private void removeUnregistered() {
        var overdue = provisioning.neverRegistered(runtime.now());
        for (NodeGroup group : groups) {
            List<String> given = group.nodes().stream()
                    .filter(overdue::contains)
                    .limit(Math.max(0, group.targetSize() - group.minSize()))
                    .toList();
            if (given.isEmpty()) {
                continue;
            }
            try {
                group.delete(given);
            } catch (IllegalStateException refused) {
                given.forEach(name -> cluster.warning(
                        "DeleteUnregisteredFailed", "Failed to remove node " + name + ": " + refused.getMessage()));
                continue;
            }
            given.forEach(name -> cluster.normal("DeleteUnregistered", "Removed unregistered node " + name));
            metrics.gaveBackUnregistered(given.size());
        }
    }

    /** Whether a group shall have fewer nodes from now on, as those that it misses do not come. */
    private boolean isAnyGivenUp(Instant now) {
        boolean any = false;
        for (Provisioning.TooSmall late : provisioning.tooSmall(nodes.list(), groups, now)) {
            try {
                late.group().decreaseTargetSize(late.fewer());
                any = true;
            } catch (IllegalStateException refused) {
                metrics.failed("cloudProviderError");
                LOG.log(
                        System.Logger.Level.WARNING,
                        "group {0} keeps its size: {1}",
                        late.group().name(),
                        refused.getMessage());
            }
        }
        return any;
    }

    private void scale(ClusterView view) {
        metrics.active("autoscaling", view.now());
        ClusterView.Packed packed = view.packed(runtime.random());
        boolean wait = !packed.waiting().isEmpty() && view.areNew(packed.waiting());
        if (!wait && grow(view, packed)) {
            shrinker.grown(view.now());
            return;
        }
        shrinker.look(view, packed, wait);
    }

    /** Whether nodes were added. */
    private boolean grow(ClusterView view, ClusterView.Packed packed) {
        if (packed.waiting().isEmpty()) {
            return false;
        }
        metrics.active("scaleUp", view.now());
        ScaleUp scaleUp = ScaleUp.of(view, packed, settings.expander(), settings.balance(), runtime.random());
        if (scaleUp.chosen().isPresent()) {
            return add(scaleUp.chosen().get(), scaleUp.growths());
        }
        for (Pod pod : packed.waiting()) {
            Optional.ofNullable(scaleUp.helpless().get(pod.key()))
                    .ifPresent(reasons -> events.normal(pod, "NotTriggerScaleUp", ScaleUp.message(reasons)));
        }
        return false;
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
            String changes = done.stream().map(Growth::toString).collect(Collectors.joining(" "));
            option.pods()
                    .forEach(
                            pod -> events.normal(pod, "TriggeredScaleUp", "pod triggered scale-up: [" + changes + "]"));
        }
        return !done.isEmpty();
    }

    private boolean add(Growth growth) {
        NodeGroup group = growth.group();
        int more = growth.after() - growth.before();
        String change = group.name() + " size %s " + growth.after() + " instead of " + growth.before() + " (max: "
                + group.maxSize() + ")";
        cluster.normal("ScaledUpGroup", "Scale-up: setting group " + change.formatted("to"));
        try {
            group.increase(more);
        } catch (IllegalStateException none) {
            cluster.warning(
                    "FailedToScaleUpGroup", "Scale-up failed for group " + group.name() + ": " + none.getMessage());
            failed(group, "cloudProviderError", "failed to increase node group size: " + none.getMessage());
            return false;
        }
        provisioning.asked(group, more, runtime.now());
        metrics.added(more);
        cluster.normal("ScaledUpGroup", "Scale-up: group " + change.formatted("set to"));
        return true;
    }
}
