package dev.jarbor.server.kinds;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an autoscaler measures: each metric is of one type, and only the field of that type is set. */
final class Metrics {
    private static final List<String> TYPES = List.of("ContainerResource", "External", "Object", "Pods", "Resource");
    /** Fields of types, in the order in which the reference looks at them. */
    private static final List<String> FIELDS = List.of("object", "external", "pods", "resource", "containerResource");

    private static final Map<String, String> FIELD = Map.of(
            "Object", "object",
            "External", "external",
            "Pods", "pods",
            "Resource", "resource",
            "ContainerResource", "containerResource");

    private Metrics() {}

    /** @param anyVersion whether references to objects may have versions that are none */
    static void check(ObjectValue spec, boolean anyVersion, FieldPath at, Checks checks) {
        List<ObjectValue> metrics = spec.list("metrics").objects();
        boolean elsewhere = false;
        for (int i = 0; i < metrics.size(); i++) {
            metric(metrics.get(i), anyVersion, at.index(i), checks);
            String type = metrics.get(i).string("type");
            elsewhere |= type.equals("Object") || type.equals("External");
        }
        if (spec.has("minReplicas") && spec.integer("minReplicas") == 0 && !elsewhere) {
            checks.forbidden(
                    at, "must specify at least one Object or External metric to support scaling to zero replicas");
        }
    }

    private static void metric(ObjectValue metric, boolean anyVersion, FieldPath at, Checks checks) {
        String type = metric.string("type");
        if (type.isEmpty()) {
            checks.required(at.child("type"), "must specify a metric source type");
        }
        if (!TYPES.contains(type)) {
            checks.notSupported(at.child("type"), type, TYPES);
        }
        var present = new ArrayList<String>();
        for (String field : FIELDS) {
            if (metric.has(field)) {
                present.add(field);
                if (present.size() == 1) {
                    source(field, metric.object(field), anyVersion, at.child(field), checks);
                }
            }
        }
        String expected = FIELD.get(type);
        if (expected == null) {
            checks.notSupported(at.child("type"), type, TYPES);
        } else if (!metric.has(expected)) {
            checks.required(at.child(expected), "must populate information for the given metric source");
        }
        if (present.size() > 1) {
            for (String field : present) {
                if (!field.equals(expected)) {
                    checks.forbidden(at.child(field), "must populate the given metric source only");
                }
            }
        }
    }

    private static void source(String field, ObjectValue source, boolean anyVersion, FieldPath at, Checks checks) {
        switch (field) {
            case "object" -> {
                Autoscalers.reference(
                        source.object("describedObject"), anyVersion, true, at.child("describedObject"), checks);
                identified(source, at, checks);
                oneValue(source, "must set either a target value or averageValue", at, checks);
            }
            case "external" -> {
                identified(source, at, checks);
                oneValue(source, "must set either a target value for metric or a per-pod target", at, checks);
                ObjectValue target = source.object("target");
                if (target.has("value") && target.has("averageValue")) {
                    checks.forbidden(
                            at.child("target").child("value"),
                            "may not set both a target value for metric and a per-pod target");
                }
            }
            case "pods" -> {
                identified(source, at, checks);
                if (!source.object("target").has("averageValue")) {
                    checks.required(
                            at.child("target").child("averageValue"), "must specify a positive target averageValue");
                }
            }
            case "resource" -> {
                checks.required(source, "name", at, "must specify a resource name");
                ofResource(source, at, checks);
            }
            default -> {
                if (checks.required(source, "name", at, "must specify a resource name")) {
                    ResourceNames.ofContainer(source.string("name"), at.child("name"), checks);
                }
                if (checks.required(source, "container", at, "must specify a container")) {
                    checks.dnsLabel(source.string("container"), at.child("container"));
                }
                ofResource(source, at, checks);
            }
        }
    }

    private static void identified(ObjectValue source, FieldPath at, Checks checks) {
        ObjectValue metric = source.object("metric");
        FieldPath here = at.child("metric");
        if (checks.required(metric, "name", here, "must specify a metric name")) {
            String name = metric.string("name");
            checks.problems(here.child("name"), name, Names.pathSegment(name));
        }
        target(source.object("target"), at.child("target"), checks);
    }

    private static void oneValue(ObjectValue source, String words, FieldPath at, Checks checks) {
        ObjectValue target = source.object("target");
        if (!target.has("value") && !target.has("averageValue")) {
            checks.required(at.child("target").child("averageValue"), words);
        }
    }

    private static void ofResource(ObjectValue source, FieldPath at, Checks checks) {
        ObjectValue target = source.object("target");
        FieldPath here = at.child("target");
        target(target, here, checks);
        if (!target.has("averageUtilization") && !target.has("averageValue")) {
            checks.required(
                    here.child("averageUtilization"), "must set either a target raw value or a target utilization");
        }
        if (target.has("averageUtilization") && target.has("averageValue")) {
            checks.forbidden(
                    here.child("averageValue"), "may not set both a target raw value and a target utilization");
        }
    }

    private static void target(ObjectValue target, FieldPath at, Checks checks) {
        String type = target.string("type");
        checks.required(target, "type", at, "must specify a metric target type");
        if (!List.of("Utilization", "Value", "AverageValue").contains(type)) {
            checks.invalid(at.child("type"), type, "must be either Utilization, Value, or AverageValue");
        }
        for (String field : List.of("value", "averageValue")) {
            if (target.has(field)) {
                Quantity amount = Quantity.read(target.valueOrNull(field));
                if (amount.signum() <= 0) {
                    checks.invalid(at.child(field), amount.toString(), "must be positive");
                }
            }
        }
        if (target.has("averageUtilization") && target.integer("averageUtilization") < 1) {
            checks.invalid(
                    at.child("averageUtilization"), target.integer("averageUtilization"), "must be greater than 0");
        }
    }
}
