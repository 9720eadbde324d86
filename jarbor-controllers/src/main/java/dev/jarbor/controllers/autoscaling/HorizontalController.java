package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.api.autoscaling.v2.MetricSpec;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.autoscaling.HorizontalMetrics.Trouble;
import dev.jarbor.controllers.autoscaling.Proposals.Proposal;
import dev.jarbor.controllers.autoscaling.ScaleTargets.Scale;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * Gives each target of a HorizontalPodAutoscaler as many replicas as the one of its metrics wants that wants the most; looks
 * every quarter of a minute.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/">Horizontal Pod Autoscaling</a>
 */
public final class HorizontalController implements ControlLoop {
    private static final String NAME = "horizontal-pod-autoscaler-controller";
    private static final String ABLE = "AbleToScale";
    private static final String ACTIVE = "ScalingActive";
    private static final String LIMITED = "ScalingLimited";

    /** Between two looks at one autoscaler, and before the first. */
    static final Duration PERIOD = Duration.ofSeconds(15);

    private final Api api;
    private final Runtime runtime;
    private final EventRecorder events;
    private final Informer<HorizontalPodAutoscaler> autoscalers;
    private final Informer<Pod> pods;
    private final ScaleTargets targets;
    private final Proposals proposals;
    private final HorizontalMetrics metrics;
    private final Controller queue;
    private final Map<ObjectKey, ScalingHistory> histories = new ConcurrentSkipListMap<>();
    /** Which pods each autoscaler is about, as it was found last. */
    private final Map<ObjectKey, Selector> selectors = new ConcurrentSkipListMap<>();

    /** @param resources what the cluster serves beside custom resources */
    public HorizontalController(
            Api api, Informers informers, Runtime runtime, EventRecorder events, List<ResourceDefinition> resources) {
        this(api, informers, runtime, events, resources, new MetricRegistry());
    }

    /** @param resources what the cluster serves beside custom resources */
    public HorizontalController(
            Api api,
            Informers informers,
            Runtime runtime,
            EventRecorder events,
            List<ResourceDefinition> resources,
            MetricRegistry registry) {
        this.api = api;
        this.runtime = runtime;
        this.events = events;
        this.autoscalers = informers.of(HorizontalPodAutoscaler.KIND);
        this.pods = informers.of(Pod.KIND);
        this.targets = new ScaleTargets(api, informers, resources);
        this.proposals = new Proposals(new PodMetrics(api), targets);
        this.metrics = new HorizontalMetrics(registry, runtime, autoscalers::list);
        this.queue = new Controller(NAME, informers, runtime, 5, this::reconcile);
        autoscalers.onChange(this::changed);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private void changed(Change<HorizontalPodAutoscaler> change) {
        ObjectKey key = change.object().key();
        if (change instanceof Change.Deleted<HorizontalPodAutoscaler>) {
            histories.remove(key);
            selectors.remove(key);
        } else {
            queue.enqueue(key, PERIOD);
        }
    }

    private Outcome reconcile(ObjectKey key) {
        autoscalers.get(key).ifPresent(this::look);
        return autoscalers.get(key).isPresent() ? Outcome.again(PERIOD) : Outcome.DONE;
    }

    private void look(HorizontalPodAutoscaler autoscaler) {
        var report = new Report(autoscaler.status(), runtime.now());
        long begun = metrics.begin();
        try {
            scale(autoscaler, report);
        } finally {
            metrics.reconciled(report.before(), report.after(), report.trouble(), begun);
            write(autoscaler, report);
        }
    }

    private void scale(HorizontalPodAutoscaler autoscaler, Report report) {
        Scale scale;
        try {
            scale = targets.scale(autoscaler.spec().scaleTargetRef(), autoscaler.namespace());
        } catch (UnknownMetricException unknown) {
            boolean unreadable = ScaleTargets.isUnreadable(autoscaler.spec().scaleTargetRef());
            report.failed(unreadable ? Trouble.SPEC : Trouble.INTERNAL);
            events.warning(autoscaler, "FailedGetScale", unknown.reason());
            report.say(
                    ABLE,
                    false,
                    "FailedGetScale",
                    "the HPA controller was unable to get the target's current scale: " + unknown.reason());
            return;
        }
        report.say(ABLE, true, "SucceededGetScale", "the HPA controller was able to get the target's current scale");
        Instant now = runtime.now();
        int current = scale.replicas();
        ScalingHistory history =
                histories.computeIfAbsent(autoscaler.key(), absent -> new ScalingHistory(current, now));
        int least = autoscaler.spec().minReplicasOr(1);
        int most = autoscaler.spec().maxReplicas();
        if (current == 0 && !ZeroReplicas.mayEnd(autoscaler)) {
            report.say(
                    ACTIVE,
                    false,
                    "ScalingDisabled",
                    "scaling is disabled since the replica count of the target is zero");
            report.sizes(0, 0, List.of());
        } else if (current > most) {
            rescale(autoscaler, scale, most, "Current number of replicas above Spec.MaxReplicas", List.of(), report);
        } else if (current > 0 && current < least) {
            rescale(autoscaler, scale, least, "Current number of replicas below Spec.MinReplicas", List.of(), report);
        } else {
            byMetrics(autoscaler, scale, history, report);
        }
    }

    private void byMetrics(HorizontalPodAutoscaler autoscaler, Scale scale, ScalingHistory history, Report report) {
        int current = scale.replicas();
        var statuses = new ArrayList<ObjectValue>();
        Proposal.Wanted wanted;
        try {
            wanted = wanted(autoscaler, scale, statuses, report);
        } catch (UnknownMetricException unknown) {
            report.sizes(current, report.status().desiredReplicas(), statuses);
            report.failed(Trouble.INTERNAL);
            events.warning(autoscaler, "FailedComputeMetricsReplicas", unknown.reason());
            return;
        }
        Bounds bounds = Bounds.of(
                autoscaler, autoscaler.spec().minReplicasOr(1), current, wanted.replicas(), history, runtime.now());
        report.say(ABLE, bounds.stabilized());
        report.say(LIMITED, bounds.limited());
        if (bounds.replicas() == current) {
            report.sizes(current, current, statuses);
            return;
        }
        String reason = wanted.replicas() > current
                ? wanted.name() + " above target"
                : wanted.replicas() < current ? "All metrics below target" : "";
        rescale(autoscaler, scale, bounds.replicas(), reason, statuses, report);
    }

    /** What the metrics ask for together; one that failed prevents a change that takes away. */
    private Proposal.Wanted wanted(
            HorizontalPodAutoscaler autoscaler, Scale scale, List<ObjectValue> statuses, Report report) {
        Selector selector = selector(autoscaler, scale, report);
        List<Pod> selected = selected(autoscaler.namespace(), selector);
        var situation = new ReplicaCount.Situation(
                scale.replicas(), selected, Tolerance.of(autoscaler.spec().behavior()), runtime.now());
        var failures = new ArrayList<Proposal.Failed>();
        Proposal.Wanted most = new Proposal.Wanted(0, "", ObjectValue.EMPTY);
        List<MetricSpec> specs = autoscaler.spec().metrics();
        int told = autoscaler.status().currentReplicas();
        for (MetricSpec metric : specs) {
            long begun = metrics.begin();
            switch (proposals.of(autoscaler, metric, situation, scale.running(), selector)) {
                case Proposal.Failed failed -> {
                    events.warning(autoscaler, failed.reason(), failed.cause());
                    failures.add(failed);
                    metrics.computed(metric.type(), told, told, Trouble.INTERNAL, begun);
                    statuses.add(ObjectValue.of("type", Value.of("")));
                }
                case Proposal.Wanted one -> {
                    most = most.replicas() == 0 || one.replicas() > most.replicas() ? one : most;
                    statuses.add(one.status());
                    metrics.computed(metric.type(), told, one.replicas(), Trouble.NONE, begun);
                }
            }
        }
        boolean fewer = most.replicas() < scale.replicas();
        if (!failures.isEmpty()) {
            report.failed(Trouble.INTERNAL);
        }
        if (!failures.isEmpty() && (failures.size() == specs.size() || fewer)) {
            Proposal.Failed first = failures.getFirst();
            report.say(
                    ACTIVE, false, first.reason(), "the HPA was unable to compute the replica count: " + first.cause());
            throw new UnknownMetricException("invalid metrics (" + failures.size() + " invalid out of " + specs.size()
                    + "), first error is: " + first.error());
        }
        report.say(
                ACTIVE,
                true,
                "ValidMetricFound",
                "the HPA was able to successfully calculate a replica count from " + most.name());
        return most;
    }

    private Selector selector(HorizontalPodAutoscaler autoscaler, Scale scale, Report report) {
        if (scale.selector().isEmpty()) {
            events.warning(autoscaler, "SelectorRequired", "selector is required");
            report.say(ACTIVE, false, "InvalidSelector", "the HPA target's scale is missing a selector");
            throw new UnknownMetricException("selector is required");
        }
        Selector selector;
        try {
            selector = Selector.parse(scale.selector());
        } catch (InvalidSelectorException malformed) {
            throw unusable(
                    autoscaler,
                    report,
                    "InvalidSelector",
                    "couldn't convert selector into a corresponding internal selector object: "
                            + malformed.getMessage());
        }
        selectors.put(autoscaler.key(), selector);
        List<ObjectKey> others = selecting(autoscaler.namespace(), selector);
        if (others.size() > 1) {
            throw unusable(
                    autoscaler,
                    report,
                    "AmbiguousSelector",
                    "pods by selector " + scale.selector() + " are controlled by multiple HPAs: "
                            + others.stream().map(ObjectKey::toString).collect(Collectors.joining(" ", "[", "]")));
        }
        return selector;
    }

    private UnknownMetricException unusable(
            HorizontalPodAutoscaler autoscaler, Report report, String reason, String message) {
        events.warning(autoscaler, reason, message);
        report.say(ACTIVE, false, reason, message);
        return new UnknownMetricException(message);
    }

    private List<Pod> selected(String namespace, Selector selector) {
        return pods.list(namespace).stream()
                .filter(pod -> selector.matches(pod.metadata().labels()))
                .toList();
    }

    /** The autoscalers of a namespace that are about any pod that {@code selector} selects. */
    private List<ObjectKey> selecting(String namespace, Selector selector) {
        List<Pod> selected = selected(namespace, selector);
        return new TreeMap<>(selectors)
                .entrySet().stream()
                        .filter(entry -> entry.getKey().namespace().equals(namespace))
                        .filter(entry -> selected.stream()
                                .anyMatch(pod ->
                                        entry.getValue().matches(pod.metadata().labels())))
                        .map(Map.Entry::getKey)
                        .toList();
    }

    private void rescale(
            HorizontalPodAutoscaler autoscaler,
            Scale scale,
            int replicas,
            String reason,
            List<ObjectValue> statuses,
            Report report) {
        int current = scale.replicas();
        try {
            targets.write(scale, replicas);
        } catch (ApiException refused) {
            events.warning(
                    autoscaler,
                    "FailedRescale",
                    "New size: " + replicas + "; reason: " + reason + "; error: " + refused.getMessage());
            report.failed(Trouble.INTERNAL);
            report.say(
                    ABLE,
                    false,
                    "FailedUpdateScale",
                    "the HPA controller was unable to update the target scale: " + refused.getMessage());
            report.sizes(current, report.status().desiredReplicas(), statuses);
            return;
        }
        report.say(
                ABLE,
                true,
                "SucceededRescale",
                "the HPA controller was able to update the target scale to " + replicas);
        events.normal(autoscaler, "SuccessfulRescale", "New size: " + replicas + "; reason: " + reason);
        ScalingHistory history = histories.get(autoscaler.key());
        if (history != null && autoscaler.spec().hasBehavior()) {
            history.scaled(current, replicas, runtime.now());
        }
        ZeroReplicas.after(autoscaler, current, replicas).ifPresent(said -> report.say(ZeroReplicas.CONDITION, said));
        report.sizes(current, replicas, statuses);
        report.scaled(current, replicas);
    }

    private void write(HorizontalPodAutoscaler autoscaler, Report report) {
        if (report.status().equals(autoscaler.status())) {
            return;
        }
        try {
            api.updateStatus(HorizontalPodAutoscaler.KIND, autoscaler.withStatus(report.status()));
        } catch (ApiException refused) {
            if (!refused.isNotFound()) {
                events.warning(autoscaler, "FailedUpdateStatus", String.valueOf(refused.getMessage()));
                throw refused;
            }
        }
    }
}
