package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscaler;
import dev.jarbor.api.autoscaling.v2.MetricIdentifier;
import dev.jarbor.api.autoscaling.v2.MetricSpec;
import dev.jarbor.api.autoscaling.v2.MetricTarget;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.autoscaling.ReplicaCount.Situation;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What each metric of an autoscaler asks for. */
final class Proposals {
    private final PodMetrics metrics;
    private final ScaleTargets targets;

    Proposals(PodMetrics metrics, ScaleTargets targets) {
        this.metrics = metrics;
        this.targets = targets;
    }

    /** What a metric has to say. */
    sealed interface Proposal {
        /**
         * @param name of the metric in events
         * @param status what the autoscaler's status shows of it
         */
        record Wanted(int replicas, String name, ObjectValue status) implements Proposal {}

        /**
         * @param reason of the event and the condition
         * @param cause what they say
         * @param error the same as part of what is said of all metrics
         */
        record Failed(String reason, String cause, String error) implements Proposal {}
    }

    /**
     * What {@code metric} asks for.
     *
     * @param running how many replicas there are
     */
    Proposal of(
            HorizontalPodAutoscaler autoscaler, MetricSpec metric, Situation situation, int running, Selector pods) {
        String namespace = autoscaler.namespace();
        return switch (metric.type()) {
            case "Resource" ->
                resource(metric.resource().name(), "", metric.resource().target(), namespace, situation, pods);
            case "ContainerResource" ->
                resource(
                        metric.containerResource().name(),
                        metric.containerResource().container(),
                        metric.containerResource().target(),
                        namespace,
                        situation,
                        pods);
            case "Pods" -> pods(metric, namespace, situation, pods);
            case "Object" -> object(metric, namespace, situation, running);
            case "External" -> external(metric, namespace, situation, running);
            default -> {
                String unknown = "unknown metric source type \"" + metric.type() + "\"";
                yield new Proposal.Failed("InvalidMetricSourceType", unknown, unknown);
            }
        };
    }

    private Proposal resource(
            String resource,
            String container,
            MetricTarget target,
            String namespace,
            Situation situation,
            Selector pods) {
        boolean whole = container.isEmpty();
        String reason = whole ? "FailedGetResourceMetric" : "FailedGetContainerResourceMetric";
        String prefix = whole
                ? "failed to get " + resource + " resource metric value: "
                : "failed to get " + container + " container metric value: ";
        boolean average = target.hasAverageValue();
        try {
            if (!average && !target.hasAverageUtilization()) {
                throw new UnknownMetricException(
                        "invalid resource metric source: neither an average utilization target nor an average value"
                                + " (usage) target was set");
            }
            ReplicaCount count = counted(resource, container, target, namespace, situation, pods);
            ObjectValue current = ObjectValue.EMPTY.with(
                    "averageValue", Quantity.ofMilli(count.milli()).value());
            if (!average) {
                current = current.with("averageUtilization", count.percent());
            }
            ObjectValue status = ObjectValue.EMPTY.with("name", resource).with("current", current);
            String kind = whole || average ? " resource" : " container resource";
            return new Proposal.Wanted(
                    count.replicas(),
                    resource + kind + (average ? "" : " utilization (percentage of request)"),
                    whole
                            ? status("Resource", status)
                            : status("ContainerResource", status.with("container", container)));
        } catch (UnknownMetricException unknown) {
            String why = unknown.reason();
            return new Proposal.Failed(reason, why, prefix + why);
        }
    }

    private ReplicaCount counted(
            String resource,
            String container,
            MetricTarget target,
            String namespace,
            Situation situation,
            Selector pods) {
        boolean average = target.hasAverageValue();
        try {
            Map<String, Sample> samples;
            try {
                samples = metrics.resource(namespace, resource, pods, container);
            } catch (UnknownMetricException unknown) {
                throw new UnknownMetricException(
                        "unable to get metrics for resource " + resource + ": " + unknown.reason());
            }
            return average
                    ? ReplicaCount.ofAverage(
                            situation,
                            samples,
                            resource.equals("cpu"),
                            target.averageValue().milliValue())
                    : ReplicaCount.ofUtilization(situation, samples, resource, container, target.averageUtilization());
        } catch (UnknownMetricException unknown) {
            throw new UnknownMetricException(
                    "failed to get " + resource + (average ? " usage: " : " utilization: ") + unknown.reason());
        }
    }

    private Proposal pods(MetricSpec metric, String namespace, Situation situation, Selector pods) {
        MetricIdentifier which = metric.pods().metric();
        try {
            Selector labels = PodMetrics.selector(selector(which));
            Map<String, Sample> samples = named(
                    "unable to get metric " + which.name() + ": ",
                    () -> metrics.ofPods(namespace, which.name(), pods, labels));
            ReplicaCount count = ReplicaCount.ofAverage(
                    situation,
                    samples,
                    false,
                    metric.pods().target().averageValue().milliValue());
            return new Proposal.Wanted(
                    count.replicas(),
                    "pods metric " + which.name(),
                    status(
                            "Pods",
                            ObjectValue.EMPTY.with("metric", which.value()).with("current", average(count))));
        } catch (UnknownMetricException unknown) {
            return failed("FailedGetPodsMetric", unknown, "failed to get pods metric value: ");
        }
    }

    private Proposal object(MetricSpec metric, String namespace, Situation situation, int running) {
        MetricIdentifier which = metric.object().metric();
        MetricTarget target = metric.object().target();
        var described = metric.object().describedObject();
        try {
            boolean whole = target.type().equals("Value");
            if (!whole && !target.type().equals("AverageValue")) {
                throw new UnknownMetricException(
                        "invalid object metric source: neither a value target nor an average value target was set");
            }
            Selector labels = PodMetrics.selector(selector(which));
            long value = number(
                    "unable to get metric " + which.name() + ": " + described.kind() + " on " + namespace + " "
                            + described.name() + "/",
                    () -> metrics.ofObject(targets.find(described, namespace), which.name(), labels));
            ReplicaCount count = counted(target, whole, value, situation, running);
            ObjectValue status = ObjectValue.EMPTY
                    .with("describedObject", described.value())
                    .with("metric", which.value())
                    .with("current", whole ? value(count) : average(count));
            String name = whole
                    ? described.kind() + " metric " + which.name()
                    : "external metric " + which.name() + "(" + printed(which) + ")";
            return new Proposal.Wanted(count.replicas(), name, status("Object", status));
        } catch (UnknownMetricException unknown) {
            return failed(
                    "FailedGetObjectMetric",
                    unknown,
                    "failed to get object metric value: "
                            + (target.type().equals("AverageValue")
                                    ? "failed to get " + which.name() + " object metric: "
                                    : ""));
        }
    }

    private Proposal external(MetricSpec metric, String namespace, Situation situation, int running) {
        MetricIdentifier which = metric.external().metric();
        MetricTarget target = metric.external().target();
        boolean whole = !target.hasAverageValue();
        try {
            if (whole && !target.hasValue()) {
                throw new UnknownMetricException(
                        "invalid external metric source: neither a value target nor an average value target was set");
            }
            Selector labels = PodMetrics.selector(selector(which));
            long value = number(
                    "unable to get external metric " + namespace + "/" + which.name() + "/" + printed(which) + ": ",
                    () -> metrics.external(namespace, which.name(), labels));
            ReplicaCount count = counted(target, whole, value, situation, running);
            return new Proposal.Wanted(
                    count.replicas(),
                    "external metric " + which.name() + "(" + printed(which) + ")",
                    status(
                            "External",
                            ObjectValue.EMPTY
                                    .with("metric", which.value())
                                    .with("current", whole ? value(count) : average(count))));
        } catch (UnknownMetricException unknown) {
            return failed(
                    "FailedGetExternalMetric",
                    unknown,
                    "failed to get " + which.name() + " external metric value: "
                            + (whole
                                    ? "failed to get external metric " + which.name() + ": "
                                    : "failed to get " + which.name() + " external metric: "));
        }
    }

    private static ReplicaCount counted(
            MetricTarget target, boolean whole, long value, Situation situation, int running) {
        return whole
                ? ReplicaCount.ofValue(situation, value, target.value_().milliValue())
                : ReplicaCount.ofShare(
                        situation.tolerance(),
                        running,
                        value,
                        target.averageValue().milliValue());
    }

    private interface Reading<T> {
        T read();
    }

    private static <T> T named(String prefix, Reading<T> reading) {
        try {
            return reading.read();
        } catch (UnknownMetricException unknown) {
            throw new UnknownMetricException(prefix + unknown.reason());
        }
    }

    private static long number(String prefix, Reading<Long> reading) {
        return named(prefix, reading);
    }

    private static Proposal failed(String reason, UnknownMetricException unknown, String prefix) {
        return new Proposal.Failed(reason, unknown.reason(), prefix + unknown.reason());
    }

    private static Optional<ObjectValue> selector(MetricIdentifier metric) {
        return metric.hasSelector() ? Optional.of(metric.selector().value()) : Optional.empty();
    }

    private static String printed(MetricIdentifier metric) {
        return SelectorText.of(selector(metric));
    }

    private static ObjectValue average(ReplicaCount count) {
        return ObjectValue.of("averageValue", Quantity.ofMilli(count.milli()).value());
    }

    private static ObjectValue value(ReplicaCount count) {
        return ObjectValue.of("value", Quantity.ofMilli(count.milli()).value());
    }

    private static ObjectValue status(String type, ObjectValue status) {
        String field = type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
        return ObjectValue.EMPTY.with("type", type).with(field, status);
    }
}
