package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.always;
import static dev.jarbor.server.kinds.rules.Edits.inside;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.Conversion;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.List;

/** The rules of horizontal pod autoscalers and disruption budgets. */
final class Scaling {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int DEFAULT_UTILIZATION = 80;

    private Scaling() {}

    /**
     * @see <a href="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/">Horizontal Pod
     *     Autoscaling</a>
     */
    static Strategy autoscalers() {
        return Simple.defaulting(object -> always(object, "spec", spec -> {
                    spec = absent(spec, "minReplicas", 1);
                    if (spec.list("metrics").isEmpty()) {
                        spec = spec.with("metrics", ListValue.of(cpu(DEFAULT_UTILIZATION)));
                    }
                    return inside(spec, "behavior", behavior -> {
                        behavior = always(
                                behavior,
                                "scaleUp",
                                rules -> rules(
                                        absent(rules, "stabilizationWindowSeconds", 0),
                                        policy("Pods", 4),
                                        policy("Percent", 100)));
                        return always(behavior, "scaleDown", rules -> rules(rules, policy("Percent", 100)));
                    });
                }))
                .checking((object, checks) -> {
                    ObjectValue spec = object.object("spec");
                    long least = spec.integer("minReplicas");
                    long most = spec.integer("maxReplicas");
                    if (least < 1) {
                        checks.add(FieldError.invalid(
                                SPEC.child("minReplicas"), least, "must be greater than or equal to 1"));
                    }
                    if (most < 1) {
                        checks.add(FieldError.invalid(SPEC.child("maxReplicas"), most, "must be greater than 0"));
                    }
                    if (most < least) {
                        checks.add(FieldError.invalid(
                                SPEC.child("maxReplicas"), most, "must be greater than or equal to `minReplicas`"));
                    }
                    FieldPath target = SPEC.child("scaleTargetRef");
                    checks.required(spec.object("scaleTargetRef"), "kind", target);
                    checks.required(spec.object("scaleTargetRef"), "name", target);
                });
    }

    private static ObjectValue rules(ObjectValue rules, ObjectValue... policies) {
        ObjectValue filled = text(rules, "selectPolicy", "Max");
        return filled.has("policies") ? filled : filled.with("policies", ListValue.of(policies));
    }

    private static ObjectValue policy(String type, long value) {
        return ObjectValue.EMPTY.with("type", type).with("value", value).with("periodSeconds", 15);
    }

    private static ObjectValue cpu(long utilization) {
        ObjectValue target = ObjectValue.EMPTY.with("type", "Utilization").with("averageUtilization", utilization);
        return ObjectValue.EMPTY
                .with("type", "Resource")
                .with("resource", ObjectValue.EMPTY.with("name", "cpu").with("target", target));
    }

    static Strategy budgets() {
        return Simple.defaulting(object -> object).checking((object, checks) -> {
            ObjectValue spec = object.object("spec");
            if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
                checks.add(FieldError.invalid(SPEC, spec, "minAvailable and maxUnavailable cannot be both set"));
            }
            checks.selector(spec, "selector", SPEC);
        });
    }

    /** autoscaling/v1 knows one metric, the CPU, where v2 has a list of them; v2's others are not shown in v1. */
    static final class FirstVersion implements Conversion {
        @Override
        public ObjectValue fromStored(ObjectValue object) {
            ObjectValue shown = object.update("spec", spec -> {
                ObjectValue target = cpuTarget(spec.list("metrics"));
                ObjectValue rest = spec.without("metrics").without("behavior");
                return target.has("averageUtilization")
                        ? rest.with("targetCPUUtilizationPercentage", target.integer("averageUtilization"))
                        : rest;
            });
            return inside(shown, "status", status -> {
                ObjectValue rest = status.without("currentMetrics").without("conditions");
                for (ObjectValue metric : status.list("currentMetrics").objects()) {
                    ObjectValue current = metric.object("resource").object("current");
                    if (metric.object("resource").string("name").equals("cpu") && current.has("averageUtilization")) {
                        rest = rest.with("currentCPUUtilizationPercentage", current.integer("averageUtilization"));
                    }
                }
                return rest;
            });
        }

        private static ObjectValue cpuTarget(ListValue metrics) {
            for (ObjectValue metric : metrics.objects()) {
                if (metric.object("resource").string("name").equals("cpu")) {
                    return metric.object("resource").object("target");
                }
            }
            return ObjectValue.EMPTY;
        }

        @Override
        public ObjectValue toStored(ObjectValue object) {
            ObjectValue stored = object.update("spec", spec -> {
                ObjectValue rest = spec.without("targetCPUUtilizationPercentage");
                return spec.has("targetCPUUtilizationPercentage")
                        ? rest.with("metrics", ListValue.of(cpu(spec.integer("targetCPUUtilizationPercentage"))))
                        : rest;
            });
            return inside(stored, "status", status -> {
                ObjectValue rest = status.without("currentCPUUtilizationPercentage");
                if (!status.has("currentCPUUtilizationPercentage")) {
                    return rest;
                }
                var current = new ArrayList<Value>();
                ObjectValue value =
                        ObjectValue.EMPTY.with("averageUtilization", status.integer("currentCPUUtilizationPercentage"));
                current.add(ObjectValue.EMPTY
                        .with("type", "Resource")
                        .with("resource", ObjectValue.EMPTY.with("name", "cpu").with("current", value)));
                return rest.with("currentMetrics", ListValue.of(current));
            });
        }
    }

    /** events.k8s.io/v1 calls some fields of core/v1 events by other names. */
    static final class NewEvents implements Conversion {
        /** Names in events.k8s.io/v1, and in core/v1. */
        private static final List<List<String>> NAMES = List.of(
                List.of("regarding", "involvedObject"),
                List.of("note", "message"),
                List.of("deprecatedSource", "source"),
                List.of("deprecatedFirstTimestamp", "firstTimestamp"),
                List.of("deprecatedLastTimestamp", "lastTimestamp"),
                List.of("deprecatedCount", "count"),
                List.of("reportingController", "reportingComponent"));

        @Override
        public ObjectValue fromStored(ObjectValue object) {
            ObjectValue shown = object;
            for (List<String> pair : NAMES) {
                shown = renamed(shown, pair.get(1), pair.get(0));
            }
            return shown;
        }

        @Override
        public ObjectValue toStored(ObjectValue object) {
            ObjectValue stored = object;
            for (List<String> pair : NAMES) {
                stored = renamed(stored, pair.get(0), pair.get(1));
            }
            return stored;
        }

        private static ObjectValue renamed(ObjectValue object, String from, String to) {
            return object.has(from) ? object.without(from).with(to, object.valueOrNull(from)) : object;
        }
    }
}
