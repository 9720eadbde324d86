package dev.jarbor.server.table;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a horizontal pod autoscaler aims at and where it stands, such as {@code cpu: 12%/80%}. */
final class ScaleTargets {
    private static final int MOST = 2;

    private ScaleTargets() {}

    static String text(ObjectValue spec, ObjectValue status) {
        if (spec.has("targetCPUUtilizationPercentage")) {
            // autoscaling/v1 knows one metric
            String current = status.has("currentCPUUtilizationPercentage")
                    ? status.integer("currentCPUUtilizationPercentage") + "%"
                    : Row.UNKNOWN;
            return "cpu: " + current + "/" + spec.integer("targetCPUUtilizationPercentage") + "%";
        }
        ListValue metrics = spec.list("metrics");
        if (metrics.isEmpty()) {
            return Row.NONE;
        }
        List<ObjectValue> current = status.list("currentMetrics").objects();
        var texts = new ArrayList<String>();
        for (int i = 0; i < metrics.size(); i++) {
            texts.add(one(metrics.objects().get(i), i < current.size() ? current.get(i) : ObjectValue.EMPTY));
        }
        String shown = String.join(", ", texts.subList(0, Math.min(MOST, texts.size())));
        return texts.size() > MOST ? shown + " + " + (texts.size() - MOST) + " more..." : shown;
    }

    private static String one(ObjectValue metric, ObjectValue status) {
        String type = metric.string("type");
        String field = type.isEmpty() ? "" : type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
        ObjectValue source = metric.object(field);
        ObjectValue now = status.object(field).object("current");
        ObjectValue target = source.object("target");
        String label = type.equals("Resource") || type.equals("ContainerResource") ? source.string("name") + ": " : "";
        if (target.has("averageUtilization")) {
            String at = now.has("averageUtilization") ? now.integer("averageUtilization") + "%" : Row.UNKNOWN;
            return label + at + "/" + target.integer("averageUtilization") + "%";
        }
        String measure = target.has("averageValue") ? "averageValue" : "value";
        String at = now.has(measure) ? now.valueOrNull(measure).toString() : Row.UNKNOWN;
        boolean average = measure.equals("averageValue") && (type.equals("External") || type.equals("Object"));
        return label + at + "/" + target.valueOrNull(measure) + (average ? " (avg)" : "");
    }
}
