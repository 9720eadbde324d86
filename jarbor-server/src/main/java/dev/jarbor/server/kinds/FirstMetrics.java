package dev.jarbor.server.kinds;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import java.util.Map;

/**
 * Metrics of autoscalers in the words of autoscaling/v1, which has no fields for them and keeps them in annotations: what
 * is wanted ({@code target}), or what is measured ({@code current}).
 *
 * @param amounts the field of version 2 that holds the amounts
 * @param types for each type of metric its fields, in the order in which they are written
 */
record FirstMetrics(String amounts, Map<String, List<Field>> types) {
    /**
     * A field in both versions.
     *
     * @param name in version 1
     * @param path in version 2
     * @param always what is written where it is absent; null for nothing
     */
    private record Field(String name, List<String> path, Value always) {
        static Field of(String name, String... path) {
            return new Field(name, List.of(path), NullValue.NULL);
        }

        static Field amount(String name, String... path) {
            return new Field(name, List.of(path), Value.of("0"));
        }
    }

    private static final List<String> ORDER = List.of("object", "pods", "resource", "containerResource", "external");
    private static final Field NAME = Field.of("name", "name");
    private static final Field METRIC = Field.of("metricName", "metric", "name");
    private static final Field SELECTOR = Field.of("selector", "metric", "selector");
    private static final Field SUBJECT = Field.of("target", "describedObject");

    /** What is wanted. */
    static final FirstMetrics TARGETS = of(
            "target",
            "target",
            Field.of("targetAverageValue", "target", "averageValue"),
            Field.of("targetValue", "target", "value"));

    /** What is measured. */
    static final FirstMetrics MEASURED = of(
            "current",
            "current",
            Field.amount("currentAverageValue", "current", "averageValue"),
            Field.amount("currentValue", "current", "value"));

    private static FirstMetrics of(String amounts, String prefix, Field average, Field total) {
        Field share = Field.of(prefix + "AverageUtilization", amounts, "averageUtilization");
        Field average2 = Field.of("averageValue", amounts, "averageValue");
        Field whole = Field.amount(total.name(), amounts, "value");
        Field externalAverage = Field.of(prefix + "AverageValue", amounts, "averageValue");
        return new FirstMetrics(
                amounts,
                Map.of(
                        "object", List.of(SUBJECT, METRIC, whole, SELECTOR, average2),
                        "pods", List.of(METRIC, Field.amount(average.name(), amounts, "averageValue"), SELECTOR),
                        "resource", List.of(NAME, share, average),
                        "containerResource", List.of(NAME, share, average, Field.of("container", "container")),
                        "external",
                                List.of(
                                        METRIC,
                                        Field.of("metricSelector", "metric", "selector"),
                                        total,
                                        externalAverage)));
    }

    /** {@code metrics} of version 2 as the text that version 1 keeps. */
    String written(List<ObjectValue> metrics) {
        var text = new StringBuilder("[");
        for (ObjectValue metric : metrics) {
            text.append(text.length() == 1 ? "" : ",")
                    .append("{\"type\":")
                    .append(Json.text(metric.valueOrNull("type")));
            for (String type : ORDER) {
                if (metric.has(type)) {
                    text.append(",\"").append(type).append("\":").append(one(type, metric.object(type)));
                }
            }
            text.append('}');
        }
        return text.append(']').toString();
    }

    private String one(String type, ObjectValue source) {
        var text = new StringBuilder("{");
        for (Field field : fields(type)) {
            Value value = source.at(field.path().toArray(new String[0]));
            Value written = value instanceof NullValue ? field.always() : value;
            if (!(written instanceof NullValue)) {
                text.append(text.length() == 1 ? "\"" : ",\"")
                        .append(field.name())
                        .append("\":")
                        .append(field.equals(SUBJECT) ? subject((ObjectValue) written) : Json.text(written));
            }
        }
        return text.append('}').toString();
    }

    private static String subject(ObjectValue reference) {
        String version = reference.string("apiVersion");
        return "{\"kind\":" + Json.text(Value.of(reference.string("kind"))) + ",\"name\":"
                + Json.text(Value.of(reference.string("name")))
                + (version.isEmpty() ? "" : ",\"apiVersion\":" + Json.text(Value.of(version))) + "}";
    }

    private List<Field> fields(String type) {
        return types.getOrDefault(type, List.of());
    }

    /** A metric of version 1 in version 2. */
    ObjectValue read(ObjectValue metric) {
        ObjectValue read = ObjectValue.of("type", metric.valueOrNull("type"));
        for (String type : ORDER) {
            if (metric.has(type)) {
                ObjectValue source = source(type, metric.object(type));
                read = read.with(type, amounts.equals("target") ? typed(source) : source);
            }
        }
        return read;
    }

    private ObjectValue source(String type, ObjectValue source) {
        ObjectValue read = ObjectValue.EMPTY;
        for (Field field : fields(type)) {
            Value value = source.valueOrNull(field.name());
            // A total of nothing is none: version 1 has no other way to leave it out.
            boolean none = value instanceof NullValue
                    || (field.path().getLast().equals("value")
                            && Quantity.read(value).isZero());
            if (!none) {
                read = field.path().size() == 1
                        ? read.with(field.path().getFirst(), value)
                        : read.update(
                                field.path().getFirst(),
                                inner -> inner.with(field.path().getLast(), value));
            }
        }
        return read;
    }

    private static ObjectValue typed(ObjectValue source) {
        ObjectValue target = source.object("target");
        String type = "Value";
        if (target.has("averageUtilization")) {
            type = "Utilization";
        } else if (target.has("averageValue") || !target.has("value")) {
            type = "AverageValue";
        }
        return source.with("target", target.with("type", type));
    }
}
