package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What the autoscaler counts, under the reference's names.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/proposals/metrics.md">Cluster
 *     Autoscaler monitoring</a>
 */
final class AutoscalerMetrics {
    private static final String PREFIX = "cluster_autoscaler_";

    /**
     * What the last look found.
     *
     * @param unschedulable how many pods wait for a node
     * @param maxNodes how many nodes all groups may have together
     * @param cores of all nodes together
     * @param memory of all nodes together, in bytes
     */
    record Found(Fleet fleet, int groups, int unschedulable, int maxNodes, double cores, double memory) {
        static final Found NOTHING = new Found(Fleet.WELL, 0, 0, 0, 0, 0);
    }

    private final Counter added;
    private final Counter failedAdditions;
    private final Counter removals;
    private final Counter evictions;
    private final Counter errors;
    private final Counter unregisteredRemovals;
    private final Map<String, Instant> activities = new ConcurrentSkipListMap<>();
    private volatile Found found = Found.NOTHING;
    private volatile int unneeded;
    private volatile boolean inCooldown;
    private volatile Map<String, Integer> kept = Map.of();

    AutoscalerMetrics(MetricRegistry registry) {
        added = registry.counter(PREFIX + "scaled_up_nodes_total", "Nodes that were added.");
        failedAdditions =
                registry.counter(PREFIX + "failed_scale_ups_total", "Additions of nodes that failed.", "reason");
        removals = registry.counter(PREFIX + "scaled_down_nodes_total", "Nodes that were removed.", "reason");
        evictions = registry.counter(
                PREFIX + "evicted_pods_total", "Pods that were asked to leave nodes that go.", "eviction_result");
        errors = registry.counter(PREFIX + "errors_total", "Looks at the cluster that failed.", "type");
        unregisteredRemovals = registry.counter(
                PREFIX + "old_unregistered_nodes_removed_count", "Nodes that never registered and were given back.");
        watch(registry);
    }

    private void watch(MetricRegistry registry) {
        registry.gauge(
                PREFIX + "cluster_safe_to_autoscale",
                "Whether the cluster is healthy enough for nodes to come and go.",
                List.of(),
                sink -> sink.tell(found.fleet().healthy() ? 1 : 0));
        registry.gauge(PREFIX + "nodes_count", "Nodes by their state.", List.of("state"), sink -> {
            Readiness all = found.fleet().all();
            sink.tell(all.ready(), "ready");
            sink.tell(all.unready(), "unready");
            sink.tell(all.notStarted(), "notStarted");
            sink.tell(all.longUnregistered(), "longUnregistered");
            sink.tell(all.unregistered(), "unregistered");
        });
        registry.gauge(
                PREFIX + "node_groups_count",
                "Groups of nodes that may grow and shrink.",
                List.of("node_group_type"),
                sink -> sink.tell(found.groups(), "autoscaled"));
        registry.gauge(
                PREFIX + "unschedulable_pods_count",
                "Pods that found no node.",
                List.of("type"),
                sink -> sink.tell(found.unschedulable(), "unschedulable"));
        registry.gauge(
                PREFIX + "max_nodes_count",
                "How many nodes all groups may have together.",
                List.of(),
                sink -> sink.tell(found.maxNodes()));
        registry.gauge(
                PREFIX + "cluster_cpu_current_cores",
                "Cores of all nodes, those aside that go.",
                List.of(),
                sink -> sink.tell(found.cores()));
        registry.gauge(
                PREFIX + "cluster_memory_current_bytes",
                "Memory of all nodes, those aside that go.",
                List.of(),
                sink -> sink.tell(found.memory()));
        registry.gauge(
                PREFIX + "last_activity",
                "When each part of the work was done last, in seconds since 1970.",
                List.of("activity"),
                sink -> activities.forEach((activity, when) -> sink.tell((double) when.getEpochSecond(), activity)));
        registry.gauge(
                PREFIX + "unneeded_nodes_count", "Nodes that nobody needs.", List.of(), sink -> sink.tell(unneeded));
        registry.gauge(
                PREFIX + "unremovable_nodes_count",
                "Nodes that have to stay, by the reason.",
                List.of("reason"),
                sink -> kept.forEach((reason, count) -> sink.tell(count, reason)));
        registry.gauge(
                PREFIX + "scale_down_in_cooldown",
                "Whether no node goes because of what happened a while ago.",
                List.of(),
                sink -> sink.tell(inCooldown ? 1 : 0));
    }

    void found(Found now) {
        found = now;
    }

    void active(String activity, Instant now) {
        activities.put(activity, now);
    }

    void added(int nodes) {
        added.add(nodes);
    }

    void failedToAdd(String reason) {
        failedAdditions.increment(reason);
    }

    void removed(String reason) {
        removals.increment(reason);
    }

    void evicted(boolean done) {
        evictions.increment(done ? "succeeded" : "failed");
    }

    void failed(String type) {
        errors.increment(type);
    }

    void gaveBackUnregistered(int nodes) {
        unregisteredRemovals.add(nodes);
    }

    void unneeded(int nodes, boolean cooldown) {
        unneeded = nodes;
        inCooldown = cooldown;
    }

    /** @param reasons of each node that stays */
    void kept(Iterable<String> reasons) {
        var counts = new TreeMap<String, Integer>();
        reasons.forEach(reason -> counts.merge(reason, 1, Integer::sum));
        kept = counts;
    }
}
