package dev.jarbor.controllers.devicetaints;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.scheduling.DeviceTaints;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.Disruption;
import dev.jarbor.controllers.common.EvictionMetrics;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Deletes pods that use devices with a NoExecute taint that they do not tolerate, or no longer, and says of each rule how far
 * that has come.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-scheduling/5055-dra-device-taints-and-tolerations">KEP-5055</a>
 */
public final class DeviceTaintEvictionController implements ControlLoop {
    public static final String NAME = "device-taint-eviction-controller";
    private static final String EVENT = "DeviceTaintManagerEviction";
    private static final int WORKERS = 8;
    /** How often the status of a rule is written at most. */
    private static final Duration STATUS_PERIOD = Duration.ofSeconds(10);

    private final Api api;
    private final Informers informers;
    private final Runtime runtime;
    private final EventRecorder events;
    private final EvictionMetrics metrics;
    private final Informer<Pod> pods;
    private final Informer<ResourceClaim> claims;
    private final Informer<ResourceSlice> slices;
    /** One informer, or none where the cluster has no such rules. */
    private final List<Informer<DeviceTaintRule>> rules;

    private final WorkQueue<Item> queue;
    /** Since when each pod is known to have to go. Bounded by the pods there are. */
    private final Map<ObjectKey, Instant> noticed = new ConcurrentHashMap<>();
    /** How many pods each rule has made to go, by its uid. Bounded by the rules there are. */
    private final Map<String, Long> evicted = new ConcurrentHashMap<>();

    private sealed interface Item {
        record OfPod(ObjectKey key) implements Item {}

        record OfRule(String name) implements Item {}
    }

    /** @param tainted whether the cluster serves rules that taint devices */
    public DeviceTaintEvictionController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, boolean tainted) {
        this(api, informers, runtime, events, tainted, new MetricRegistry());
    }

    /** @param tainted whether the cluster serves rules that taint devices */
    public DeviceTaintEvictionController(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            boolean tainted,
            MetricRegistry registry) {
        this.metrics = new EvictionMetrics(registry, "device_taint_eviction_controller");
        this.api = api;
        this.informers = informers;
        this.runtime = runtime;
        this.events = events;
        this.pods = informers.of(Pod.KIND);
        this.claims = informers.of(ResourceClaim.KIND);
        this.slices = informers.of(ResourceSlice.KIND);
        this.rules = tainted ? List.of(informers.of(DeviceTaintRule.KIND)) : List.of();
        this.queue = new WorkQueue<>(NAME, runtime, WORKERS, this::reconcile);
        pods.onChange(this::podChanged);
        claims.onChange(change -> look(change.object()));
        slices.onChange(this::sliceChanged);
        rules.forEach(informer -> informer.onChange(this::ruleChanged));
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        informers.whenSynced(queue::start);
    }

    private void podChanged(Change<Pod> change) {
        Pod pod = change.object();
        if (change instanceof Change.Deleted<Pod>) {
            noticed.remove(pod.key());
        } else if (pod.spec().hasResourceClaims() && !pod.spec().nodeName().isEmpty()) {
            queue.add(new Item.OfPod(pod.key()));
        }
    }

    private void look(ResourceClaim claim) {
        claim.status().reservedFor().stream()
                .filter(user -> user.apiGroup().isEmpty() && user.resource().equals("pods"))
                .forEach(user -> queue.add(new Item.OfPod(new ObjectKey(claim.namespace(), user.name()))));
    }

    /** Only what was or is tainted matters to pods. */
    private void sliceChanged(Change<ResourceSlice> change) {
        ResourceSlice slice = change.object();
        boolean before = change instanceof Change.Updated<ResourceSlice> updated && hasTaints(updated.before());
        if (!before && !hasTaints(slice)) {
            return;
        }
        String driver = slice.spec().driver();
        String pool = slice.spec().pool().name();
        claims.list().stream()
                .filter(claim -> claim.status().allocation().devices().results().stream()
                        .anyMatch(device ->
                                device.driver().equals(driver) && device.pool().equals(pool)))
                .forEach(this::look);
    }

    private static boolean hasTaints(ResourceSlice slice) {
        return slice.spec().devices().stream().anyMatch(device -> device.hasTaints());
    }

    private void ruleChanged(Change<DeviceTaintRule> change) {
        DeviceTaintRule rule = change.object();
        if (change instanceof Change.Updated<DeviceTaintRule>(DeviceTaintRule before, DeviceTaintRule after)) {
            if (!before.spec().equals(after.spec())) {
                lookAtPodsOf(before);
                lookAtPodsOf(after);
            }
        } else {
            lookAtPodsOf(rule);
        }
        if (change instanceof Change.Deleted<DeviceTaintRule>) {
            evicted.remove(rule.metadata().uid());
        } else {
            queue.add(new Item.OfRule(rule.name()));
        }
    }

    private void lookAtPodsOf(DeviceTaintRule rule) {
        claims.list().stream().filter(claim -> concerns(rule, claim) > 0).forEach(this::look);
    }

    /** How many devices of {@code claim} a rule is about. */
    private static long concerns(DeviceTaintRule rule, ResourceClaim claim) {
        return claim.status().allocation().devices().results().stream()
                .filter(device -> DeviceTaints.isAbout(rule, device.driver(), device.pool(), device.device()))
                .count();
    }

    private Outcome reconcile(Item item) {
        return switch (item) {
            case Item.OfPod(ObjectKey key) -> pods.get(key).map(this::reconcile).orElse(Outcome.DONE);
            case Item.OfRule(String name) ->
                rules.stream()
                        .flatMap(informer -> informer.get(ObjectKey.cluster(name)).stream())
                        .findFirst()
                        .map(this::tell)
                        .orElse(Outcome.DONE);
        };
    }

    private List<DeviceTaintRule> allRules() {
        return rules.stream().flatMap(informer -> informer.list().stream()).toList();
    }

    private Optional<DeviceEviction> eviction(Pod pod, List<DeviceTaintRule> counted, Instant since) {
        return DeviceEviction.of(
                pod,
                name -> claims.get(new ObjectKey(pod.namespace(), name)),
                new TaintedDevices(slices.list(), counted),
                since);
    }

    private Outcome reconcile(Pod pod) {
        Instant since = noticed.getOrDefault(pod.key(), runtime.now());
        Optional<DeviceEviction> eviction = eviction(pod, allRules(), since);
        if (eviction.isEmpty()) {
            if (noticed.remove(pod.key()) != null && !pod.metadata().hasDeletionTimestamp()) {
                events.normal(pod, EVENT, "Cancelling deletion");
            }
            return Outcome.DONE;
        }
        noticed.putIfAbsent(pod.key(), since);
        lookAtRules(eviction.get());
        Duration left = Duration.between(runtime.now(), eviction.get().end());
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        evict(pod);
        metrics.evicted(eviction.get().end(), runtime.now());
        eviction.get().rules().forEach(uid -> evicted.merge(uid, 1L, Long::sum));
        lookAtRules(eviction.get());
        return Outcome.DONE;
    }

    private void lookAtRules(DeviceEviction eviction) {
        allRules().stream()
                .filter(rule -> eviction.rules().contains(rule.metadata().uid()))
                .forEach(rule -> queue.add(new Item.OfRule(rule.name())));
    }

    private void evict(Pod pod) {
        events.normal(pod, EVENT, "Marking for deletion");
        Disruption.end(
                api,
                pod,
                "DeletionByDeviceTaintManager",
                "Device Taint manager: deleting due to NoExecute taint",
                runtime.now());
    }

    private Outcome tell(DeviceTaintRule rule) {
        Optional<Condition> before = rule.status().conditions().stream()
                .filter(condition -> condition.type().equals(RuleCondition.TYPE))
                .findFirst();
        if (before.isPresent()
                && before.get().observedGeneration() == rule.metadata().generation()) {
            Instant written = before.get().lastTransitionTime().orElse(Instant.MIN);
            Duration left = Duration.between(runtime.now(), written.plus(STATUS_PERIOD));
            if (left.isPositive()) {
                return Outcome.again(left);
            }
        }
        Condition now = RuleCondition.of(rule, counts(rule));
        if (before.map(condition -> condition.value().without("lastTransitionTime"))
                .equals(Optional.of(now.value()))) {
            return Outcome.DONE;
        }
        var conditions = new ArrayList<>(rule.status().conditions());
        conditions.removeIf(condition -> condition.type().equals(RuleCondition.TYPE));
        conditions.add(now.withLastTransitionTime(runtime.now()));
        api.updateStatus(DeviceTaintRule.KIND, rule.withStatus(rule.status().withConditions(conditions)));
        return now.status().equals("True") ? Outcome.again(STATUS_PERIOD) : Outcome.DONE;
    }

    private RuleCondition.Counts counts(DeviceTaintRule rule) {
        boolean imagined = rule.spec().taint().effect().equals("None");
        long done = evicted.getOrDefault(rule.metadata().uid(), 0L);
        if (!imagined && !rule.spec().taint().effect().equals(DeviceTaints.NO_EXECUTE)) {
            return new RuleCondition.Counts(0, 0, 0, 0, done);
        }
        DeviceTaintRule driving =
                rule.withSpec(rule.spec().withTaint(rule.spec().taint().withEffect(DeviceTaints.NO_EXECUTE)));
        var namespaces = new TreeSet<String>();
        long going = 0;
        for (Pod pod : pods.list()) {
            if (pod.spec().hasResourceClaims()
                    && eviction(pod, List.of(driving), runtime.now())
                            .filter(one -> !one.rules().isEmpty())
                            .isPresent()) {
                going++;
                namespaces.add(pod.namespace());
            }
        }
        long published = imagined ? new TaintedDevices(slices.list(), List.of()).published(rule) : 0;
        long allocated = imagined
                ? claims.list().stream()
                        .mapToLong(claim -> concerns(rule, claim))
                        .sum()
                : 0;
        return new RuleCondition.Counts(published, allocated, going, namespaces.size(), done);
    }
}
