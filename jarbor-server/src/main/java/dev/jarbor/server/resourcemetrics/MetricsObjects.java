package dev.jarbor.server.resourcemetrics;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.Quantity;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.store.Snapshot;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is known of nodes and pods as objects of {@code metrics.k8s.io}; each has the labels of whom it is about. */
public final class MetricsObjects {
    private final Measurements measurements;

    public MetricsObjects(Measurements measurements) {
        this.measurements = measurements;
    }

    /**
     * What is known of the nodes or pods at {@code now}, by key.
     *
     * @param plural {@code nodes} or {@code pods}
     * @param namespace "" for all
     */
    public SortedMap<ObjectKey, ObjectValue> all(String plural, String namespace, Snapshot now, Instant time) {
        var found = new TreeMap<ObjectKey, ObjectValue>();
        SortedMap<ObjectKey, ObjectValue> about = namespace.isEmpty() ? now.all(plural) : now.in(plural, namespace);
        about.forEach((key, object) -> of(plural, key, object, time).ifPresent(metrics -> found.put(key, metrics)));
        return found;
    }

    /** What is known of one node or pod at {@code now}. */
    public Optional<ObjectValue> one(String plural, ObjectKey key, Snapshot now, Instant time) {
        return now.get(plural, key).flatMap(object -> of(plural, key, object, time));
    }

    private Optional<ObjectValue> of(String plural, ObjectKey key, ObjectValue about, Instant time) {
        return plural.equals("nodes") ? node(key, about, time) : pod(key, about, time);
    }

    private Optional<ObjectValue> node(ObjectKey key, ObjectValue node, Instant time) {
        return measurements
                .node(key.name())
                .map(rate -> metrics("NodeMetrics", node, time, rate).with("usage", usage(rate)));
    }

    private Optional<ObjectValue> pod(ObjectKey key, ObjectValue pod, Instant time) {
        Map<String, Rate> containers = measurements.pod(key);
        Optional<Rate> earliest = containers.values().stream().min(Comparator.comparing(Rate::at));
        return earliest.map(rate -> {
            var each = new ArrayList<Value>();
            containers.forEach((name, used) ->
                    each.add(ObjectValue.EMPTY.with("name", name).with("usage", usage(used))));
            return metrics("PodMetrics", pod, time, rate).with("containers", ListValue.of(each));
        });
    }

    private static ObjectValue metrics(String kind, ObjectValue about, Instant now, Rate rate) {
        ObjectValue known = about.object("metadata");
        var metadata = ObjectValue.builder().put("name", known.string("name"));
        if (known.has("namespace")) {
            metadata.put("namespace", known.string("namespace"));
        }
        metadata.put("creationTimestamp", Fields.ofInstant(now.truncatedTo(ChronoUnit.SECONDS)));
        if (known.has("labels")) {
            metadata.put("labels", known.object("labels"));
        }
        return ObjectValue.builder()
                .put("kind", kind)
                .put("apiVersion", MetricsSchemas.API)
                .put("metadata", metadata.build())
                .put("timestamp", Fields.ofInstant(rate.at().truncatedTo(ChronoUnit.SECONDS)))
                .put("window", duration(rate.window()))
                .build();
    }

    private static String duration(Duration window) {
        return GoDuration.text(window.truncatedTo(ChronoUnit.MILLIS));
    }

    private static ObjectValue usage(Rate rate) {
        return ObjectValue.EMPTY
                .with(
                        "cpu",
                        Quantity.of(BigDecimal.valueOf(rate.nanoCores(), 9), Quantity.Format.DECIMAL_SI)
                                .value())
                .with(
                        "memory",
                        Quantity.of(rate.bytes(), Quantity.Format.BINARY_SI).value());
    }
}
