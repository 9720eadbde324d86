package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.inside;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.Conversion;
import java.util.ArrayList;
import java.util.List;

/** How kinds look in versions in which they are not stored. */
final class Conversions {
    private Conversions() {}

    /** autoscaling/v1 knows one metric, the CPU, where v2 has a list of them; v2's others are not shown in v1. */
    static final class FirstAutoscalers implements Conversion {
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
                        ? rest.with(
                                "metrics",
                                ListValue.of(Autoscalers.cpu(spec.integer("targetCPUUtilizationPercentage"))))
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
