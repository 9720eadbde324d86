package dev.jarbor.server.kinds;

import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.registry.Strategy;
import java.util.List;
import java.util.Map;

/**
 * Priority classes; the greatest priorities are the system's.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass">
 *     PriorityClass</a>
 */
final class PriorityClasses implements Strategy {
    private static final FieldPath VALUE = FieldPath.of("value");
    private static final long MOST = 1_000_000_000;
    private static final String SYSTEM = "system-";
    private static final Map<String, Long> KNOWN =
            Map.of("system-node-critical", 2 * MOST + 1000, "system-cluster-critical", 2 * MOST);

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return text(object, "preemptionPolicy", "PreemptLowerPriority");
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        String name = object.object("metadata").string("name");
        long value = object.integer("value");
        if (name.startsWith(SYSTEM)) {
            String problem = ofSystem(name, value, object.bool("globalDefault"));
            if (!problem.isEmpty()) {
                checks.forbidden(
                        FieldPath.of("metadata", "name"),
                        "priority class names with '" + SYSTEM + "' prefix are reserved for system use only. error: "
                                + problem);
            }
        } else if (value > MOST) {
            checks.forbidden(VALUE, "maximum allowed value of a user defined priority is " + MOST);
        }
        checks.oneOfIfSet(object, "preemptionPolicy", FieldPath.NONE, "PreemptLowerPriority", "Never");
        return checks.errors();
    }

    private static String ofSystem(String name, long value, boolean globalDefault) {
        Long known = KNOWN.get(name);
        if (known == null) {
            return name + " is not a known system priority class";
        }
        if (value != known) {
            return "value of " + name + " PriorityClass must be " + known;
        }
        return globalDefault ? "globalDefault of " + name + " PriorityClass must be false" : "";
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        if (before.integer("value") != after.integer("value")) {
            checks.forbidden(VALUE, "may not be changed in an update.");
        }
        if (!before.string("preemptionPolicy").equals(after.string("preemptionPolicy"))) {
            checks.invalid(FieldPath.of("preemptionPolicy"), after.string("preemptionPolicy"), Checks.IMMUTABLE);
        }
        return checks.errors();
    }
}
