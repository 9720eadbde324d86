package dev.jarbor.server.table;

import dev.jarbor.api.Fields;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One object on its way to cells, with the words that many kinds share. */
record Row(ObjectValue object, Instant now) {
    static final String NONE = "<none>";
    static final String UNSET = "<unset>";
    static final String UNKNOWN = "<unknown>";

    ObjectValue metadata() {
        return object.object("metadata");
    }

    ObjectValue spec() {
        return object.object("spec");
    }

    ObjectValue status() {
        return object.object("status");
    }

    String name() {
        return metadata().string("name");
    }

    boolean deleting() {
        return metadata().has("deletionTimestamp");
    }

    /** How long ago the object was created. */
    String age() {
        return since(metadata().valueOrNull("creationTimestamp"));
    }

    /** How long ago {@code time} was; {@code <unknown>} where it is no time. */
    String since(Value time) {
        return Fields.time(time)
                .map(instant -> Ages.text(Duration.between(instant, now)))
                .orElse(UNKNOWN);
    }

    static Optional<Instant> time(ObjectValue owner, String field) {
        return Fields.time(owner.valueOrNull(field));
    }

    static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    /** The number of a field, or {@code otherwise} where it is absent. */
    static long number(ObjectValue owner, String field, long otherwise) {
        return owner.valueOrNull(field) instanceof IntegerValue(long number) ? number : otherwise;
    }

    /** The first items, and how many more there are. */
    static String some(List<String> items, int most, String more) {
        if (items.isEmpty()) {
            return NONE;
        }
        String shown = String.join(",", items.subList(0, Math.min(most, items.size())));
        return items.size() > most ? shown + String.format(java.util.Locale.ROOT, more, items.size() - most) : shown;
    }

    /** {@code a=1,b=2}; {@code <none>} where there are no labels. */
    static String labels(ObjectValue labels) {
        return labels.isEmpty()
                ? NONE
                : labels.strings().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(","));
    }

    /** A label selector in the form that {@code -l} takes. */
    static String selector(ObjectValue selector) {
        var parts = new java.util.ArrayList<String>();
        for (Map.Entry<String, String> label :
                selector.object("matchLabels").strings().entrySet()) {
            parts.add(label.getKey() + "=" + label.getValue());
        }
        for (ObjectValue expression : selector.list("matchExpressions").objects()) {
            String key = expression.string("key");
            String values = String.join(",", expression.list("values").strings());
            parts.add(
                    switch (expression.string("operator")) {
                        case "In" -> key + " in (" + values + ")";
                        case "NotIn" -> key + " notin (" + values + ")";
                        case "Exists" -> key;
                        case "DoesNotExist" -> "!" + key;
                        default -> key + " " + expression.string("operator");
                    });
        }
        return parts.isEmpty() ? NONE : String.join(",", parts);
    }

    /** The values of one field of all containers of a pod template, such as their images. */
    static String containers(ObjectValue podSpec, String field) {
        return podSpec.list("containers").objects().stream()
                .map(container -> container.string(field))
                .collect(Collectors.joining(","));
    }

    /** The condition of {@code type} in the status. */
    Optional<ObjectValue> condition(String type) {
        return status().list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals(type))
                .findFirst();
    }

    boolean conditionIsTrue(String type) {
        return condition(type)
                .filter(condition -> condition.string("status").equals("True"))
                .isPresent();
    }
}
