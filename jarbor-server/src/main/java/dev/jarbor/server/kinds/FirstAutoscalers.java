package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.inside;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Conversion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * autoscaling/v1 knows one metric, the use of the CPU, where version 2 has a list of them. What it has no field for it
 * shows in annotations, and takes from there.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v1/">HorizontalPodAutoscaler
 *     v1</a>
 */
final class FirstAutoscalers implements Conversion {
    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    private static final String METRICS = PREFIX + "metrics";
    private static final String MEASURED = PREFIX + "current-metrics";
    private static final String CONDITIONS = PREFIX + "conditions";
    private static final String BEHAVIOR = PREFIX + "behavior";
    private static final List<String> ALL = List.of(METRICS, MEASURED, CONDITIONS, BEHAVIOR);
    private static final List<String> CONDITION = List.of("type", "status", "lastTransitionTime", "reason", "message");
    private static final List<String> RULES =
            List.of("StabilizationWindowSeconds", "SelectPolicy", "Policies", "Tolerance");

    @Override
    public ObjectValue fromStored(ObjectValue object) {
        ObjectValue spec = object.object("spec");
        ObjectValue status = object.object("status");
        ObjectValue annotations = plain(object.object("metadata").object("annotations"));
        List<ObjectValue> others = spec.list("metrics").objects().stream()
                .filter(metric -> !isCpu(metric))
                .toList();
        if (!others.isEmpty()) {
            annotations = annotations.with(METRICS, FirstMetrics.TARGETS.written(others));
        }
        if (!status.list("currentMetrics").isEmpty()) {
            annotations = annotations.with(
                    MEASURED,
                    FirstMetrics.MEASURED.written(status.list("currentMetrics").objects()));
        }
        if (spec.has("behavior")) {
            annotations = annotations.with(BEHAVIOR, behavior(spec.object("behavior")));
        }
        if (!status.list("conditions").isEmpty()) {
            annotations = annotations.with(
                    CONDITIONS, conditions(status.list("conditions").objects()));
        }
        ObjectValue shown = annotated(object, annotations).update("spec", FirstAutoscalers::firstSpec);
        return inside(shown, "status", FirstAutoscalers::firstStatus);
    }

    private static ObjectValue plain(ObjectValue annotations) {
        ObjectValue left = annotations;
        for (String key : ALL) {
            left = left.without(key);
        }
        return left;
    }

    private static ObjectValue annotated(ObjectValue object, ObjectValue annotations) {
        return Edits.always(
                object,
                "metadata",
                metadata -> annotations.isEmpty()
                        ? metadata.without("annotations")
                        : metadata.with("annotations", annotations));
    }

    private static boolean isCpu(ObjectValue metric) {
        return metric.string("type").equals("Resource")
                && metric.object("resource").string("name").equals("cpu")
                && metric.object("resource").object("target").has("averageUtilization");
    }

    private static ObjectValue firstSpec(ObjectValue spec) {
        ObjectValue rest = spec.without("metrics").without("behavior");
        for (ObjectValue metric : spec.list("metrics").objects()) {
            if (isCpu(metric)) {
                ObjectValue target = metric.object("resource").object("target");
                rest = rest.with("targetCPUUtilizationPercentage", target.integer("averageUtilization"));
            }
        }
        return rest;
    }

    private static ObjectValue firstStatus(ObjectValue status) {
        ObjectValue rest = status.without("currentMetrics")
                .without("conditions")
                // Version 2 leaves out a zero that this one always has.
                .with("currentReplicas", status.integer("currentReplicas"));
        for (ObjectValue metric : status.list("currentMetrics").objects()) {
            ObjectValue current = metric.object("resource").object("current");
            if (metric.object("resource").string("name").equals("cpu") && current.has("averageUtilization")) {
                rest = rest.with("currentCPUUtilizationPercentage", current.integer("averageUtilization"));
            }
        }
        return rest;
    }

    private static String conditions(List<ObjectValue> conditions) {
        var text = new StringBuilder("[");
        for (ObjectValue condition : conditions) {
            text.append(text.length() == 1 ? "{" : ",{");
            int start = text.length();
            for (String field : CONDITION) {
                boolean always = field.equals("lastTransitionTime");
                if (always || !condition.string(field).isEmpty()) {
                    text.append(text.length() == start ? "\"" : ",\"")
                            .append(field)
                            .append("\":")
                            .append(Json.text(condition.valueOrNull(field)));
                }
            }
            text.append('}');
        }
        return text.append(']').toString();
    }

    /** The reference writes its internal structs here. */
    private static String behavior(ObjectValue behavior) {
        return "{\"ScaleUp\":" + rules(behavior, "scaleUp") + ",\"ScaleDown\":" + rules(behavior, "scaleDown") + "}";
    }

    private static String rules(ObjectValue behavior, String direction) {
        if (!behavior.has(direction)) {
            return "null";
        }
        ObjectValue rules = behavior.object(direction);
        var text = new StringBuilder("{");
        for (String field : RULES) {
            text.append(text.length() == 1 ? "\"" : ",\"").append(field).append("\":");
            text.append(field.equals("Policies") ? policies(rules) : Json.text(rules.valueOrNull(lower(field))));
        }
        return text.append('}').toString();
    }

    private static String policies(ObjectValue rules) {
        if (!rules.has("policies")) {
            return "null";
        }
        var text = new StringBuilder("[");
        for (ObjectValue policy : rules.list("policies").objects()) {
            text.append(text.length() == 1 ? "" : ",")
                    .append("{\"Type\":")
                    .append(Json.text(policy.valueOrNull("type")))
                    .append(",\"Value\":")
                    .append(policy.integer("value"))
                    .append(",\"PeriodSeconds\":")
                    .append(policy.integer("periodSeconds"))
                    .append('}');
        }
        return text.append(']').toString();
    }

    private static String lower(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    @Override
    public ObjectValue toStored(ObjectValue object) {
        ObjectValue annotations = object.object("metadata").object("annotations");
        ObjectValue stored =
                annotated(object, plain(annotations)).update("spec", spec -> secondSpec(spec, annotations));
        return inside(stored, "status", status -> secondStatus(status, annotations));
    }

    private static ObjectValue secondSpec(ObjectValue spec, ObjectValue annotations) {
        var metrics = new ArrayList<Value>();
        parsed(annotations, METRICS)
                .ifPresent(list -> list.objects().forEach(metric -> metrics.add(FirstMetrics.TARGETS.read(metric))));
        if (spec.has("targetCPUUtilizationPercentage")) {
            metrics.add(Autoscalers.cpu(spec.integer("targetCPUUtilizationPercentage")));
        }
        ObjectValue rest = spec.without("targetCPUUtilizationPercentage");
        ObjectValue measured = metrics.isEmpty() ? rest : rest.with("metrics", ListValue.of(metrics));
        return behaviorIn(annotations)
                .map(behavior -> measured.with("behavior", behavior))
                .orElse(measured);
    }

    private static ObjectValue secondStatus(ObjectValue status, ObjectValue annotations) {
        ObjectValue rest = status.without("currentCPUUtilizationPercentage");
        if (status.integer("currentReplicas") == 0) {
            rest = rest.without("currentReplicas");
        }
        if (status.has("currentCPUUtilizationPercentage")) {
            ObjectValue value =
                    ObjectValue.EMPTY.with("averageUtilization", status.integer("currentCPUUtilizationPercentage"));
            rest = rest.with(
                    "currentMetrics",
                    ListValue.of(ObjectValue.EMPTY
                            .with("type", "Resource")
                            .with(
                                    "resource",
                                    ObjectValue.EMPTY.with("name", "cpu").with("current", value))));
        }
        Optional<ListValue> measured = parsed(annotations, MEASURED);
        if (measured.isPresent()) {
            var metrics = new ArrayList<Value>();
            measured.get().objects().forEach(metric -> metrics.add(FirstMetrics.MEASURED.read(metric)));
            rest = rest.with("currentMetrics", ListValue.of(metrics));
        }
        Optional<ListValue> conditions = parsed(annotations, CONDITIONS);
        return conditions.isPresent() ? rest.with("conditions", conditions.get()) : rest;
    }

    private static Optional<ListValue> parsed(ObjectValue annotations, String key) {
        return json(annotations, key).filter(ListValue.class::isInstance).map(ListValue.class::cast);
    }

    /** What is malformed is passed over. */
    private static Optional<Value> json(ObjectValue annotations, String key) {
        try {
            return annotations.has(key) ? Optional.of(Json.parse(annotations.string(key))) : Optional.empty();
        } catch (DecodeException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<ObjectValue> behaviorIn(ObjectValue annotations) {
        return json(annotations, BEHAVIOR)
                .filter(ObjectValue.class::isInstance)
                .map(value -> (ObjectValue) lowered(value))
                .filter(behavior -> !behavior.isEmpty());
    }

    private static Value lowered(Value value) {
        return switch (value) {
            case ObjectValue object -> {
                var builder = ObjectValue.builder();
                object.forEach((name, inner) -> {
                    if (!(inner instanceof NullValue)) {
                        builder.put(lower(name), lowered(inner));
                    }
                });
                yield builder.build();
            }
            case ListValue list ->
                ListValue.of(
                        list.items().stream().map(FirstAutoscalers::lowered).toList());
            default -> value;
        };
    }
}
